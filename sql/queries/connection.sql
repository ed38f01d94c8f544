-- What every connection begins and ends with. Transactions are READ COMMITTED: under REPEATABLE READ gap locks made most
-- parallel writers deadlock. The lock wait stays under the client's read timeout of 5 s, so that it ends as an answer.

-- name: connection_isolation
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;

-- name: connection_settings
SET SESSION innodb_lock_wait_timeout = 3, sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY';

-- name: transaction_begin
START TRANSACTION;

-- name: schema_version
SELECT COALESCE(MAX(version), 0) AS version, COALESCE(SUM(done_at IS NULL), 0) AS half_done FROM schema_migration;

-- May this user read the secret column? The answer the operator wants is 0.
-- name: private_keys_readable
SELECT COUNT(*) AS readable FROM information_schema.columns
WHERE table_schema = DATABASE() AND table_name = 'dkim_private_key' AND column_name = 'pem' AND FIND_IN_SET('select', privileges) > 0;

-- What this user was given: on the server, the schema, a table, a column; everybody may read that of himself. A schema's name is a pattern in grants.
-- A right that comes by a role is not seen; sql/grants.sql gives none so.
-- name: rights_held
SELECT '' AS held_table, '' AS held_column, privilege_type FROM information_schema.user_privileges
WHERE REPLACE(grantee, '''', '') = CURRENT_USER()
UNION ALL
SELECT '', '', privilege_type FROM information_schema.schema_privileges
WHERE REPLACE(grantee, '''', '') = CURRENT_USER() AND DATABASE() LIKE table_schema
UNION ALL
SELECT table_name, '', privilege_type FROM information_schema.table_privileges
WHERE REPLACE(grantee, '''', '') = CURRENT_USER() AND table_schema = DATABASE()
UNION ALL
SELECT table_name, column_name, privilege_type FROM information_schema.column_privileges
WHERE REPLACE(grantee, '''', '') = CURRENT_USER() AND table_schema = DATABASE();

-- Not run here: the mail server is asked to, as its own user (and takes no more than 256 characters). It finds nothing, or says what it may not read.
-- name: mail_views
SELECT 1 FROM mail_login, mail_sender, mail_key, mail_return_path, mail_bounce, mail_test, mail_attempt WHERE 0;
