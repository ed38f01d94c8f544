-- The first schema. Every statement can be run again after a half-done run.
--
-- Ids are UUIDv7 made by the program (so that an outcome can be looked up after a lost COMMIT); times are ms since 1970 UTC;
-- names are A-labels in ascii_bin: equal bytes, equal name. Every table of customer data has account_id.

CREATE TABLE IF NOT EXISTS account (
    id         BINARY(16)   NOT NULL,
    name       VARCHAR(200) NOT NULL,
    created_at BIGINT       NOT NULL,
    PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- email is stored in small letters; role: admin may change, viewer may look and check.
CREATE TABLE IF NOT EXISTS user (
    id            BINARY(16)   NOT NULL,
    account_id    BINARY(16)   NOT NULL,
    email         VARCHAR(254) NOT NULL,
    password_hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    role          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    language      VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NULL,
    created_at    BIGINT       NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY user_email (email),
    KEY user_account (account_id),
    CONSTRAINT user_account_exists FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT user_role_word CHECK (role IN ('admin', 'viewer'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- token_hash: SHA-256 of the cookie's token. A stolen copy of this table opens nothing.
CREATE TABLE IF NOT EXISTS session (
    token_hash BINARY(32) NOT NULL,
    account_id BINARY(16) NOT NULL,
    user_id    BINARY(16) NOT NULL,
    created_at BIGINT     NOT NULL,
    seen_at    BIGINT     NOT NULL,
    expires_at BIGINT     NOT NULL,
    PRIMARY KEY (token_hash),
    KEY session_user (user_id),
    KEY session_expires (expires_at),
    CONSTRAINT session_user_exists FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- unicode is NULL where it equals name (nearly everywhere). The same name may stand in several accounts, once in each.
-- checked_at is the start of the newest check that was applied: an older one that ends later changes nothing here.
-- The primary key is the order of the overview: the rows of one of its pages lie beside each other (a page of 50 took twice as long by id).
CREATE TABLE IF NOT EXISTS domain (
    id                 BINARY(16)   NOT NULL,
    account_id         BINARY(16)   NOT NULL,
    name               VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    unicode            VARCHAR(253) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL,
    status             VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at         BIGINT       NOT NULL,
    verified_at        BIGINT       NULL,
    checked_at         BIGINT       NULL,
    last_check_id      BINARY(16)   NULL,
    records_ok         TINYINT      NOT NULL DEFAULT 0,
    records_total      TINYINT      NOT NULL DEFAULT 0,
    selector           VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    return_path_label  VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    return_path_target VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (account_id, name),
    UNIQUE KEY domain_id (id),
    KEY domain_search (account_id, name, unicode),
    KEY domain_status_search (account_id, status, name, unicode),
    KEY domain_due (status, id),
    KEY domain_name (name, status),
    CONSTRAINT domain_account_exists FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT domain_status_word CHECK (status IN ('pending', 'verified', 'lost'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How many domains of each status an account has, kept in the transactions that change them: counting costs nothing.
CREATE TABLE IF NOT EXISTS domain_count (
    account_id BINARY(16) NOT NULL,
    pending    BIGINT     NOT NULL DEFAULT 0,
    verified   BIGINT     NOT NULL DEFAULT 0,
    lost       BIGINT     NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id),
    CONSTRAINT domain_count_account_exists FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT domain_count_not_negative CHECK (pending >= 0 AND verified >= 0 AND lost >= 0)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The public half. name is the domain's: a selector is given out once a name, whatever the account.
CREATE TABLE IF NOT EXISTS dkim_key (
    id         BINARY(16)   NOT NULL,
    account_id BINARY(16)   NOT NULL,
    domain_id  BINARY(16)   NOT NULL,
    name       VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    selector   VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    public_b64 VARCHAR(1024) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at BIGINT       NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY dkim_key_selector (name, selector),
    UNIQUE KEY dkim_key_domain (domain_id, selector),
    CONSTRAINT dkim_key_domain_exists FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The secret half, in a table of its own: the web's user may write it and not read it. One unusable key would make the mail
-- server mark other tenants' destinations as failing, so what is no key does not get in.
CREATE TABLE IF NOT EXISTS dkim_private_key (
    key_id     BINARY(16)    NOT NULL,
    account_id BINARY(16)    NOT NULL,
    pem        VARCHAR(8192) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (key_id),
    CONSTRAINT dkim_private_key_exists FOREIGN KEY (key_id) REFERENCES dkim_key (id) ON DELETE CASCADE,
    CONSTRAINT dkim_private_key_is_pem CHECK (pem LIKE '-----BEGIN PRIVATE KEY-----%' OR pem LIKE '-----BEGIN RSA PRIVATE KEY-----%')
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Selectors of deleted domains: never given out again for that name, to nobody. Of the platform, so without account.
CREATE TABLE IF NOT EXISTS selector_tombstone (
    name       VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    selector   VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    deleted_at BIGINT       NOT NULL,
    PRIMARY KEY (name, selector)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- at: when it began. ms: how long DNS took.
CREATE TABLE IF NOT EXISTS dns_check (
    id            BINARY(16) NOT NULL,
    account_id    BINARY(16) NOT NULL,
    domain_id     BINARY(16) NOT NULL,
    `trigger`     VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at            BIGINT     NOT NULL,
    ms            INT        NOT NULL,
    status_before VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status_after  VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (id),
    KEY dns_check_domain (domain_id, at, id),
    CONSTRAINT dns_check_domain_exists FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE,
    CONSTRAINT dns_check_trigger_word CHECK (`trigger` IN ('manual', 'nightly', 'share', 'api', 'cli')),
    CONSTRAINT dns_check_before_word CHECK (status_before IN ('pending', 'verified', 'lost')),
    CONSTRAINT dns_check_after_word CHECK (status_after IN ('pending', 'verified', 'lost'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- findings: the words, most telling first, with commas between. details: JSON, what was found and where.
CREATE TABLE IF NOT EXISTS check_result (
    check_id   BINARY(16)   NOT NULL,
    record     VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    account_id BINARY(16)   NOT NULL,
    required   TINYINT      NOT NULL,
    verdict    VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    findings   VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    details    MEDIUMTEXT   NOT NULL,
    PRIMARY KEY (check_id, record),
    CONSTRAINT check_result_check_exists FOREIGN KEY (check_id) REFERENCES dns_check (id) ON DELETE CASCADE,
    CONSTRAINT check_result_verdict_word CHECK (verdict IN ('unknown', 'ok', 'missing', 'wrong')),
    CONSTRAINT check_result_details_json CHECK (JSON_VALID(details))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who answered what, as JSON: for the curious and for support, read on demand.
CREATE TABLE IF NOT EXISTS check_observation (
    check_id     BINARY(16) NOT NULL,
    account_id   BINARY(16) NOT NULL,
    observations MEDIUMTEXT NOT NULL,
    PRIMARY KEY (check_id),
    CONSTRAINT check_observation_check_exists FOREIGN KEY (check_id) REFERENCES dns_check (id) ON DELETE CASCADE,
    CONSTRAINT check_observation_json CHECK (JSON_VALID(observations))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who did what, when, from where. It outlives the domain, so no foreign key; the web's user can add and not change. The rows of a
-- domain lie together, by time: its page shows the newest, and one range costs a fifth of as many look-ups. domain_id is all zeros
-- for what concerns no domain.
CREATE TABLE IF NOT EXISTS audit_event (
    id          BINARY(16)   NOT NULL,
    account_id  BINARY(16)   NOT NULL,
    domain_id   BINARY(16)   NOT NULL,
    domain_name VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id     BINARY(16)   NULL,
    addr        VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    action      VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `trigger`   VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NULL,
    detail      VARCHAR(512) NOT NULL,
    at          BIGINT       NOT NULL,
    PRIMARY KEY (account_id, domain_id, id),
    UNIQUE KEY audit_event_id (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row a limit and subject (hashed): full_at is the moment up to which the allowance is used (GCRA's TAT), in ms.
CREATE TABLE IF NOT EXISTS rate_limit (
    subject BINARY(16) NOT NULL,
    full_at BIGINT     NOT NULL,
    PRIMARY KEY (subject),
    KEY rate_limit_full_at (full_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What the mail server's user sees, at delivery time: verified domains and their keys, by submitting account.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_domain AS
SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(d.account_id), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) AS account,
       d.name AS domain, CONCAT(d.return_path_label, '.', d.name) AS bounce_domain, d.selector AS selector
FROM domain d
WHERE d.status = 'verified';

CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_key AS
SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(d.account_id), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) AS account,
       d.name AS domain, k.selector AS selector, p.pem AS private_key
FROM domain d
JOIN dkim_key k ON k.domain_id = d.id AND k.selector = d.selector
JOIN dkim_private_key p ON p.key_id = k.id
WHERE d.status = 'verified';
