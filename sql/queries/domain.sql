-- Domains of one account. Pages are keyset pages by name; each ORDER BY is the order of an index of its one table.
-- The overviews return the counts, the same in each row (a UNION costs three times as much as these columns); a page without rows reads them separately.

-- columns: domain_row
c.pending, c.verified, c.lost, d.id, d.name, d.unicode, d.status, d.created_at, d.verified_at, d.checked_at, d.records_ok, d.records_total;

-- name: domain_page
SELECT {domain_row}
FROM domain_count c
JOIN domain d FORCE INDEX (PRIMARY) ON d.account_id = c.account_id
WHERE c.account_id = ? AND d.name > ? ORDER BY d.name LIMIT ?;

-- name: domain_page_status
SELECT {domain_row}
FROM domain_count c
JOIN domain d FORCE INDEX (domain_status_search) ON d.account_id = c.account_id
WHERE c.account_id = ? AND d.status = ? AND d.name > ? ORDER BY d.name LIMIT ?;

-- name: domain_page_search
SELECT {domain_row}
FROM domain_count c
JOIN domain d FORCE INDEX (domain_search) ON d.account_id = c.account_id
WHERE c.account_id = ? AND d.name > ? AND (d.name LIKE ? ESCAPE '!' OR d.unicode LIKE ? ESCAPE '!') ORDER BY d.name LIMIT ?;

-- name: domain_page_search_status
SELECT {domain_row}
FROM domain_count c
JOIN domain d FORCE INDEX (domain_status_search) ON d.account_id = c.account_id
WHERE c.account_id = ? AND d.status = ? AND d.name > ? AND (d.name LIKE ? ESCAPE '!' OR d.unicode LIKE ? ESCAPE '!') ORDER BY d.name LIMIT ?;

-- Other orders than by name, with or without search and status (pattern % where there is none): the names of a page out of one key, which holds
-- all columns of the condition, then their rows, in any order. After (value, name): first the rest of that value, then the values after it. Reading
-- a key backwards, MariaDB reads each row unless the key covers the query: twelve times slower where few rows match.
-- name: domain_page_down
SELECT {domain_row}
FROM (SELECT name FROM domain FORCE INDEX (domain_search)
      WHERE account_id = ? AND name < ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY name DESC LIMIT ?) k
STRAIGHT_JOIN domain d ON d.account_id = ? AND d.name = k.name
JOIN domain_count c ON c.account_id = d.account_id;

-- name: domain_page_status_down
SELECT {domain_row}
FROM (SELECT name FROM domain FORCE INDEX (domain_status_search)
      WHERE account_id = ? AND status = ? AND name < ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY name DESC LIMIT ?) k
STRAIGHT_JOIN domain d ON d.account_id = ? AND d.name = k.name
JOIN domain_count c ON c.account_id = d.account_id;

-- name: domain_page_by_status
SELECT {domain_row}
FROM ((SELECT name FROM domain FORCE INDEX (domain_status_search)
       WHERE account_id = ? AND status <=> ? AND name > ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY name LIMIT ?)
      UNION ALL
      (SELECT name FROM domain FORCE INDEX (domain_status_search)
       WHERE account_id = ? AND status > ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY status, name LIMIT ?)) k
STRAIGHT_JOIN domain d ON d.account_id = ? AND d.name = k.name
JOIN domain_count c ON c.account_id = d.account_id;

-- name: domain_page_by_status_down
SELECT {domain_row}
FROM ((SELECT name FROM domain FORCE INDEX (domain_status_search)
       WHERE account_id = ? AND status <=> ? AND name < ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY name DESC LIMIT ?)
      UNION ALL
      (SELECT name FROM domain FORCE INDEX (domain_status_search)
       WHERE account_id = ? AND status < ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY status DESC, name DESC LIMIT ?)) k
STRAIGHT_JOIN domain d ON d.account_id = ? AND d.name = k.name
JOIN domain_count c ON c.account_id = d.account_id;

-- name: domain_page_by_created
SELECT {domain_row}
FROM ((SELECT name FROM domain FORCE INDEX (domain_by_created)
       WHERE account_id = ? AND created_at <=> ? AND name > ? AND status LIKE ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY name LIMIT ?)
      UNION ALL
      (SELECT name FROM domain FORCE INDEX (domain_by_created)
       WHERE account_id = ? AND created_at > ? AND status LIKE ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY created_at, name LIMIT ?)) k
STRAIGHT_JOIN domain d ON d.account_id = ? AND d.name = k.name
JOIN domain_count c ON c.account_id = d.account_id;

-- name: domain_page_by_created_down
SELECT {domain_row}
FROM ((SELECT name FROM domain FORCE INDEX (domain_by_created)
       WHERE account_id = ? AND created_at <=> ? AND name < ? AND status LIKE ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY name DESC LIMIT ?)
      UNION ALL
      (SELECT name FROM domain FORCE INDEX (domain_by_created)
       WHERE account_id = ? AND created_at < ? AND status LIKE ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY created_at DESC, name DESC LIMIT ?)) k
STRAIGHT_JOIN domain d ON d.account_id = ? AND d.name = k.name
JOIN domain_count c ON c.account_id = d.account_id;

