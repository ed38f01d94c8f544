-- The database's users; run by the database's root, safe to repeat, before the first `volmacht migrate`:
--
--   SET @volmacht_web_password = '…', @volmacht_sweep_password = '…', @volmacht_mail_password = '…', @volmacht_owner_password = '…';
--   SOURCE sql/users.sql
--
-- with the schema selected. A user whose variable is not set is created locked: no login is possible until
-- this file is run with a password (which also changes an existing one). The owner has all rights on this one schema: it
-- migrates and makes accounts and users. The rights of the others are in grants.sql, run after every `volmacht migrate`.
--
-- For a database on another machine, or one that doesn't resolve names: the users come from an address there, not from localhost. In this file and
-- in grants.sql alike (% stands for any part of it):
--
--   sed 's/@localhost/@"192.0.2.10"/' sql/users.sql

CREATE USER IF NOT EXISTS volmacht_web@localhost ACCOUNT LOCK;
CREATE USER IF NOT EXISTS volmacht_sweep@localhost ACCOUNT LOCK;
CREATE USER IF NOT EXISTS volmacht_mail@localhost ACCOUNT LOCK;
CREATE USER IF NOT EXISTS volmacht_owner@localhost ACCOUNT LOCK;

SET @volmacht_sql = IF(@volmacht_web_password IS NULL, 'DO 0', CONCAT('ALTER USER volmacht_web@localhost IDENTIFIED BY ', QUOTE(@volmacht_web_password), ' ACCOUNT UNLOCK'));
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
SET @volmacht_sql = IF(@volmacht_sweep_password IS NULL, 'DO 0', CONCAT('ALTER USER volmacht_sweep@localhost IDENTIFIED BY ', QUOTE(@volmacht_sweep_password), ' ACCOUNT UNLOCK'));
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
SET @volmacht_sql = IF(@volmacht_mail_password IS NULL, 'DO 0', CONCAT('ALTER USER volmacht_mail@localhost IDENTIFIED BY ', QUOTE(@volmacht_mail_password), ' ACCOUNT UNLOCK'));
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
SET @volmacht_sql = IF(@volmacht_owner_password IS NULL, 'DO 0', CONCAT('ALTER USER volmacht_owner@localhost IDENTIFIED BY ', QUOTE(@volmacht_owner_password), ' ACCOUNT UNLOCK'));
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;

GRANT ALL PRIVILEGES ON * TO volmacht_owner@localhost;
