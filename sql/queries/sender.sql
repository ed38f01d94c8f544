-- Senders of one account, their secrets, bounces, test mails, and credentials for SMTP AUTH. A sender belongs to the
-- account's own domain of that name, where there is one.

-- columns: sender_row
s.id, s.address, s.display_name, s.route, s.host, s.port, s.security, s.username, s.created_at, p.sender_id AS secret_of, d.id AS domain_id, d.status AS domain_status;

-- name: sender_page
SELECT {sender_row}
FROM sender s FORCE INDEX (sender_account_address)
LEFT JOIN sender_secret p ON p.sender_id = s.id
LEFT JOIN domain d ON d.account_id = s.account_id AND d.name = SUBSTRING_INDEX(s.address, '@', -1)
WHERE s.account_id = ? AND s.address > ? ORDER BY s.address LIMIT ?;

-- name: sender_row
SELECT {sender_row}
FROM sender s
LEFT JOIN sender_secret p ON p.sender_id = s.id
LEFT JOIN domain d ON d.account_id = s.account_id AND d.name = SUBSTRING_INDEX(s.address, '@', -1)
WHERE s.account_id = ? AND s.id = ?;

-- name: sender_lock
SELECT address FROM sender WHERE account_id = ? AND id = ? FOR UPDATE;

-- name: sender_insert
INSERT INTO sender (id, account_id, address, display_name, route, host, port, security, username, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: sender_update
UPDATE sender SET display_name = ?, route = ?, host = ?, port = ?, security = ?, username = ? WHERE account_id = ? AND id = ?;

-- The foreign keys delete its secret, test mails and their attempts.
-- name: sender_delete
DELETE FROM sender WHERE account_id = ? AND id = ?;

-- name: sender_secret_delete
DELETE p FROM sender_secret p JOIN sender s ON s.id = p.sender_id WHERE s.account_id = ? AND s.id = ?;

-- name: sender_secret_insert
INSERT INTO sender_secret (sender_id, account_id, secret) SELECT s.id, s.account_id, ? FROM sender s WHERE s.account_id = ? AND s.id = ?;

-- columns: bounce_row
recipient, status_code, reason, at;

-- name: bounce_newest
SELECT {bounce_row} FROM bounce WHERE account_id = ? AND sender_address = ? ORDER BY at DESC LIMIT ?;

-- name: bounce_newest_domain
SELECT {bounce_row} FROM bounce WHERE account_id = ? AND domain_name = ? ORDER BY at DESC LIMIT ?;

-- name: test_mail_insert
INSERT INTO test_mail (id, account_id, sender_id, recipient, at) VALUES (?, ?, ?, ?, ?);

-- name: test_mail_newest
SELECT id, recipient, at FROM test_mail WHERE account_id = ? AND sender_id = ? ORDER BY at DESC, id DESC LIMIT 1;

-- Older test mails of a sender are deleted.
-- name: test_mail_old
DELETE FROM test_mail WHERE account_id = ? AND sender_id = ? AND at < ?;

-- name: test_attempts
SELECT route, outcome, host, answer, signed_as, selectors, at FROM test_mail_attempt WHERE account_id = ? AND test_id = ? ORDER BY at DESC, id DESC LIMIT 5;

-- Credentials for SMTP AUTH: of the account's software (expires_at NULL), and of one test mail.
-- name: credential_insert
INSERT INTO mail_credential (login, account_id, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?);

-- name: credential_drop_expired
DELETE FROM mail_credential WHERE account_id = ? AND expires_at < ?;