-- name: domain_page_by_checked
SELECT {domain_row}
FROM ((SELECT name FROM domain FORCE INDEX (domain_by_checked)
       WHERE account_id = ? AND checked_at <=> ? AND name > ? AND status LIKE ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY name LIMIT ?)
      UNION ALL
      (SELECT name FROM domain FORCE INDEX (domain_by_checked)
       WHERE account_id = ? AND checked_at > ? AND status LIKE ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY checked_at, name LIMIT ?)) k
STRAIGHT_JOIN domain d ON d.account_id = ? AND d.name = k.name
JOIN domain_count c ON c.account_id = d.account_id;

-- name: domain_page_by_checked_down
SELECT {domain_row}
FROM ((SELECT name FROM domain FORCE INDEX (domain_by_checked)
       WHERE account_id = ? AND checked_at <=> ? AND name < ? AND status LIKE ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY name DESC LIMIT ?)
      UNION ALL
      (SELECT name FROM domain FORCE INDEX (domain_by_checked)
       WHERE account_id = ? AND checked_at < ? AND status LIKE ? AND (name LIKE ? ESCAPE '!' OR unicode LIKE ? ESCAPE '!') ORDER BY checked_at DESC, name DESC LIMIT ?)) k
STRAIGHT_JOIN domain d ON d.account_id = ? AND d.name = k.name
JOIN domain_count c ON c.account_id = d.account_id;

-- name: domain_counts
SELECT pending, verified, lost FROM domain_count WHERE account_id = ?;

-- columns: domain_state
k.public_b64, d.selector, d.selector_ed25519, d.last_check_id, d.name, d.unicode, d.status, d.return_path_label, d.return_path_target,
d.created_at, d.verified_at, d.checked_at, d.records_ok, d.records_total,
c.`trigger`, c.status_before, c.status_after, c.at AS check_at, c.ms, c.results, c.details;

-- One domain with all that its page shows but its events: its RSA key, its last check, the link for the DNS person. The index is named because so many
-- begin with the account: planning with all of them costs more than reading.
-- name: domain_detail
SELECT {domain_state},
       s.created_at AS share_created_at, s.expires_at AS share_expires_at, s.revoked_at, s.opened_at, s.checked_at AS share_checked_at
FROM domain d FORCE INDEX (domain_id)
JOIN dkim_key k ON k.domain_id = d.id AND k.selector = d.selector
LEFT JOIN dns_check c ON c.id = d.last_check_id
LEFT JOIN share_link s ON s.domain_id = d.id
WHERE d.account_id = ? AND d.id = ?;

-- The same without the share link: for checks; the sweep's user may not read links.
-- name: domain_state
SELECT {domain_state}
FROM domain d FORCE INDEX (domain_id)
JOIN dkim_key k ON k.domain_id = d.id AND k.selector = d.selector
LEFT JOIN dns_check c ON c.id = d.last_check_id
WHERE d.account_id = ? AND d.id = ?;

-- The second key, if the domain has one: most have none, and a join would slow them down.
-- name: domain_second_key
SELECT public_b64 FROM dkim_key WHERE account_id = ? AND domain_id = ? AND selector = ?;

-- The newest events of a domain, newest first.
-- name: domain_events
SELECT action, user_email, `trigger`, at
FROM audit_event
WHERE account_id = ? AND domain_id = ? ORDER BY id DESC LIMIT ?;

-- name: domain_id_by_name
SELECT id FROM domain WHERE account_id = ? AND name = ?;

-- name: domain_insert
INSERT INTO domain (id, account_id, name, unicode, status, created_at, selector, selector_ed25519, return_path_label, return_path_target, records_total)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: domain_count_added
INSERT INTO domain_count (account_id, pending) VALUES (?, 1) ON DUPLICATE KEY UPDATE pending = pending + 1;

-- name: domain_count_move
UPDATE domain_count SET pending = pending + ?, verified = verified + ?, lost = lost + ? WHERE account_id = ?;

-- name: key_insert
INSERT INTO dkim_key (id, account_id, domain_id, name, selector, public_b64, algorithm, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: private_key_insert
INSERT INTO dkim_private_key (key_id, account_id, pem) VALUES (?, ?, ?);

-- name: selector_tombstone
SELECT 1 FROM selector_tombstone WHERE name = ? AND selector = ?;

-- name: selector_tombstone_add
INSERT INTO selector_tombstone (name, selector, deleted_at)
SELECT k.name, k.selector, ? FROM dkim_key k WHERE k.account_id = ? AND k.domain_id = ?;

-- name: domain_lock
SELECT name, status, checked_at FROM domain WHERE account_id = ? AND id = ? FOR UPDATE;

-- Its foreign keys delete keys, checks, results and observations.
-- name: domain_delete
DELETE FROM domain WHERE account_id = ? AND id = ?;

-- The DNS residue of a domain: kept with the event of its deletion.
-- name: domain_dns_residue
SELECT d.return_path_label, d.return_path_target, k.selector FROM domain d JOIN dkim_key k ON k.domain_id = d.id
WHERE d.account_id = ? AND d.id = ? ORDER BY k.created_at DESC;

-- name: dns_residue_kept
SELECT domain_name, detail FROM audit_event WHERE account_id = ? AND domain_id = ? AND action = 'deleted';
