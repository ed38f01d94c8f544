-- An event keeps who did it by address: it is known when the user is gone, and a page needs no second table. Every statement can be run again
-- after a half-done run.

SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE audit_event ADD COLUMN user_email VARCHAR(254) NULL', 'DO 0') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'audit_event' AND column_name = 'user_email');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;

UPDATE audit_event e JOIN user u ON u.id = e.user_id SET e.user_email = u.email WHERE e.user_email IS NULL;
