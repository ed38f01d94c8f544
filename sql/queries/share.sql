-- The link for the DNS person: made and revoked by the account, opened by whoever has the token.

-- name: share_insert
INSERT INTO share_link (id, account_id, domain_id, token_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?);

-- name: share_replace
DELETE FROM share_link WHERE account_id = ? AND domain_id = ?;

-- name: share_revoke
UPDATE share_link SET revoked_at = ? WHERE account_id = ? AND domain_id = ? AND revoked_at IS NULL;

-- Whose link it is says the token alone: nothing else is known of who opens it.
-- name: share_by_token
SELECT account_id, id, domain_id, expires_at, opened_at FROM share_link WHERE token_hash = ? AND revoked_at IS NULL AND expires_at > ?;

-- name: share_opened
UPDATE share_link SET opened_at = ? WHERE account_id = ? AND id = ?;

-- name: share_checked
UPDATE share_link SET checked_at = ? WHERE account_id = ? AND id = ?;
