-- Notices by mail. The statements named nightly_ and outbox_claim go over all accounts, as the sweep does; due_at is by the database's own clock.

-- columns: notice_due
d.account_id, d.id AS domain_id;

-- Verified by a nightly check: the one at verified_at. Skips domains that had that notice already.
-- name: nightly_verified
SELECT {notice_due}, d.verified_at AS since
FROM domain d FORCE INDEX (domain_verified)
WHERE d.status = 'verified' AND d.verified_at >= ? AND d.verified_at <= ? AND (d.verified_at > ? OR d.id > ?)
  AND EXISTS (SELECT 1 FROM dns_check c WHERE c.domain_id = d.id AND c.at = d.verified_at AND c.account_id = d.account_id AND c.`trigger` = 'nightly' AND c.status_after = 'verified')
  AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.account_id = d.account_id AND n.domain_id = d.id AND n.kind = 'verified' AND n.since = d.verified_at)
ORDER BY d.verified_at, d.id LIMIT ?;

-- Pending since then.
-- name: nightly_waiting
SELECT {notice_due}, d.created_at AS since
FROM domain d FORCE INDEX (domain_created)
WHERE d.status = 'pending' AND d.created_at >= ? AND d.created_at <= ? AND (d.created_at > ? OR d.id > ?)
  AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.account_id = d.account_id AND n.domain_id = d.id AND n.kind = ? AND n.since = d.created_at)
ORDER BY d.created_at, d.id LIMIT ?;

-- name: notice_insert
INSERT INTO notice (account_id, domain_id, kind, since, at) VALUES (?, ?, ?, ?, ?);

-- A mail for each admin of the account who wants such mails.
-- name: notice_mails
INSERT INTO outbox (account_id, domain_id, kind, since, user_id, created_at, due_at)
SELECT u.account_id, ?, ?, ?, u.id, ?, 0 FROM user u WHERE u.account_id = ? AND u.role = 'admin' AND u.notify = 1;

-- name: outbox_claim
UPDATE outbox SET owner = ?, due_at = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) + ?
WHERE due_at <= CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) ORDER BY due_at LIMIT 1;

-- name: outbox_claimed
SELECT o.account_id, o.domain_id, o.kind, o.since, o.user_id, o.created_at, o.tries, u.email, u.language, u.notify
FROM outbox o JOIN user u ON u.id = o.user_id AND u.account_id = o.account_id
WHERE o.owner = ? LIMIT 1;

-- name: outbox_delete
DELETE FROM outbox WHERE account_id = ? AND domain_id = ? AND kind = ? AND since = ? AND user_id = ? AND owner = ?;

-- name: outbox_postpone
UPDATE outbox SET owner = NULL, tries = tries + 1, due_at = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) + ?
WHERE account_id = ? AND domain_id = ? AND kind = ? AND since = ? AND user_id = ? AND owner = ?;
