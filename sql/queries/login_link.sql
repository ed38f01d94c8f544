-- Links by mail that lead to a password.

-- A link is found by its token alone; either the user's or the invitation's columns are NULL.
-- name: login_link_open
SELECT l.account_id, a.name AS account_name, u.id AS user_id, u.email AS user_email, i.id AS invitation_id, i.email AS invitation_email, i.role
FROM login_link l
JOIN account a ON a.id = l.account_id
LEFT JOIN user u ON u.id = l.user_id AND u.account_id = l.account_id
LEFT JOIN invitation i ON i.id = l.invitation_id AND i.account_id = l.account_id
WHERE l.token_hash = ? AND l.expires_at > ?;

-- name: login_link_take
DELETE FROM login_link WHERE token_hash = ? AND account_id = ? AND expires_at > ?;

-- name: login_link_insert
INSERT INTO login_link (token_hash, account_id, user_id, invitation_id, expires_at) VALUES (?, ?, ?, ?, ?);

-- name: login_link_end
DELETE FROM login_link WHERE account_id = ? AND user_id = ?;

-- name: login_link_delete_expired
DELETE FROM login_link WHERE expires_at <= ? LIMIT 500;

-- The mails that carry such links. due_at is by the database's own clock.
-- name: login_mail_insert
INSERT INTO login_mail (id, kind, email, language, invitation_id, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?, 0);

-- name: login_mail_claim
UPDATE login_mail SET owner = ?, due_at = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) + ?
WHERE due_at <= CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) ORDER BY due_at LIMIT 1;

-- name: login_mail_claimed
SELECT m.id, m.kind, m.email, m.language, m.created_at, m.tries, u.id AS user_id, u.account_id AS user_account_id, u.language AS user_language,
       i.id AS invitation_id, i.account_id AS invitation_account_id, i.expires_at, a.name AS account_name
FROM login_mail m
LEFT JOIN user u ON m.kind = 'password' AND u.email = m.email
LEFT JOIN invitation i ON i.id = m.invitation_id
LEFT JOIN account a ON a.id = i.account_id
WHERE m.owner = ? LIMIT 1;

-- name: login_mail_delete
DELETE FROM login_mail WHERE id = ? AND owner = ?;

-- name: login_mail_postpone
UPDATE login_mail SET owner = NULL, tries = tries + 1, due_at = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) + ? WHERE id = ? AND owner = ?;
