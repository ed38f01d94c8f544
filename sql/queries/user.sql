-- Users: their logins and settings.

-- name: user_insert
INSERT INTO user (id, account_id, email, password_hash, role, created_at) VALUES (?, ?, ?, ?, ?, ?);

-- name: user_present
SELECT 1 FROM user WHERE account_id = ? AND id = ?;

-- A login is by the address alone: it is unique on the platform.
-- name: user_by_email
SELECT u.id, u.account_id, u.password_hash, EXISTS (SELECT 1 FROM totp t WHERE t.account_id = u.account_id AND t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS mfa_required
FROM user u WHERE u.email = ?;

-- name: user_password
SELECT password_hash FROM user WHERE account_id = ? AND id = ?;

-- name: user_password_update
UPDATE user SET password_hash = ? WHERE account_id = ? AND id = ?;

-- name: user_settings
SELECT language, notify FROM user WHERE account_id = ? AND id = ?;

-- name: user_settings_update
UPDATE user SET language = ?, notify = ? WHERE account_id = ? AND id = ?;
