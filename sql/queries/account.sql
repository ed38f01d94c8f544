-- Accounts.

-- name: account_insert
INSERT INTO account (id, name, created_at) VALUES (?, ?, ?);

-- name: account_present
SELECT 1 FROM account WHERE id = ?;
