-- The rows of a check, written in one short transaction after DNS has answered; and the audit trail.

-- name: domain_checked
UPDATE domain SET status = ?, verified_at = COALESCE(?, verified_at), checked_at = ?, last_check_id = ?, records_ok = ?, records_total = ?,
    verdicts = ?
WHERE account_id = ? AND id = ?;

-- name: check_insert
INSERT INTO dns_check (id, account_id, domain_id, `trigger`, at, ms, status_before, status_after, user_id, changed, results, details)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: observation_insert
INSERT INTO check_observation (check_id, account_id, observations) VALUES (?, ?, ?);

-- The checks that are kept, newest first.
-- name: check_newest
SELECT id, at, changed FROM dns_check FORCE INDEX (dns_check_domain) WHERE account_id = ? AND domain_id = ? ORDER BY at DESC, id DESC LIMIT ?;

-- A page of the history.
-- name: check_page
SELECT c.id, c.`trigger`, c.at, c.ms, c.status_before, c.status_after, u.email, c.results
FROM (SELECT id, account_id, user_id, `trigger`, at, ms, status_before, status_after, results FROM dns_check FORCE INDEX (dns_check_domain)
      WHERE account_id = ? AND domain_id = ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?) c
LEFT JOIN user u ON u.id = c.user_id AND u.account_id = c.account_id
ORDER BY c.at DESC, c.id DESC;

-- name: check_observed
SELECT c.at, o.observations FROM dns_check c JOIN check_observation o ON o.check_id = c.id
WHERE c.account_id = ? AND c.domain_id = ? AND c.id = ?;

-- By its key: a range scan would also lock other domains' rows.
-- name: check_delete
DELETE FROM dns_check WHERE account_id = ? AND id = ?;

-- name: event_insert
INSERT INTO audit_event (id, account_id, domain_id, domain_name, user_id, user_email, addr, action, `trigger`, detail, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- Whether a transaction whose COMMIT got no answer was done: the locking read waits for its end.
-- name: event_present
SELECT id FROM audit_event WHERE account_id = ? AND id = ? LOCK IN SHARE MODE;
