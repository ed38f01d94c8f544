-- A second DKIM key beside the RSA one: a domain that has it has a fourth record, and its mail is signed by both. Every statement can be run
-- again after a half-done run.

-- selector_ed25519: of the second key that signs, NULL where the domain has none; it stands in the night's index because the cheap question
-- asks for it. ADD COLUMN IF NOT EXISTS is MariaDB's alone, hence the detour.
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE domain ADD COLUMN selector_ed25519 VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NULL', 'DO 0') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'domain' AND column_name = 'selector_ed25519');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE domain DROP KEY domain_sweep, ADD KEY domain_sweep (status, sweep_hash, id, selector, verdicts, return_path_label, selector_ed25519)', 'DO 0') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'domain' AND index_name = 'domain_sweep' AND column_name = 'selector_ed25519');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;

-- How many records a domain has is known from the moment that it is added.
UPDATE domain SET records_total = 3 WHERE records_total = 0;
