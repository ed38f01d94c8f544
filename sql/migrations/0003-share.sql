-- The link for the DNS person, and what the history of checks needs. Every statement can be run again after a half-done run.

-- token_hash: SHA-256 of the link's token. A stolen copy of this table opens nothing. One link a domain: a new one takes the old one's place.
-- opened_at, checked_at: the last time that the link was opened, and that somebody checked by it.
CREATE TABLE IF NOT EXISTS share_link (
    id         BINARY(16) NOT NULL,
    account_id BINARY(16) NOT NULL,
    domain_id  BINARY(16) NOT NULL,
    token_hash BINARY(32) NOT NULL,
    created_at BIGINT     NOT NULL,
    expires_at BIGINT     NOT NULL,
    revoked_at BIGINT     NULL,
    opened_at  BIGINT     NULL,
    checked_at BIGINT     NULL,
    PRIMARY KEY (id),
    UNIQUE KEY share_link_token (token_hash),
    UNIQUE KEY share_link_domain (domain_id),
    CONSTRAINT share_link_domain_exists FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- user_id: who asked for the check, NULL for the night, the command line and the link. changed: it said something else than the check before
-- it; these are kept when others are thinned out. ADD COLUMN IF NOT EXISTS is MariaDB's alone, hence the detour.
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE dns_check ADD COLUMN user_id BINARY(16) NULL, ADD COLUMN changed TINYINT NOT NULL DEFAULT 1', 'DO 0') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'dns_check' AND column_name = 'changed');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;
