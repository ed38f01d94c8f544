-- People are told: what was told of which domain, and the mails that wait to be sent. Every statement can be run again after a half-done run.

-- notify: whether the user wants these mails. The two keys find what the night must tell of, without reading the rest of the domains.
-- ADD COLUMN IF NOT EXISTS is MariaDB's alone, hence the detour.
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE user ADD COLUMN notify TINYINT NOT NULL DEFAULT 1', 'DO 0') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'user' AND column_name = 'notify');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE domain ADD KEY domain_created (status, created_at, id), ADD KEY domain_verified (status, verified_at, id)', 'DO 0') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'domain' AND index_name = 'domain_verified');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;

-- One row a thing told, written with its mails in one transaction: its key makes a second telling impossible. since: the moment of what is
-- told, the domain's verified_at or created_at; a domain that was lost and is verified again is told of again.
CREATE TABLE IF NOT EXISTS notice (
    account_id BINARY(16)  NOT NULL,
    domain_id  BINARY(16)  NOT NULL,
    kind       VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    since      BIGINT      NOT NULL,
    at         BIGINT      NOT NULL,
    PRIMARY KEY (account_id, domain_id, kind, since),
    KEY notice_domain (domain_id),
    CONSTRAINT notice_domain_exists FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE,
    CONSTRAINT notice_kind_word CHECK (kind IN ('verified', 'waiting_3', 'waiting_14'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row a mail that is not sent yet. due_at: when it may be tried, by the database's clock. Who claims a mail sets owner to a new id and moves
-- due_at to the end of his lease: until then nobody else looks at it. Gone with its domain or its user.
CREATE TABLE IF NOT EXISTS outbox (
    account_id BINARY(16)  NOT NULL,
    domain_id  BINARY(16)  NOT NULL,
    kind       VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    since      BIGINT      NOT NULL,
    user_id    BINARY(16)  NOT NULL,
    created_at BIGINT      NOT NULL,
    due_at     BIGINT      NOT NULL,
    tries      INT         NOT NULL DEFAULT 0,
    owner      BINARY(16)  NULL,
    PRIMARY KEY (account_id, domain_id, kind, since, user_id),
    KEY outbox_due (due_at),
    KEY outbox_owner (owner),
    KEY outbox_domain (domain_id),
    KEY outbox_user (user_id),
    CONSTRAINT outbox_domain_exists FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE,
    CONSTRAINT outbox_user_exists FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
