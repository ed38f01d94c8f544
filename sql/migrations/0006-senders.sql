-- Test mails of the senders page: each is a row with a login of its own that lives some minutes, and the mail server notes beside it how
-- each attempt went. Every statement can be run again after a half-done run.

-- expires_at: NULL for the logins of the account's software. ADD COLUMN IF NOT EXISTS is MariaDB's alone, hence the detour.
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE mail_credential ADD COLUMN expires_at BIGINT NULL, ADD KEY mail_credential_expires (expires_at)', 'DO 0') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'mail_credential' AND column_name = 'expires_at');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;

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

CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_login AS
SELECT login, LOWER(HEX(account_id)) AS account, tag, hash
FROM mail_credential
WHERE expires_at IS NULL OR expires_at > UNIX_TIMESTAMP() * 1000;

CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_test AS
SELECT id, account_id FROM test_mail;

CREATE OR REPLACE SQL SECURITY DEFINER VIEW mail_attempt AS
SELECT id, account_id, test_id, route, outcome, host, answer, signed_as, selectors, at
FROM test_mail_attempt;
