-- Sessions of logged-in users. A statement named session_ works on the session of a token, on those of one user, or on expired rows.

-- A session has copies of what every page needs of its user and account: one row for each request. Foreign keys keep these copies equal to their originals.
-- The verified password hash must still be the user's: the locking read waits for a concurrent change, and a later change finds
-- this session and ends it. NULL: no password was required.
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

-- The id of a session on pages is half of its token's hash: unique, and of no use for a login.
-- name: session_list
SELECT LEFT(token_hash, 16) AS id, created_at, seen_at, browser, os FROM session WHERE account_id = ? AND user_id = ? AND expires_at > ?;

-- name: session_end
DELETE FROM session WHERE account_id = ? AND user_id = ? AND LEFT(token_hash, 16) = ?;

-- name: session_end_others
DELETE FROM session WHERE account_id = ? AND user_id = ? AND token_hash <> ?;
