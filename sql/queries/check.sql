-- What a check writes, in one short transaction after DNS has answered; and the audit trail.

-- name: domain_checked
UPDATE domain SET status = ?, verified_at = COALESCE(?, verified_at), checked_at = ?, last_check_id = ?, records_ok = ?, records_total = ?
WHERE account_id = ? AND id = ?;

-- A nightly check that found nothing new.
-- name: domain_looked_at
UPDATE domain SET checked_at = ? WHERE account_id = ? AND id = ? AND checked_at < ?;

-- name: check_insert
INSERT INTO dns_check (id, account_id, domain_id, `trigger`, at, ms, status_before, status_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: result_insert
INSERT INTO check_result (check_id, record, account_id, required, verdict, findings, details) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: observation_insert
INSERT INTO check_observation (check_id, account_id, observations) VALUES (?, ?, ?);

-- The checks that are kept, newest first.
-- name: check_newest
SELECT id, at FROM dns_check FORCE INDEX (dns_check_domain) WHERE account_id = ? AND domain_id = ? ORDER BY at DESC, id DESC LIMIT ?;

-- By its key: a range would lock other domains' rows on the way.
-- name: check_delete
DELETE FROM dns_check WHERE account_id = ? AND id = ?;

-- name: event_insert
INSERT INTO audit_event (id, account_id, domain_id, domain_name, user_id, addr, action, `trigger`, detail, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- Was a transaction whose COMMIT got no answer done? Waits for its end (locking read), then knows.
-- name: event_present
SELECT id FROM audit_event WHERE account_id = ? AND id = ? LOCK IN SHARE MODE;
