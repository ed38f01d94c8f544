-- The night: one pass over all domains that wait, shared by any number of processes.
--
-- domain.sweep_hash spreads neighbours (one hoster's domains, added together) over the whole key space; a batch is a range of it. verdicts: the last
-- check's verdicts, a letter a record in the order dkim, return_path, dmarc (u o m w), so that the cheap question knows what would be new. The index
-- holds all that the cheap question needs: a pass with nothing new reads it from end to end and touches no row.

SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE domain ADD COLUMN verdicts VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL, ADD COLUMN sweep_hash INT UNSIGNED AS (CRC32(id)) VIRTUAL', 'DO 0') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'domain' AND column_name = 'sweep_hash');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE domain ADD KEY domain_sweep (status, sweep_hash, id, selector, verdicts, return_path_label)', 'DO 0') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'domain' AND index_name = 'domain_sweep');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
SET @volmacht_sql = (SELECT IF(COUNT(*) > 0, 'ALTER TABLE domain DROP KEY domain_due', 'DO 0') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'domain' AND index_name = 'domain_due');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;

UPDATE domain d SET verdicts = (SELECT GROUP_CONCAT(LEFT(r.verdict, 1) ORDER BY FIELD(r.record, 'dkim', 'return_path', 'dmarc') SEPARATOR '') FROM check_result r WHERE r.check_id = d.last_check_id)
WHERE d.last_check_id IS NOT NULL AND d.verdicts IS NULL;

-- due_at: the moment by sweep_at and timezone, one row each, so that two timers mean one night; NULL: a pass that somebody asked for. Times of night are
-- the program's clock, leases are the database's: machines whose clocks differ agree on them.
CREATE TABLE IF NOT EXISTS night (
    id          BINARY(16) NOT NULL,
    due_at      BIGINT     NULL,
    begun_at    BIGINT     NOT NULL,
    finished_at BIGINT     NULL,
    batch_count INT        NOT NULL,
    looked_at   BIGINT     NOT NULL DEFAULT 0,
    verified    BIGINT     NOT NULL DEFAULT 0,
    pending     BIGINT     NOT NULL DEFAULT 0,
    unknown     BIGINT     NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    UNIQUE KEY night_due (due_at),
    KEY night_finished (finished_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Batch n of 2^k is the n-th part of sweep_hash. owner: a new id each time it is claimed.
CREATE TABLE IF NOT EXISTS sweep_batch (
    night_id    BINARY(16) NOT NULL,
    number      INT        NOT NULL,
    owner       BINARY(16) NULL,
    lease_until BIGINT     NOT NULL DEFAULT 0,
    claims      INT        NOT NULL DEFAULT 0,
    done_at     BIGINT     NULL,
    PRIMARY KEY (night_id, number),
    KEY sweep_batch_free (night_id, done_at, lease_until),
    KEY sweep_batch_owner (owner)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sweep_finding (
    night_id BINARY(16)  NOT NULL,
    finding  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    domains  BIGINT      NOT NULL,
    PRIMARY KEY (night_id, finding)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
