-- Accounts, users and their sessions.

-- name: account_insert
INSERT INTO account (id, name, created_at) VALUES (?, ?, ?);

-- name: account_present
SELECT 1 FROM account WHERE id = ?;

-- name: user_insert
INSERT INTO user (id, account_id, email, password_hash, role, created_at) VALUES (?, ?, ?, ?, ?, ?);

-- name: user_present
SELECT 1 FROM user WHERE account_id = ? AND id = ?;

-- Who logs in is known by the address alone: it is unique on the platform.
-- name: user_by_email
SELECT u.id, u.account_id, u.password_hash, EXISTS (SELECT 1 FROM totp t WHERE t.account_id = u.account_id AND t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS mfa_required
FROM user u WHERE u.email = ?;

-- A session carries what every page needs of its user and account: one row a request. Foreign keys keep these copies as their originals are.
-- The password that was shown to be right is still his: the locking read waits for a change of it under way, and a change after it finds this
-- session and ends it. NULL: he showed otherwise who he is.
-- name: session_insert
INSERT INTO session (token_hash, account_id, account_name, user_id, email, role, language, created_at, seen_at, expires_at, browser, os)
SELECT ?, a.id, a.name, u.id, u.email, u.role, u.language, ?, ?, ?, ?, ? FROM user u JOIN account a ON a.id = u.account_id
WHERE u.account_id = ? AND u.id = ? AND u.password_hash = COALESCE(?, u.password_hash) LOCK IN SHARE MODE;

-- name: session_by_token
SELECT account_id, account_name, user_id, email, role, language, seen_at FROM session WHERE token_hash = ? AND expires_at > ?;

-- name: session_seen
UPDATE session SET seen_at = ?, expires_at = ? WHERE token_hash = ? AND account_id = ? AND seen_at < ?;

-- name: session_delete
DELETE FROM session WHERE token_hash = ?;

-- name: session_delete_expired
DELETE FROM session WHERE expires_at <= ? LIMIT 500;
