-- Migrations: one at a time (GET_LOCK), each marked before and after, so that an interrupted one is detected and run again.

-- name: migration_lock
SELECT GET_LOCK(CONCAT('volmacht migrate ', DATABASE()), 60) AS taken;

-- name: migration_unlock
SELECT RELEASE_LOCK(CONCAT('volmacht migrate ', DATABASE())) AS released;

-- name: migration_table
CREATE TABLE IF NOT EXISTS schema_migration (
    version  INT          NOT NULL,
    name     VARCHAR(100) NOT NULL,
    begun_at BIGINT       NOT NULL,
    done_at  BIGINT       NULL,
    PRIMARY KEY (version)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- name: migration_done
SELECT done_at FROM schema_migration WHERE version = ? AND done_at IS NOT NULL;

-- name: migration_begin
INSERT INTO schema_migration (version, name, begun_at) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE name = name;

-- name: migration_end
UPDATE schema_migration SET done_at = ? WHERE version = ?;
