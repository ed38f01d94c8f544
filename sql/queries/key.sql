-- The DKIM keys of a domain: the first, or the first two, are made with the domain (domain.sql), others replace them. A key's state decides whether it signs.

-- name: key_list
SELECT id, selector, public_b64, state, state_at, algorithm FROM dkim_key WHERE account_id = ? AND domain_id = ? ORDER BY created_at DESC, algorithm DESC, id DESC;

-- name: key_waiting
SELECT 1 FROM dkim_key WHERE account_id = ? AND domain_id = ? AND state = 'new';

-- name: key_insert_new
INSERT INTO dkim_key (id, account_id, domain_id, name, selector, public_b64, algorithm, created_at, state, state_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'new', ?);

-- The new keys must exist and be new: else nothing changes.
-- name: key_retire
UPDATE dkim_key SET state = 'retired', state_at = ? WHERE account_id = ? AND domain_id = ? AND state = 'active';

-- name: key_activate
UPDATE dkim_key SET state = 'active', state_at = ? WHERE account_id = ? AND domain_id = ? AND id = ? AND state = 'new';

-- name: domain_selector
UPDATE domain SET selector = ?, selector_ed25519 = ? WHERE account_id = ? AND id = ?;

-- name: private_key_forget
DELETE p FROM dkim_private_key p JOIN dkim_key k ON k.id = p.key_id WHERE k.account_id = ? AND k.domain_id = ? AND k.state = 'retired';

-- name: key_tombstone_add
INSERT INTO selector_tombstone (name, selector, deleted_at)
SELECT k.name, k.selector, ? FROM dkim_key k WHERE k.account_id = ? AND k.domain_id = ? AND k.id = ? AND k.state <> 'active';

-- name: key_delete
DELETE FROM dkim_key WHERE account_id = ? AND domain_id = ? AND id = ? AND state <> 'active';
