-- The members of an account: users with their roles, and invitations.

-- columns: member_row
id, email, role, created_at;

-- name: member_list
SELECT {member_row} FROM user WHERE account_id = ?;

-- name: member_get
SELECT {member_row} FROM user WHERE account_id = ? AND id = ?;

-- name: member_find
SELECT id FROM user WHERE account_id = ? AND email = ?;

-- All admins are locked, in the order of their ids: of two removals at once, the second sees that only one admin is left.
-- name: member_admins_lock
SELECT id FROM user WHERE account_id = ? AND role = 'admin' ORDER BY id FOR UPDATE;

-- name: member_role_update
UPDATE user SET role = ? WHERE account_id = ? AND id = ?;

-- name: member_delete
DELETE FROM user WHERE account_id = ? AND id = ?;

-- name: invitation_list
SELECT id, email, role, created_at, expires_at FROM invitation WHERE account_id = ?;

-- name: invitation_insert
INSERT INTO invitation (id, account_id, email, role, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?);

-- name: invitation_replace
DELETE FROM invitation WHERE account_id = ? AND email = ?;

-- name: invitation_get
SELECT email FROM invitation WHERE account_id = ? AND id = ?;

-- name: invitation_delete
DELETE FROM invitation WHERE account_id = ? AND id = ?;
