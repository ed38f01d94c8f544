-- Users see to themselves: invitations, links by mail, sessions with their browser, the second factor. Every statement can be run again after a
-- half-done run.

-- browser, os: in one word each, "Firefox" and "Windows"; "" where it is not known. ADD COLUMN IF NOT EXISTS is MariaDB's alone, hence the detour.
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE session ADD COLUMN browser VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''', ADD COLUMN os VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''''', 'DO 0') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'session' AND column_name = 'browser');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;

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

-- The second factor (RFC 6238). secret: as the user's own device has it, so it can't be hashed; read by the web's user alone. confirmed_at: NULL until
-- a first code was right, and until then nobody is asked for one. last_step: the time step of the last code that was used.
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

-- What opens in its place, once each. code_hash: SHA-256 of 80 random bits.
CREATE TABLE IF NOT EXISTS recovery_code (
    user_id    BINARY(16) NOT NULL,
    code_hash  BINARY(32) NOT NULL,
    account_id BINARY(16) NOT NULL,
    PRIMARY KEY (user_id, code_hash),
    CONSTRAINT recovery_code_user_exists FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Whose password was right and whose code is still wanted. token_hash: of the login form's cookie.
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
