-- What the mail server works with: who may submit, how each sender's mail leaves, which keys sign, what bounced.
-- Every statement can be run again after a half-done run. The mail server's user sees the views at the end, nothing under them.

-- SMTP AUTH of an account's software. hash: crypt(3) with SHA-512 ($6$…). tag: the account as a bounce address names it, 48 of its id's random bits.
CREATE TABLE IF NOT EXISTS mail_credential (
    login      VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    account_id BINARY(16)   NOT NULL,
    hash       VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at BIGINT       NOT NULL,
    tag        CHAR(12)     CHARACTER SET ascii COLLATE ascii_bin AS (LOWER(RIGHT(HEX(account_id), 12))) STORED,
    PRIMARY KEY (login),
    KEY mail_credential_account (account_id),
    KEY mail_credential_tag (tag),
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

-- Several keys a domain: those that are active sign; a new one waits for its record; a retired one only stays in DNS until mail in
-- flight is gone. state_at: since when. ADD COLUMN IF NOT EXISTS is MariaDB's alone, hence the detour.
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE dkim_key ADD COLUMN state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''active'', ADD COLUMN algorithm VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''rsa'', ADD COLUMN state_at BIGINT NOT NULL DEFAULT 0, ADD CONSTRAINT dkim_key_state_word CHECK (state IN (''new'', ''active'', ''retired'')), ADD CONSTRAINT dkim_key_algorithm_word CHECK (algorithm IN (''rsa'', ''ed25519''))', 'DO 0') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'dkim_key' AND column_name = 'state');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;

-- A key that is no PEM from end to end never reaches the mail server: it would fail in the middle of a delivery to somebody else's server.
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE dkim_private_key ADD CONSTRAINT dkim_private_key_is_whole CHECK (pem REGEXP ''^-----BEGIN (RSA )?PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,76}\n)+-----END (RSA )?PRIVATE KEY-----\n?$'')', 'DO 0') FROM information_schema.table_constraints WHERE table_schema = DATABASE() AND table_name = 'dkim_private_key' AND constraint_name = 'dkim_private_key_is_whole');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;

-- Who may submit. account: 32 hexadecimal digits, as the mail server keeps it with each mail.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_login AS
SELECT login, LOWER(HEX(account_id)) AS account, tag, hash
FROM mail_credential;

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
