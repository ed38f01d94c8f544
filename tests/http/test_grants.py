"""What each database user must not be able to do, tried on the real database."""

import pytest

from testbed.site import fresh_domain

REFUSED = [
    ("web", "SELECT * FROM dkim_private_key"), ("web", "SELECT COUNT(*) FROM dkim_private_key WHERE {pem} LIKE '-----BEGIN%'"),
    ("web", "SELECT CONCAT({pem}, '') FROM dkim_private_key"), ("web", "UPDATE dkim_private_key SET {pem} = CONCAT({pem}, 'x')"),
    ("web", "CREATE TABLE x (i INT)"), ("web", "DROP TABLE session"), ("web", "ALTER TABLE user ADD x INT"), ("web", "SELECT LOAD_FILE('/etc/passwd') FROM mysql.user"),
    ("web", "SELECT 1 INTO OUTFILE '/tmp/volmacht-outfile'"), ("web", "SELECT * FROM mail_key"), ("web", "GRANT SELECT ON dkim_private_key TO volmacht_web@localhost"),
    ("web", "UPDATE user SET email = 'x'"), ("web", "INSERT INTO account SELECT * FROM account"), ("web", "DELETE FROM audit_event"), ("web", "SELECT * FROM mysql.user"),
    ("sweep", "SELECT * FROM user"), ("sweep", "SELECT password_hash FROM user"), ("sweep", "UPDATE user SET notify = 1"), ("sweep", "DELETE FROM notice"),
    ("web", "UPDATE user SET account_id = account_id"), ("web", "UPDATE invitation SET role = 'admin'"), ("sweep", "SELECT * FROM totp"), ("mail", "SELECT secret FROM totp"),
    ("sweep", "SELECT * FROM login_link"), ("sweep", "SELECT * FROM recovery_code"), ("web", "SELECT * FROM outbox"), ("web", "INSERT INTO notice SELECT * FROM notice"), ("mail", "SELECT * FROM outbox"),
    ("sweep", "SELECT * FROM session"), ("sweep", "SELECT * FROM dkim_private_key"), ("sweep", "UPDATE domain SET name = 'x'"),
    ("sweep", "UPDATE domain SET account_id = account_id"), ("sweep", "DELETE FROM domain"),
    ("mail", "SELECT * FROM domain"), ("mail", "SELECT * FROM dkim_private_key"), ("mail", "SELECT * FROM session"), ("mail", "UPDATE mail_key SET selector = 'x'"),
    ("mail", "SELECT * FROM user"),
]


@pytest.fixture(scope="module")
def pem(site):
    site.account().client().add_domain(fresh_domain())
    columns = [row[0] for row in site.installation.sql("SHOW COLUMNS FROM dkim_private_key")]
    return next(c for c in columns if c not in ("key_id", "account_id", "created_at"))


@pytest.mark.parametrize("user,statement", REFUSED)
def test_refused(site, pem, user, statement):
    said = site.installation.sql(statement.format(pem=f"`{pem}`"), user=user, check=False)
    assert isinstance(said, str) and "denied" in said, said


def test_the_keys_are_there_to_be_refused(site, pem):
    assert int(site.installation.sql(f"SELECT COUNT(*) FROM dkim_private_key WHERE `{pem}` LIKE '-----BEGIN%'")[0][0]) > 0


def test_mail_user_reads_its_views(site):
    for view in ("mail_domain", "mail_key"):
        assert isinstance(site.installation.sql(f"SELECT COUNT(*) FROM {view}", user="mail", check=False), list)


def test_mail_views_hold_verified_domains_only(site):
    assert site.installation.sql("SELECT COUNT(*) FROM mail_domain") == site.installation.sql("SELECT COUNT(*) FROM domain WHERE status = 'verified'")
