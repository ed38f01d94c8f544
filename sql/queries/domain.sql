-- Domains of one account. Pages are keyset pages by name; each ORDER BY is the order of an index of its one table.
-- The overviews bring the counts along, the same in each row (a UNION costs three times what these columns do); a page without rows asks for them.

-- name: domain_page
SELECT c.pending, c.verified, c.lost, d.id, d.name, d.unicode, d.status, d.created_at, d.verified_at, d.checked_at, d.records_ok, d.records_total
FROM domain_count c
JOIN domain d FORCE INDEX (PRIMARY) ON d.account_id = c.account_id
WHERE c.account_id = ? AND d.name > ? ORDER BY d.name LIMIT ?;

-- name: domain_page_status
SELECT c.pending, c.verified, c.lost, d.id, d.name, d.unicode, d.status, d.created_at, d.verified_at, d.checked_at, d.records_ok, d.records_total
FROM domain_count c
JOIN domain d FORCE INDEX (domain_status_search) ON d.account_id = c.account_id
WHERE c.account_id = ? AND d.status = ? AND d.name > ? ORDER BY d.name LIMIT ?;

-- name: domain_page_search
SELECT c.pending, c.verified, c.lost, d.id, d.name, d.unicode, d.status, d.created_at, d.verified_at, d.checked_at, d.records_ok, d.records_total
FROM domain_count c
JOIN domain d FORCE INDEX (domain_search) ON d.account_id = c.account_id
WHERE c.account_id = ? AND d.name > ? AND (d.name LIKE ? ESCAPE '!' OR d.unicode LIKE ? ESCAPE '!') ORDER BY d.name LIMIT ?;

-- name: domain_page_search_status
SELECT c.pending, c.verified, c.lost, d.id, d.name, d.unicode, d.status, d.created_at, d.verified_at, d.checked_at, d.records_ok, d.records_total
FROM domain_count c
JOIN domain d FORCE INDEX (domain_status_search) ON d.account_id = c.account_id
WHERE c.account_id = ? AND d.status = ? AND d.name > ? AND (d.name LIKE ? ESCAPE '!' OR d.unicode LIKE ? ESCAPE '!') ORDER BY d.name LIMIT ?;

-- name: domain_counts
SELECT pending, verified, lost FROM domain_count WHERE account_id = ?;

-- One domain with all that its page shows. Rows by kind: 1 a result of the last check (or none), each with the domain, its key, that
-- check and the link for the DNS person (a third SELECT for the results would cost more than these repetitions); 2 the newest events, newest first, in places of the same type.
-- name: domain_detail
(SELECT 1 AS kind, d.id AS id, d.last_check_id AS check_id, d.name AS word, d.unicode AS wide, d.status AS word2, k.public_b64 AS word3,
        d.selector AS word4, d.return_path_label AS word5, d.return_path_target AS word6, c.`trigger` AS word7, c.status_before AS word8,
        c.status_after AS word9, d.created_at AS n1, d.verified_at AS n2, d.checked_at AS n3, d.records_ok AS n4, d.records_total AS n5,
        c.at AS n6, c.ms AS n7, r.record AS record, r.verdict AS verdict, r.findings AS findings, r.details AS details, r.required AS required,
        s.created_at AS share1, s.expires_at AS share2, s.revoked_at AS share3, s.opened_at AS share4, s.checked_at AS share5
 FROM domain d
 JOIN dkim_key k ON k.domain_id = d.id AND k.selector = d.selector
 LEFT JOIN dns_check c ON c.id = d.last_check_id
 LEFT JOIN check_result r ON r.check_id = d.last_check_id
 LEFT JOIN share_link s ON s.domain_id = d.id
 WHERE d.account_id = ? AND d.id = ?)
UNION ALL
(SELECT 2, e.id, NULL, e.action, u.email, NULL, NULL, NULL, NULL, NULL, e.`trigger`, NULL, NULL, e.at, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
 FROM audit_event e
 LEFT JOIN user u ON u.id = e.user_id AND u.account_id = e.account_id
 WHERE e.account_id = ? AND e.domain_id = ? ORDER BY e.id DESC LIMIT ?);

-- The same without events: all that a check needs, and all that the sweep's user may read.
-- name: domain_state
SELECT 1 AS kind, d.id AS id, d.last_check_id AS check_id, d.name AS word, d.unicode AS wide, d.status AS word2, k.public_b64 AS word3,
       d.selector AS word4, d.return_path_label AS word5, d.return_path_target AS word6, c.`trigger` AS word7, c.status_before AS word8,
       c.status_after AS word9, d.created_at AS n1, d.verified_at AS n2, d.checked_at AS n3, d.records_ok AS n4, d.records_total AS n5,
       c.at AS n6, c.ms AS n7, r.record AS record, r.verdict AS verdict, r.findings AS findings, r.details AS details, r.required AS required
FROM domain d
JOIN dkim_key k ON k.domain_id = d.id AND k.selector = d.selector
LEFT JOIN dns_check c ON c.id = d.last_check_id
LEFT JOIN check_result r ON r.check_id = d.last_check_id
WHERE d.account_id = ? AND d.id = ?;

-- name: domain_id_by_name
SELECT id FROM domain WHERE account_id = ? AND name = ?;

-- name: domain_insert
INSERT INTO domain (id, account_id, name, unicode, status, created_at, selector, return_path_label, return_path_target)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: domain_count_added
INSERT INTO domain_count (account_id, pending) VALUES (?, 1) ON DUPLICATE KEY UPDATE pending = pending + 1;

-- name: domain_count_move
UPDATE domain_count SET pending = pending + ?, verified = verified + ?, lost = lost + ? WHERE account_id = ?;

-- name: key_insert
INSERT INTO dkim_key (id, account_id, domain_id, name, selector, public_b64, created_at) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: private_key_insert
INSERT INTO dkim_private_key (key_id, account_id, pem) VALUES (?, ?, ?);

-- name: selector_buried
SELECT 1 FROM selector_tombstone WHERE name = ? AND selector = ?;

-- name: selector_bury
INSERT INTO selector_tombstone (name, selector, deleted_at)
SELECT k.name, k.selector, ? FROM dkim_key k WHERE k.account_id = ? AND k.domain_id = ?;

-- name: domain_lock
SELECT name, status, checked_at FROM domain WHERE account_id = ? AND id = ? FOR UPDATE;

-- Keys, checks, results and observations go with it, by their foreign keys.
-- name: domain_delete
DELETE FROM domain WHERE account_id = ? AND id = ?;
