-- Sweep runs: over all accounts, by ranges of sweep_hash. Leases use the database's own clock.

-- name: sweep_unverified
SELECT COALESCE(SUM(pending + lost), 0) AS domains FROM domain_count;

-- columns: sweep_run
id, batch_count, begun_at, finished_at;

-- name: sweep_run_insert
INSERT INTO sweep_run (id, due_at, begun_at, batch_count) VALUES (?, ?, ?, ?);

-- name: sweep_run_due
SELECT {sweep_run} FROM sweep_run WHERE due_at = ?;

-- A run on request that a process is working on: another request joins it.
-- name: sweep_run_shared
SELECT {sweep_run} FROM sweep_run
WHERE due_at IS NULL AND finished_at IS NULL AND EXISTS (
    SELECT 1 FROM sweep_batch b WHERE b.sweep_run_id = sweep_run.id AND b.done_at IS NULL AND b.lease_until > CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED))
ORDER BY begun_at DESC LIMIT 1;

-- name: sweep_batch_first
INSERT INTO sweep_batch (sweep_run_id, number) VALUES (?, 0);

-- name: sweep_batch_double
INSERT INTO sweep_batch (sweep_run_id, number) SELECT sweep_run_id, number + ? FROM sweep_batch WHERE sweep_run_id = ?;

-- name: sweep_batch_claim
UPDATE sweep_batch SET owner = ?, claims = claims + 1, lease_until = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) + ?
WHERE sweep_run_id = ? AND done_at IS NULL AND lease_until < CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) ORDER BY lease_until LIMIT 1;

-- name: sweep_batch_claimed
SELECT number, claims FROM sweep_batch WHERE owner = ? AND sweep_run_id = ? AND done_at IS NULL ORDER BY number;

-- name: sweep_batch_renew
UPDATE sweep_batch SET lease_until = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) + ? WHERE sweep_run_id = ? AND number = ? AND owner = ? AND done_at IS NULL;

-- Releases an unfinished batch, so that another process need not wait for the end of the lease.
-- name: sweep_batch_give_back
UPDATE sweep_batch SET lease_until = 0 WHERE sweep_run_id = ? AND number = ? AND owner = ? AND done_at IS NULL;

-- name: sweep_batch_done
UPDATE sweep_batch SET done_at = ? WHERE sweep_run_id = ? AND number = ? AND owner = ? AND done_at IS NULL;

-- name: sweep_batches_left
SELECT COUNT(*) AS batches FROM sweep_batch WHERE sweep_run_id = ? AND done_at IS NULL;

-- name: sweep_run_add
UPDATE sweep_run SET looked_at = looked_at + ?, verified = verified + ?, pending = pending + ?, unknown = unknown + ? WHERE id = ?;

-- name: sweep_finding_add
INSERT INTO sweep_finding (sweep_run_id, finding, domains) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE domains = domains + ?;

-- name: sweep_run_finish
UPDATE sweep_run SET finished_at = ? WHERE id = ? AND finished_at IS NULL;

-- name: sweep_batch_clean
DELETE FROM sweep_batch WHERE sweep_run_id = ?;

-- Old runs, finished or not.
-- name: sweep_run_old
SELECT id FROM sweep_run WHERE begun_at < ? ORDER BY begun_at LIMIT 20;

-- name: sweep_finding_clean
DELETE FROM sweep_finding WHERE sweep_run_id = ?;

-- name: sweep_run_clean
DELETE FROM sweep_run WHERE id = ?;

-- name: sweep_run_counts
SELECT looked_at, verified, pending, unknown FROM sweep_run WHERE id = ?;

-- name: sweep_findings
SELECT finding, domains FROM sweep_finding WHERE sweep_run_id = ?;

-- The last complete nightly run, for the metrics.
-- name: sweep_run_last
SELECT id, begun_at, finished_at, looked_at, verified, pending, unknown FROM sweep_run WHERE due_at IS NOT NULL AND finished_at IS NOT NULL ORDER BY due_at DESC LIMIT 1;

-- All from one index, in its order.
-- name: sweep_page
SELECT account_id, id, name, selector, return_path_label, verdicts, sweep_hash, selector_ed25519 FROM domain FORCE INDEX (domain_sweep)
WHERE status = ? AND sweep_hash >= ? AND sweep_hash <= ? AND (sweep_hash > ? OR id > ?) ORDER BY sweep_hash, id LIMIT ?;

-- For a batch that another process began and did not finish: domains that it verified would be missing from the counts.
-- name: sweep_verified_since
SELECT COUNT(*) AS domains FROM domain FORCE INDEX (domain_sweep) WHERE status = 'verified' AND sweep_hash >= ? AND sweep_hash <= ? AND verified_at >= ?;
