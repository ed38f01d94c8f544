-- The overview in other orders than by name. Each key holds all that a search or a filter asks, so that a page is a piece of one key, and only the
-- rows that it shows are read. Every statement can be run again after a half-done run.
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE domain ADD KEY domain_by_created (account_id, created_at, name, unicode, status), ADD KEY domain_by_checked (account_id, checked_at, name, unicode, status)', 'DO 0') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'domain' AND index_name = 'domain_by_checked');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;
