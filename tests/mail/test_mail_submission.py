"""Logins for submission: TLS or loopback, limits on guessing, logins of several accounts."""

import base64
import os
import shutil
import smtplib
import socket
import ssl
import subprocess

import pytest
from post import PASSWORD

OUTSIDER = "127.0.0.77"


@pytest.fixture(scope="module")
def exim(post):
    """A server with a certificate, for which only 127.0.0.1 is the local machine."""
    certificate, key = post.authority.issue("127.0.0.1", "mail.volmacht.example")
    return post.another_exim(TLS_CERTIFICATE=certificate, TLS_PRIVATEKEY=key, SUBMIT_IN_CLEAR="127.0.0.1")


@pytest.fixture(scope="module")
def trust(post):
    return ssl.create_default_context(cafile=post.authority.certificate)


def test_no_login_in_the_clear_from_outside(post, exim, trust):
    account = post.account()
    with exim.client(source=OUTSIDER) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("auth") and smtp.has_extn("starttls")
        assert smtp.docmd("AUTH", "PLAIN AHgAeA==")[0] in (503, 550)
        smtp.docmd("MAIL", "FROM:<x@y.test>")
        assert smtp.docmd("RCPT", "TO:<bob@ontvanger.test>")[0] == 550
    with exim.client(account.login, PASSWORD, source=OUTSIDER, tls=trust) as smtp:
        smtp.sendmail("x@y.test", ["bob@ontvanger.test"], "From: x@y.test\r\nSubject: over-tls\r\n\r\nx\r\n")
    assert post.default.wait(1, match=lambda m: m.header("Subject") == ["over-tls"])
    with exim.client(account.login, PASSWORD) as smtp:
        assert smtp.noop()[0] == 250


def test_starttls_forgets_what_was_said_before(exim, trust):
    """Plaintext commands after STARTTLS are not executed inside TLS (CVE-2011-0411)."""
    with exim.client(source=OUTSIDER) as smtp:
        smtp.ehlo()
        smtp.sock.sendall(b"STARTTLS\r\nNOOP injected\r\n")
        code, _ = smtp.getreply()
        assert code in (220, 554)
        if code == 220:
            with pytest.raises((ssl.SSLError, smtplib.SMTPException, OSError)):
                smtp.sock = trust.wrap_socket(smtp.sock, server_hostname="127.0.0.1")
                smtp.file = None
                smtp.sock.settimeout(3)
                assert smtp.docmd("EHLO", "x")[0] == 250
                smtp.getreply()  # there must be no reply to the injected command


def test_guessing_is_stopped(post, exim, trust):
    account = post.account()
    source = "127.0.0.78"
    refused = 0
    for _ in range(26):
        try:
            with exim.client(source=source, tls=trust) as smtp:
                with pytest.raises(smtplib.SMTPAuthenticationError):
                    smtp.login(account.login, "wrong")
        except smtplib.SMTPConnectError as error:
            assert error.smtp_code == 451
            refused += 1
    assert refused >= 4
    with pytest.raises(smtplib.SMTPConnectError):
        exim.client(source=source)
    # Other clients are served.
    with exim.client(account.login, PASSWORD, source="127.0.0.79", tls=trust) as smtp:
        assert smtp.noop()[0] == 250


def test_a_right_login_hides_no_wrong_ones(post, exim, trust):
    """A login of one's own does not help to guess another's password."""
    mine, other = post.account(), post.account()
    wrong = base64.b64encode(f"\0{other.login}\0wrong".encode()).decode()
    right = base64.b64encode(f"\0{mine.login}\0{PASSWORD}".encode()).decode()
    guesses = 0
    for _ in range(12):
        try:
            with exim.client(source="127.0.0.80", tls=trust) as smtp:
                smtp.ehlo()
                for _ in range(3):
                    guesses += smtp.docmd("AUTH", "PLAIN " + wrong)[0] == 535
                smtp.docmd("AUTH", "PLAIN " + right)
        except smtplib.SMTPException:
            pass
    assert 15 <= guesses <= 24, guesses


def test_a_stranger_takes_no_more_than_a_share_of_the_connections(post, exim):
    account = post.account()
    held = []
    try:
        for _ in range(25):
            held.append(socket.create_connection((exim.address, exim.port), timeout=20, source_address=("127.0.0.81", 0)))
        codes = [connection.makefile("rb").readline()[:3] for connection in held]
        assert codes.count(b"220") == 20 and codes.count(b"421") == 5, codes
        mine = [exim.client(account.login, PASSWORD) for _ in range(25)]
        assert all(smtp.noop()[0] == 250 for smtp in mine)
        for smtp in mine:
            smtp.close()
    finally:
        for connection in held:
            connection.close()


@pytest.mark.parametrize("header", ["Subject: Betaling\n From: Jan SUBJECT", "Subject: SUBJECT\nX-A: h=to:date:\n\tfrom:subject"])
def test_a_folded_line_is_no_header_of_its_own(post, header):
    account = post.account()
    subject = account.send("x@elders.test", raw=f"From: x@elders.test\n{header}\n\nx\n".encode())
    assert post.default.wait(1, match=lambda m: subject in "".join(m.header("Subject")))


def test_one_account_with_several_logins(post):
    account = post.account()
    domain = account.domain()
    post.rows.credential("tweede", account.id, post.hash)
    account.login = "tweede"
    subject = account.send(f"x@{domain.name}")
    post.settle()
    assert post.own_route.of(subject)[0].header("DKIM-Signature")
    post.sql("DELETE FROM mail_credential WHERE login = 'tweede'")
    with pytest.raises(smtplib.SMTPAuthenticationError):
        account.client()


def test_the_configuration_as_it_is_installed(post, tmp_path):
    """Exim accepts exim.conf with the example of a site, also with direct delivery to MX hosts."""
    shutil.copy(os.path.join(post.source, "mail", "exim.conf"), tmp_path)
    shutil.copy(os.path.join(post.source, "mail", "exim-site.conf.example"), tmp_path / "exim-site.conf")
    done = subprocess.run([post.exim.binary, "-C", str(tmp_path / "exim.conf"), "-bP", "routers"], capture_output=True, text=True, check=False, env=dict(os.environ, **post.exim.env))
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("platform router:", "default_host router:", "own_smtp router:", "bounces router:"):
        assert name in done.stdout
    assert done.stdout.count("driver = dnslookup") == 2
