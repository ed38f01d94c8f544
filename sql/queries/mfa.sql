-- The second factor: TOTP secrets, recovery codes, and logins that are pending a code.

-- name: totp_get
SELECT t.secret, t.confirmed_at, (SELECT COUNT(*) FROM recovery_code r WHERE r.account_id = t.account_id AND r.user_id = t.user_id) AS codes_left
FROM totp t WHERE t.account_id = ? AND t.user_id = ?;

-- name: totp_drop_unconfirmed
DELETE FROM totp WHERE account_id = ? AND user_id = ? AND confirmed_at IS NULL;

-- name: totp_insert
INSERT INTO totp (user_id, account_id, secret, created_at) VALUES (?, ?, ?, ?);

-- name: totp_confirm
UPDATE totp SET confirmed_at = ?, last_step = ? WHERE account_id = ? AND user_id = ? AND confirmed_at IS NULL;

-- A code is accepted once: of two concurrent requests with it one advances the step.
-- name: totp_use
UPDATE totp SET last_step = ? WHERE account_id = ? AND user_id = ? AND confirmed_at IS NOT NULL AND last_step < ?;

-- name: totp_delete
DELETE FROM totp WHERE account_id = ? AND user_id = ?;

-- name: recovery_insert
INSERT INTO recovery_code (user_id, code_hash, account_id) VALUES (?, ?, ?);

-- name: recovery_use
DELETE FROM recovery_code WHERE account_id = ? AND user_id = ? AND code_hash = ?;

-- name: recovery_delete
DELETE FROM recovery_code WHERE account_id = ? AND user_id = ?;

-- As session_insert: only while the password hash that was verified is still the user's.
-- name: mfa_pending_insert
INSERT INTO mfa_pending (token_hash, account_id, user_id, expires_at)
SELECT ?, u.account_id, u.id, ? FROM user u WHERE u.account_id = ? AND u.id = ? AND u.password_hash = ? LOCK IN SHARE MODE;

-- name: mfa_pending_open
SELECT account_id, user_id FROM mfa_pending WHERE token_hash = ? AND expires_at > ?;

-- name: mfa_pending_end
DELETE FROM mfa_pending WHERE account_id = ? AND user_id = ?;

-- name: mfa_pending_delete
DELETE FROM mfa_pending WHERE token_hash = ? OR expires_at <= ?;
