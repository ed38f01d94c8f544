-- A session carries what every page needs of its user and account, so that a request reads one row. The foreign keys hold these copies to their
-- originals: a changed role, language, address or name is in all sessions at the same COMMIT, whoever changes it. Every statement can be run again
-- after a half-done run.

-- A foreign key with a NULL in it holds nothing: "" is a language that was not chosen.
UPDATE user SET language = '' WHERE language IS NULL;
ALTER TABLE user MODIFY COLUMN language VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE user ADD UNIQUE KEY user_of_session (id, account_id, email, role, language)', 'DO 0') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'user' AND index_name = 'user_of_session');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE account ADD UNIQUE KEY account_of_session (id, name)', 'DO 0') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'account' AND index_name = 'account_of_session');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE session ADD COLUMN account_name VARCHAR(200) NOT NULL DEFAULT '''', ADD COLUMN email VARCHAR(254) NOT NULL DEFAULT '''', ADD COLUMN role VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''', ADD COLUMN language VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''''', 'DO 0') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'session' AND column_name = 'account_name');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;

UPDATE session s JOIN user u ON u.id = s.user_id JOIN account a ON a.id = u.account_id
SET s.account_name = a.name, s.email = u.email, s.role = u.role, s.language = u.language;

-- In the place of the key and constraint that named the user alone.
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE session ADD KEY session_of_user (user_id, account_id, email, role, language), ADD KEY session_of_account (account_id, account_name), ADD CONSTRAINT session_as_user FOREIGN KEY (user_id, account_id, email, role, language) REFERENCES user (id, account_id, email, role, language) ON UPDATE CASCADE ON DELETE CASCADE, ADD CONSTRAINT session_as_account FOREIGN KEY (account_id, account_name) REFERENCES account (id, name) ON UPDATE CASCADE ON DELETE CASCADE', 'DO 0') FROM information_schema.table_constraints WHERE table_schema = DATABASE() AND table_name = 'session' AND constraint_name = 'session_as_user');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
SET @volmacht_sql = (SELECT IF(COUNT(*) = 1, 'ALTER TABLE session DROP FOREIGN KEY session_user_exists, DROP KEY session_user', 'DO 0') FROM information_schema.table_constraints WHERE table_schema = DATABASE() AND table_name = 'session' AND constraint_name = 'session_user_exists');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;
