-- Rate limits that hold across processes: GCRA (ITU-T I.371) with one time for each subject. An update that finds no
-- room changes no row; only then the row is looked for.

-- name: limit_take
UPDATE rate_limit SET full_at = GREATEST(full_at, ?) + ? WHERE subject = ? AND GREATEST(full_at, ?) + ? <= ?;

-- name: limit_first
INSERT INTO rate_limit (subject, full_at) VALUES (?, ?);

-- name: limit_full_at
SELECT full_at FROM rate_limit WHERE subject = ?;

-- name: limit_delete_old
DELETE FROM rate_limit WHERE full_at < ? LIMIT 500;
