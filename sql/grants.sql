-- The rights of each database user: no more than its program needs. Run by the database's root with the schema selected, after
-- every `volmacht migrate`; safe to repeat. Names without a schema mean the selected one.
-- For a database on another machine, as users.sql says:  sed 's/@localhost/@"192.0.2.10"/' sql/grants.sql

-- The web program: no DDL, no FILE, and it can write a private key and never read one.
GRANT SELECT ON schema_migration TO volmacht_web@localhost;
GRANT SELECT ON account TO volmacht_web@localhost;
GRANT SELECT ON user TO volmacht_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO volmacht_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON domain TO volmacht_web@localhost;
GRANT SELECT, INSERT, UPDATE ON domain_count TO volmacht_web@localhost;
GRANT SELECT, INSERT, DELETE ON dkim_key TO volmacht_web@localhost;
GRANT SELECT (key_id), INSERT, UPDATE, DELETE ON dkim_private_key TO volmacht_web@localhost;
GRANT SELECT, INSERT ON selector_tombstone TO volmacht_web@localhost;
GRANT SELECT, INSERT, DELETE ON dns_check TO volmacht_web@localhost;
GRANT SELECT, INSERT ON check_observation TO volmacht_web@localhost;
GRANT SELECT, INSERT ON audit_event TO volmacht_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit TO volmacht_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON sender TO volmacht_web@localhost;
GRANT SELECT (sender_id), INSERT, UPDATE, DELETE ON sender_secret TO volmacht_web@localhost;
GRANT SELECT ON bounce TO volmacht_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON share_link TO volmacht_web@localhost;
GRANT UPDATE (state, state_at) ON dkim_key TO volmacht_web@localhost;
GRANT SELECT ON sweep_run TO volmacht_web@localhost;
GRANT SELECT ON sweep_finding TO volmacht_web@localhost;

-- The sweep: reads domains and writes the results of checks. No sessions, no private keys.
GRANT SELECT ON schema_migration TO volmacht_sweep@localhost;
GRANT SELECT, UPDATE (status, verified_at, checked_at, last_check_id, records_ok, records_total, verdicts) ON domain TO volmacht_sweep@localhost;
GRANT SELECT, INSERT, UPDATE ON domain_count TO volmacht_sweep@localhost;
GRANT SELECT ON dkim_key TO volmacht_sweep@localhost;
GRANT SELECT, INSERT, DELETE ON dns_check TO volmacht_sweep@localhost;
GRANT INSERT ON check_observation TO volmacht_sweep@localhost;
GRANT SELECT (id, account_id), INSERT ON audit_event TO volmacht_sweep@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON sweep_run TO volmacht_sweep@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON sweep_batch TO volmacht_sweep@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON sweep_finding TO volmacht_sweep@localhost;

-- The mail server: reads the views only, and writes bounces.
GRANT SELECT ON mail_domain TO volmacht_mail@localhost;
GRANT SELECT ON mail_key TO volmacht_mail@localhost;
GRANT SELECT ON mail_login TO volmacht_mail@localhost;
GRANT SELECT ON mail_sender TO volmacht_mail@localhost;
GRANT SELECT ON mail_return_path TO volmacht_mail@localhost;
GRANT SELECT, INSERT, DELETE ON mail_bounce TO volmacht_mail@localhost;

-- Test mails: the web's user writes them with a credential for a few minutes, the mail server records the delivery attempts.
GRANT SELECT, INSERT, DELETE ON test_mail TO volmacht_web@localhost;
GRANT SELECT ON test_mail_attempt TO volmacht_web@localhost;
GRANT SELECT (login, account_id, expires_at), INSERT, DELETE ON mail_credential TO volmacht_web@localhost;
GRANT SELECT ON mail_test TO volmacht_mail@localhost;
GRANT SELECT, INSERT ON mail_attempt TO volmacht_mail@localhost;

-- Notices: the web changes a user's own settings; the sweep reads addresses of admins and maintains the outbox.
GRANT UPDATE (language, notify) ON user TO volmacht_web@localhost;
GRANT SELECT (id, account_id, email, role, language, notify) ON user TO volmacht_sweep@localhost;
GRANT SELECT (account_id, domain_id, kind, since), INSERT ON notice TO volmacht_sweep@localhost;
GRANT SELECT, INSERT, UPDATE (owner, due_at, tries), DELETE ON outbox TO volmacht_sweep@localhost;

-- Members: the web makes, changes and removes users, and never moves one to another account or address. The sweep sends the
-- mails that could not be sent at once.
GRANT INSERT, UPDATE (password_hash, role), DELETE ON user TO volmacht_web@localhost;
GRANT SELECT, INSERT, DELETE ON invitation TO volmacht_web@localhost;
GRANT SELECT, INSERT, DELETE ON login_link TO volmacht_web@localhost;
GRANT SELECT, INSERT, UPDATE (due_at, tries, owner), DELETE ON login_mail TO volmacht_web@localhost;
GRANT SELECT, INSERT, UPDATE (secret, created_at, confirmed_at, last_step), DELETE ON totp TO volmacht_web@localhost;
GRANT SELECT, INSERT, DELETE ON recovery_code TO volmacht_web@localhost;
GRANT SELECT, INSERT, DELETE ON mfa_pending TO volmacht_web@localhost;
GRANT SELECT (id, name) ON account TO volmacht_sweep@localhost;
GRANT SELECT ON invitation TO volmacht_sweep@localhost;
GRANT INSERT ON login_link TO volmacht_sweep@localhost;
GRANT SELECT, UPDATE (due_at, tries, owner), DELETE ON login_mail TO volmacht_sweep@localhost;
