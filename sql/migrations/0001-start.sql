-- The schema. Every statement can be run again after a half-done run.
--
-- Ids are UUIDv7 made by the program (so that an outcome can be looked up after a lost COMMIT); times are ms since 1970 UTC; names are A-labels in
-- ascii_bin: equal bytes, equal name. Every table of customer data has account_id.

-- --- Accounts and their users ---

CREATE TABLE IF NOT EXISTS account (
    id         BINARY(16)   NOT NULL,
    name       VARCHAR(200) NOT NULL,
    created_at BIGINT       NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY account_of_session (id, name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- email is stored in small letters; role: admin may change, viewer may look and check. language: "" where none was chosen (a foreign key with a
-- NULL in it holds nothing, see session). notify: whether the user wants the mails about domains.
CREATE TABLE IF NOT EXISTS user (
    id            BINARY(16)   NOT NULL,
    account_id    BINARY(16)   NOT NULL,
    email         VARCHAR(254) NOT NULL,
    password_hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    role          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    language      VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    created_at    BIGINT       NOT NULL,
    notify        TINYINT      NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    UNIQUE KEY user_email (email),
    UNIQUE KEY user_of_session (id, account_id, email, role, language),
    KEY user_account (account_id),
    CONSTRAINT user_account_exists FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT user_role_word CHECK (role IN ('admin', 'viewer'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- token_hash: SHA-256 of the cookie's token. A stolen copy of this table opens nothing. browser, os: in one word each, "Firefox" and "Windows"; ""
-- where it is not known. A session carries what every page needs of its user and account, so that a request reads one row. The foreign keys hold
-- these copies to their originals: a changed role, language, address or name is in all sessions at the same COMMIT, whoever changes it.
CREATE TABLE IF NOT EXISTS session (
    token_hash   BINARY(32)   NOT NULL,
    account_id   BINARY(16)   NOT NULL,
    user_id      BINARY(16)   NOT NULL,
    created_at   BIGINT       NOT NULL,
    seen_at      BIGINT       NOT NULL,
    expires_at   BIGINT       NOT NULL,
    browser      VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    os           VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    account_name VARCHAR(200) NOT NULL DEFAULT '',
    email        VARCHAR(254) NOT NULL DEFAULT '',
    role         VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    language     VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    PRIMARY KEY (token_hash),
    KEY session_expires (expires_at),
    KEY session_of_user (user_id, account_id, email, role, language),
    KEY session_of_account (account_id, account_name),
    CONSTRAINT session_as_user FOREIGN KEY (user_id, account_id, email, role, language) REFERENCES user (id, account_id, email, role, language) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT session_as_account FOREIGN KEY (account_id, account_name) REFERENCES account (id, name) ON UPDATE CASCADE ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who is asked to join an account. Gone when accepted or withdrawn.
CREATE TABLE IF NOT EXISTS invitation (
    id         BINARY(16)   NOT NULL,
    account_id BINARY(16)   NOT NULL,
    email      VARCHAR(254) NOT NULL,
    role       VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at BIGINT       NOT NULL,
    expires_at BIGINT       NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY invitation_email (account_id, email),
    KEY invitation_expires (expires_at),
    CONSTRAINT invitation_account_exists FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT invitation_role_word CHECK (role IN ('admin', 'viewer'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A link that was mailed: token_hash is the SHA-256 of its token, so a stolen copy of this table opens nothing. It leads a user to a new password,
-- or somebody invited to a first one. Each sending has a token of its own; using one ends all of that user or invitation.
CREATE TABLE IF NOT EXISTS login_link (
    token_hash    BINARY(32) NOT NULL,
    account_id    BINARY(16) NOT NULL,
    user_id       BINARY(16) NULL,
    invitation_id BINARY(16) NULL,
    expires_at    BIGINT     NOT NULL,
    PRIMARY KEY (token_hash),
    KEY login_link_user (user_id),
    KEY login_link_invitation (invitation_id),
    KEY login_link_expires (expires_at),
    CONSTRAINT login_link_user_exists FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
    CONSTRAINT login_link_invitation_exists FOREIGN KEY (invitation_id) REFERENCES invitation (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The mails with such a link that wait to be sent. One for a new password is written for every address that is typed in, also one that nobody has:
-- who that is, is looked up when it is sent. The token is made then, too: none lies here. due_at, owner: as in outbox.
CREATE TABLE IF NOT EXISTS login_mail (
    id            BINARY(16)   NOT NULL,
    kind          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    email         VARCHAR(254) NOT NULL,
    language      VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    invitation_id BINARY(16)   NULL,
    created_at    BIGINT       NOT NULL,
    due_at        BIGINT       NOT NULL,
    tries         INT          NOT NULL DEFAULT 0,
    owner         BINARY(16)   NULL,
    PRIMARY KEY (id),
    KEY login_mail_due (due_at),
    KEY login_mail_owner (owner),
    KEY login_mail_invitation (invitation_id),
    CONSTRAINT login_mail_invitation_exists FOREIGN KEY (invitation_id) REFERENCES invitation (id) ON DELETE CASCADE,
    CONSTRAINT login_mail_kind_word CHECK (kind IN ('password', 'invite'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The TOTP secret of a user (RFC 6238): as the user's own device has it, so it can't be hashed; read by the web's user alone. confirmed_at: NULL until a
-- first code was right, and until then nobody is asked for one. last_step: the time step of the last code that was used.
CREATE TABLE IF NOT EXISTS totp (
    user_id      BINARY(16) NOT NULL,
    account_id   BINARY(16) NOT NULL,
    secret       BINARY(20) NOT NULL,
    created_at   BIGINT     NOT NULL,
    confirmed_at BIGINT     NULL,
    last_step    BIGINT     NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id),
    CONSTRAINT totp_user_exists FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Codes that are taken in place of a TOTP code, once each. code_hash: SHA-256 of 80 random bits.
CREATE TABLE IF NOT EXISTS recovery_code (
    user_id    BINARY(16) NOT NULL,
    code_hash  BINARY(32) NOT NULL,
    account_id BINARY(16) NOT NULL,
    PRIMARY KEY (user_id, code_hash),
    CONSTRAINT recovery_code_user_exists FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Logins whose password was right and whose code is still to come. token_hash: of the login form's cookie.
CREATE TABLE IF NOT EXISTS mfa_pending (
    token_hash BINARY(32) NOT NULL,
    account_id BINARY(16) NOT NULL,
    user_id    BINARY(16) NOT NULL,
    expires_at BIGINT     NOT NULL,
    PRIMARY KEY (token_hash),
    KEY mfa_pending_user (user_id),
    KEY mfa_pending_expires (expires_at),
    CONSTRAINT mfa_pending_user_exists FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- --- Domains and their checks ---

-- unicode is NULL where it equals name (nearly everywhere). The same name may stand in several accounts, once in each.
-- checked_at is the start of the newest check that was applied: an older one that ends later changes nothing here.
-- The primary key is the order of the overview: the rows of one of its pages lie beside each other (a page of 50 took twice as long by id).
-- verdicts: the last check's verdicts, a letter a record in the order dkim, dkim_ed25519 (where there is one), return_path, dmarc (u o m w), so
-- that the sweep's cheap question knows what would be new. sweep_hash spreads neighbours (one hoster's domains, added together) over the whole key
-- space; a batch of the sweep is a range of it. selector_ed25519: of the second key that signs, NULL where the domain has none.
-- The keys: domain_search and domain_status_search hold all that a search or a filter of the overview asks, domain_by_created and domain_by_checked
-- the same in other orders, so that a page is a piece of one key and only the rows that it shows are read. domain_created and domain_verified find
-- what a notice is due for. domain_sweep holds all that the cheap question needs: a sweep with nothing new reads it from end to end and touches no row.
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
    verdicts           VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NULL,
    sweep_hash         INT UNSIGNED AS (CRC32(id)) VIRTUAL,
    selector_ed25519   VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    PRIMARY KEY (account_id, name),
    UNIQUE KEY domain_id (id),
    KEY domain_search (account_id, name, unicode),
    KEY domain_status_search (account_id, status, name, unicode),
    KEY domain_name (name, status),
    KEY domain_created (status, created_at, id),
    KEY domain_verified (status, verified_at, id),
    KEY domain_by_created (account_id, created_at, name, unicode, status),
    KEY domain_by_checked (account_id, checked_at, name, unicode, status),
    KEY domain_sweep (status, sweep_hash, id, selector, verdicts, return_path_label, selector_ed25519),
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

-- The public half. name is the domain's: a selector is given out once a name, whatever the account. state: active keys sign; a new one waits for
-- its record; a retired one only stays in DNS until mail in transit is gone. state_at: since when; 0: since it was made with its domain.
CREATE TABLE IF NOT EXISTS dkim_key (
    id         BINARY(16)   NOT NULL,
    account_id BINARY(16)   NOT NULL,
    domain_id  BINARY(16)   NOT NULL,
    name       VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    selector   VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    public_b64 VARCHAR(1024) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at BIGINT       NOT NULL,
    state      VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'active',
    algorithm  VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'rsa',
    state_at   BIGINT       NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    UNIQUE KEY dkim_key_selector (name, selector),
    UNIQUE KEY dkim_key_domain (domain_id, selector),
    CONSTRAINT dkim_key_domain_exists FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE,
    CONSTRAINT dkim_key_state_word CHECK (state IN ('new', 'active', 'retired')),
    CONSTRAINT dkim_key_algorithm_word CHECK (algorithm IN ('rsa', 'ed25519'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The secret half, in a table of its own: the web's user may write it and not read it. A key that is no PEM from end to end never reaches the mail
-- server: it would fail in the middle of a delivery, and the mail server would mark other tenants' destinations as failing.
CREATE TABLE IF NOT EXISTS dkim_private_key (
    key_id     BINARY(16)    NOT NULL,
    account_id BINARY(16)    NOT NULL,
    pem        VARCHAR(8192) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (key_id),
    CONSTRAINT dkim_private_key_exists FOREIGN KEY (key_id) REFERENCES dkim_key (id) ON DELETE CASCADE,
    CONSTRAINT dkim_private_key_is_pem CHECK (pem LIKE '-----BEGIN PRIVATE KEY-----%' OR pem LIKE '-----BEGIN RSA PRIVATE KEY-----%'),
    CONSTRAINT dkim_private_key_is_whole CHECK (pem REGEXP '^-----BEGIN (RSA )?PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,76}\n)+-----END (RSA )?PRIVATE KEY-----\n?$')
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Selectors of deleted domains: never given out again for that name, to nobody. Of the platform, so without account.
CREATE TABLE IF NOT EXISTS selector_tombstone (
    name       VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    selector   VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    deleted_at BIGINT       NOT NULL,
    PRIMARY KEY (name, selector)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- at: when it began. ms: how long DNS took. user_id: who asked for it, NULL for the sweep, the command line and the link. changed: it said something
-- else than the check before it; these are kept when others are thinned out. results: a line each, "dkim required wrong truncated"; details: what is
-- told of them, lines of a word and a value (lib/app/check/result_codec.h). They are written together and read together, hence no rows of their own.
CREATE TABLE IF NOT EXISTS dns_check (
    id            BINARY(16) NOT NULL,
    account_id    BINARY(16) NOT NULL,
    domain_id     BINARY(16) NOT NULL,
    `trigger`     VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at            BIGINT     NOT NULL,
    ms            INT        NOT NULL,
    status_before VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status_after  VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id       BINARY(16) NULL,
    changed       TINYINT    NOT NULL DEFAULT 1,
    results       VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    details       MEDIUMTEXT NULL,
    PRIMARY KEY (id),
    KEY dns_check_domain (domain_id, at, id),
    CONSTRAINT dns_check_domain_exists FOREIGN KEY (domain_id) REFERENCES domain (id) ON DELETE CASCADE,
    CONSTRAINT dns_check_trigger_word CHECK (`trigger` IN ('manual', 'nightly', 'share', 'api', 'cli')),
    CONSTRAINT dns_check_before_word CHECK (status_before IN ('pending', 'verified', 'lost')),
    CONSTRAINT dns_check_after_word CHECK (status_after IN ('pending', 'verified', 'lost'))
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

-- Who did what, when, from where. It outlives the domain, so no foreign key; the web's user can add and not change. The rows of a domain lie together,
-- by time: its page shows the newest, and one range costs a fifth of as many look-ups. domain_id is all zeros for what concerns no domain.
-- user_email: as it was then, so that it is known when the user is gone and a page needs no second table.
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
    user_email  VARCHAR(254) NULL,
    PRIMARY KEY (account_id, domain_id, id),
    UNIQUE KEY audit_event_id (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

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

-- One row a thing told, written with its mails in one transaction: its key makes a second telling impossible. since: the moment of what is told, the
-- domain's verified_at or created_at; a domain that was lost and is verified again is told of again.
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

-- One row a mail that is not sent yet. due_at: when it may be tried, by the database's clock. Who claims a mail sets owner to a new id and moves due_at
-- to the end of the lease: until then nobody else looks at it. Gone with its domain or its user.
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

-- One row a limit and subject (hashed): full_at is the moment up to which the allowance is used (GCRA's TAT), in ms.
CREATE TABLE IF NOT EXISTS rate_limit (
    subject BINARY(16) NOT NULL,
    full_at BIGINT     NOT NULL,
    PRIMARY KEY (subject),
    KEY rate_limit_full_at (full_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- --- The sweep ---

-- A sweep run: one pass over all pending and lost domains, shared by any number of processes. due_at: the moment by sweep_at and timezone, one row
-- each, so that two timers mean one run; NULL: a run that somebody asked for. Its times are the program's clock, leases are the database's: machines
-- whose clocks differ agree on them.
CREATE TABLE IF NOT EXISTS sweep_run (
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
    UNIQUE KEY sweep_run_due (due_at),
    KEY sweep_run_finished (finished_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Batch n of 2^k is the n-th part of sweep_hash. owner: a new id each time it is claimed.
CREATE TABLE IF NOT EXISTS sweep_batch (
    sweep_run_id BINARY(16) NOT NULL,
    number       INT        NOT NULL,
    owner        BINARY(16) NULL,
    lease_until  BIGINT     NOT NULL DEFAULT 0,
    claims       INT        NOT NULL DEFAULT 0,
    done_at      BIGINT     NULL,
    PRIMARY KEY (sweep_run_id, number),
    KEY sweep_batch_free (sweep_run_id, done_at, lease_until),
    KEY sweep_batch_owner (owner)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- In how many domains of a run each finding was.
CREATE TABLE IF NOT EXISTS sweep_finding (
    sweep_run_id BINARY(16)  NOT NULL,
    finding      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    domains      BIGINT      NOT NULL,
    PRIMARY KEY (sweep_run_id, finding)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- --- What the mail server works with: who may submit, how each sender's mail leaves, what bounced ---

-- SMTP AUTH of an account's software. hash: crypt(3) with SHA-512 ($6$…). tag: the account as a bounce address names it, 48 of its id's random bits.
-- expires_at: NULL for the logins of the account's software; those of test mails live some minutes.
CREATE TABLE IF NOT EXISTS mail_credential (
    login      VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    account_id BINARY(16)   NOT NULL,
    hash       VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at BIGINT       NOT NULL,
    tag        CHAR(12)     CHARACTER SET ascii COLLATE ascii_bin AS (LOWER(RIGHT(HEX(account_id), 12))) STORED,
    expires_at BIGINT       NULL,
    PRIMARY KEY (login),
    KEY mail_credential_account (account_id),
    KEY mail_credential_tag (tag),
    KEY mail_credential_expires (expires_at),
    CONSTRAINT mail_credential_account_exists FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT mail_credential_login_plain CHECK (login REGEXP '^[A-Za-z0-9._@+-]+$'),
    CONSTRAINT mail_credential_hash_crypt CHECK (hash LIKE '$6$%')
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- address: x@voorbeeld.nl, or @voorbeeld.nl for all of the domain; small letters, A-labels. The exact address goes before the domain.
-- host, port, security and username belong to route smtp alone; SendGrid's are the mail server's own settings.
CREATE TABLE IF NOT EXISTS sender (
    id           BINARY(16)   NOT NULL,
    account_id   BINARY(16)   NOT NULL,
    address      VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    display_name VARCHAR(100) NOT NULL DEFAULT '',
    route        VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    host         VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NULL,
    port         INT          NULL,
    security     VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NULL,
    username     VARCHAR(254) NULL,
    created_at   BIGINT       NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY sender_account_address (account_id, address),
    CONSTRAINT sender_account_exists FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT sender_route_word CHECK (route IN ('domain', 'smtp', 'sendgrid', 'default')),
    CONSTRAINT sender_address_plain CHECK (address REGEXP '^[^@[:space:][:cntrl:]]*@[a-z0-9-]+([.][a-z0-9-]+)+$' AND address = LOWER(address)),
    CONSTRAINT sender_display_name_line CHECK (display_name NOT REGEXP '[[:cntrl:]]'),
    CONSTRAINT sender_smtp_whole CHECK (route <> 'smtp' OR (host IS NOT NULL AND port IS NOT NULL AND security IS NOT NULL AND username IS NOT NULL)),
    CONSTRAINT sender_host_plain CHECK (host REGEXP '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$'),
    CONSTRAINT sender_port_mail CHECK (port IN (25, 465, 587, 2525)),
    CONSTRAINT sender_security_word CHECK (security IN ('starttls', 'tls')),
    CONSTRAINT sender_username_line CHECK (username <> '' AND username NOT REGEXP '[[:cntrl:]]')
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The password or API key, in a table of its own: the web's user may write it and not read it.
CREATE TABLE IF NOT EXISTS sender_secret (
    sender_id  BINARY(16)   NOT NULL,
    account_id BINARY(16)   NOT NULL,
    secret     VARCHAR(512) NOT NULL,
    PRIMARY KEY (sender_id),
    CONSTRAINT sender_secret_sender_exists FOREIGN KEY (sender_id) REFERENCES sender (id) ON DELETE CASCADE,
    CONSTRAINT sender_secret_line CHECK (secret <> '' AND secret NOT REGEXP '[[:cntrl:]]')
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Mail that came back. mail_id: the mail server's id of the mail that bounced, for its log. Text in it is others' input.
-- Bounded: at most 50 a mail, and the mail server drops what is older than 90 days.
CREATE TABLE IF NOT EXISTS bounce (
    id             BINARY(16)   NOT NULL,
    account_id     BINARY(16)   NOT NULL,
    domain_name    VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sender_address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    recipient      VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status_code    VARCHAR(12)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason         VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    mail_id        VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at             BIGINT       NOT NULL,
    PRIMARY KEY (id),
    KEY bounce_sender (account_id, sender_address, at),
    KEY bounce_domain (account_id, domain_name, at),
    KEY bounce_mail (account_id, mail_id),
    KEY bounce_age (account_id, at),
    CONSTRAINT bounce_account_exists FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The id stands in the mail's Message-ID, by which the mail server knows it.
CREATE TABLE IF NOT EXISTS test_mail (
    id         BINARY(16)   NOT NULL,
    account_id BINARY(16)   NOT NULL,
    sender_id  BINARY(16)   NOT NULL,
    recipient  VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at         BIGINT       NOT NULL,
    PRIMARY KEY (id),
    KEY test_mail_sender (account_id, sender_id, at),
    CONSTRAINT test_mail_sender_exists FOREIGN KEY (sender_id) REFERENCES sender (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row an attempt. outcome: delivered, deferred (it waits and is tried again) or failed. answer is others' text. selectors: those whose
-- keys signed it, with : between (the mail server sends nothing by that route that is not signed with each of them); signed_as: the domain.
CREATE TABLE IF NOT EXISTS test_mail_attempt (
    id         BINARY(16)   NOT NULL,
    account_id BINARY(16)   NOT NULL,
    test_id    BINARY(16)   NOT NULL,
    route      VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    outcome    VARCHAR(9)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    host       VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    answer     VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    signed_as  VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    selectors  VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at         BIGINT       NOT NULL,
    PRIMARY KEY (id),
    KEY test_mail_attempt_test (test_id, at),
    CONSTRAINT test_mail_attempt_test_exists FOREIGN KEY (test_id) REFERENCES test_mail (id) ON DELETE CASCADE,
    CONSTRAINT test_mail_attempt_outcome_word CHECK (outcome IN ('delivered', 'deferred', 'failed'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- --- Views: what the mail server's user sees, and nothing under them ---

-- Who may submit. account: 32 hexadecimal digits, as the mail server keeps it with each mail.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_login AS
SELECT login, LOWER(HEX(account_id)) AS account, tag, hash
FROM mail_credential
WHERE expires_at IS NULL OR expires_at > UNIX_TIMESTAMP() * 1000;

-- How a sender's mail leaves, where the account has said so.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_sender AS
SELECT s.account_id, s.address, s.display_name, s.route, s.host, s.port, s.security, s.username, p.secret
FROM sender s
LEFT JOIN sender_secret p ON p.sender_id = s.id;

-- The domains whose mail may be signed, by submitting account, for whoever looks: selectors of the keys that sign, with : between.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_domain AS
SELECT d.account_id, LOWER(INSERT(INSERT(INSERT(INSERT(HEX(d.account_id), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) AS account,
       d.name AS domain, CONCAT(d.return_path_label, '.', d.name) AS bounce_domain,
       (SELECT GROUP_CONCAT(k.selector ORDER BY k.selector SEPARATOR ':') FROM dkim_key k WHERE k.domain_id = d.id AND k.state = 'active') AS selectors
FROM domain d
WHERE d.status = 'verified';

-- One row a key that signs: all that the mail server asks for a mail with that domain, in one question. What does not begin as the PKCS#8
-- of an RSA key of at least 2048 bits (1150 bytes of DER are more than any shorter one has) or of an Ed25519 key, or is not as long as its
-- DER says (52 characters around it), is not there: a key that cannot sign fails in the middle of a delivery, and the mail server then
-- takes the recipient's server for down, for all tenants.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_key AS
SELECT d.account_id, LOWER(INSERT(INSERT(INSERT(INSERT(HEX(d.account_id), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) AS account,
       d.name AS domain, CONCAT(d.return_path_label, '.', d.name) AS bounce_domain, k.selector, p.pem AS private_key
FROM domain d
JOIN dkim_key k ON k.domain_id = d.id AND k.state = 'active'
JOIN dkim_private_key p ON p.key_id = k.id
WHERE d.status = 'verified'
  AND (p.pem LIKE '-----BEGIN PRIVATE KEY-----\nMII___IBADANBgkqhkiG9w0BAQEFAASC%'
       AND CONV(HEX(SUBSTR(FROM_BASE64(SUBSTR(p.pem, 29, 8)), 3, 2)), 16, 10) >= 1150
       AND LENGTH(REPLACE(p.pem, '\n', '')) = 52 + 4 * CEIL((4 + CONV(HEX(SUBSTR(FROM_BASE64(SUBSTR(p.pem, 29, 8)), 3, 2)), 16, 10)) / 3)
       OR p.pem LIKE '-----BEGIN PRIVATE KEY-----%' AND SUBSTR(p.pem, 29, 21) = 'MC4CAQAwBQYDK2VwBCIEI' AND LENGTH(REPLACE(p.pem, '\n', '')) = 116);

-- Whose return path a bounce came to: also of domains that are not verified (any more), never of deleted ones.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_return_path AS
SELECT name AS domain, return_path_label AS label, LOWER(HEX(account_id)) AS account, LOWER(RIGHT(HEX(account_id), 12)) AS tag
FROM domain;

CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_bounce AS
SELECT id, account_id, domain_name, sender_address, recipient, status_code, reason, mail_id, at
FROM bounce;

CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_test AS
SELECT id, account_id FROM test_mail;

CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_attempt AS
SELECT id, account_id, test_id, route, outcome, host, answer, signed_as, selectors, at
FROM test_mail_attempt;
