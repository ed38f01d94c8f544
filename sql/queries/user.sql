-- What users do with their own login. The statements named session_ work on the session that a token names, or on those of one user.

-- name: user_password
SELECT password_hash FROM user WHERE account_id = ? AND id = ?;

-- name: user_password_update
UPDATE user SET password_hash = ? WHERE account_id = ? AND id = ?;

-- A session is named to its user by half of its token's hash: enough to tell it apart, nothing to log in with.
-- name: session_list
SELECT LEFT(token_hash, 16), created_at, seen_at, browser, os FROM session WHERE account_id = ? AND user_id = ? AND expires_at > ?;

-- name: session_end
DELETE FROM session WHERE account_id = ? AND user_id = ? AND LEFT(token_hash, 16) = ?;

-- name: session_end_others
DELETE FROM session WHERE account_id = ? AND user_id = ? AND token_hash <> ?;

-- name: login_link_end
DELETE FROM login_link WHERE account_id = ? AND user_id = ?;
