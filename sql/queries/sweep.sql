-- The night's pass: over all accounts, by ranges of sweep_hash. Leases are told by the database's own clock.

-- name: sweep_waiting
SELECT COALESCE(SUM(pending + lost), 0) AS waiting FROM domain_count;

-- name: sweep_night_insert
INSERT INTO night (id, due_at, begun_at, batch_count) VALUES (?, ?, ?, ?);

-- name: sweep_night_of
SELECT id, batch_count, begun_at, finished_at FROM night WHERE due_at = ?;

-- A pass that somebody asked for and that a process is at just now: who asks again shares it.
-- name: sweep_night_shared
SELECT n.id, n.batch_count, n.begun_at, n.finished_at FROM night n
WHERE n.due_at IS NULL AND n.finished_at IS NULL AND EXISTS (
    SELECT 1 FROM sweep_batch b WHERE b.night_id = n.id AND b.done_at IS NULL AND b.lease_until > CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED))
ORDER BY n.begun_at DESC LIMIT 1;

-- name: sweep_batch_first
INSERT INTO sweep_batch (night_id, number) VALUES (?, 0);

-- name: sweep_batch_double
INSERT INTO sweep_batch (night_id, number) SELECT night_id, number + ? FROM sweep_batch WHERE night_id = ?;

-- name: sweep_batch_claim
UPDATE sweep_batch SET owner = ?, claims = claims + 1, lease_until = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) + ?
WHERE night_id = ? AND done_at IS NULL AND lease_until < CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) ORDER BY lease_until LIMIT 1;

-- name: sweep_batch_claimed
SELECT number, claims FROM sweep_batch WHERE owner = ? AND night_id = ? AND done_at IS NULL ORDER BY number;

-- name: sweep_batch_renew
UPDATE sweep_batch SET lease_until = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) + ? WHERE night_id = ? AND number = ? AND owner = ? AND done_at IS NULL;

-- Given back unfinished, so that another need not wait for the lease's end.
-- name: sweep_batch_give_back
UPDATE sweep_batch SET lease_until = 0 WHERE night_id = ? AND number = ? AND owner = ? AND done_at IS NULL;

-- name: sweep_batch_done
UPDATE sweep_batch SET done_at = ? WHERE night_id = ? AND number = ? AND owner = ? AND done_at IS NULL;

-- name: sweep_batches_left
SELECT COUNT(*) AS batches FROM sweep_batch WHERE night_id = ? AND done_at IS NULL;

-- name: sweep_night_add
UPDATE night SET looked_at = looked_at + ?, verified = verified + ?, pending = pending + ?, unknown = unknown + ? WHERE id = ?;

-- name: sweep_finding_add
INSERT INTO sweep_finding (night_id, finding, domains) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE domains = domains + ?;

-- name: sweep_night_finish
UPDATE night SET finished_at = ? WHERE id = ? AND finished_at IS NULL;

-- name: sweep_batch_clean
DELETE FROM sweep_batch WHERE night_id = ?;

-- Nights of long ago and what is left of passes that nobody finished.
-- name: sweep_old
SELECT id FROM night WHERE begun_at < ? ORDER BY begun_at LIMIT 20;

-- name: sweep_finding_clean
DELETE FROM sweep_finding WHERE night_id = ?;

-- name: sweep_night_clean
DELETE FROM night WHERE id = ?;

-- name: sweep_night_counts
SELECT looked_at, verified, pending, unknown, begun_at, finished_at FROM night WHERE id = ?;

-- name: sweep_findings
SELECT finding, domains FROM sweep_finding WHERE night_id = ?;

-- The last whole night, for the metrics.
-- name: sweep_last
SELECT id, begun_at, finished_at, looked_at, verified, pending, unknown FROM night WHERE due_at IS NOT NULL AND finished_at IS NOT NULL ORDER BY due_at DESC LIMIT 1;

-- All from one index, in its order.
-- name: sweep_page
SELECT account_id, id, name, selector, return_path_label, verdicts, sweep_hash, selector_ed25519 FROM domain FORCE INDEX (domain_sweep)
WHERE status = ? AND sweep_hash >= ? AND sweep_hash <= ? AND (sweep_hash > ? OR id > ?) ORDER BY sweep_hash, id LIMIT ?;

-- A batch that somebody began and did not finish: what became verified in it would be missing from the counts.
-- name: sweep_verified_since
SELECT COUNT(*) AS domains FROM domain FORCE INDEX (domain_sweep) WHERE status = 'verified' AND sweep_hash >= ? AND sweep_hash <= ? AND verified_at >= ?;
