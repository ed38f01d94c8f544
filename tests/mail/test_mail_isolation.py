"""No account sends as another: account B, which has not verified voorbeeld.nl, tries to send as account A, which has."""

import base64
import smtplib

import pytest
from verifier import assert_does_not_pass_as, assert_passes, verify
from post import PASSWORD


@pytest.fixture(scope="module")
def two(post):
    """A with a verified domain, B with the same name pending, C without it."""
    a, b, c = post.account(), post.account(), post.account()
    domain = a.domain("voorbeeld.nl")
    b.domain("voorbeeld.nl", status="pending")
    return a, b, c, domain


@pytest.fixture(scope="module")
def published(post, two):
    """The zone as A publishes it; B's records are not in it."""
    return post.dns(two[0])


def arrived(post, subject):
    """The single mail, and the sink that got it."""
    post.settle()
    found = [(sink, mail) for sink in (post.own_route, post.default) for mail in sink.of(subject)]
    assert len(found) == 1, found
    return found[0]


def test_the_owner_passes(post, two, published):
    a, _, _, domain = two
    sink, mail = arrived(post, a.send("Jan <sales@voorbeeld.nl>"))
    assert sink is post.own_route
    assert_passes(mail, verify([mail], published)[0], domain.name)


FORMS = [
    ("plain", "sales@voorbeeld.nl"),
    ("name", "Jan <sales@voorbeeld.nl>"),
    ("capitals", "Jan <Sales@VOORBEELD.NL>"),
    ("name that looks like an address", '"sales@voorbeeld.nl" <sales@voorbeeld.nl>'),
    ("comment", "sales@voorbeeld.nl (Jan de Vries)"),
    ("comment in the middle", "Jan <sales(x)@voorbeeld.nl>"),
    ("encoded name", "=?utf-8?q?J=C3=A9r=C3=B4me?= <sales@voorbeeld.nl>"),
    ("raw UTF-8 name", "Jérôme <sales@voorbeeld.nl>"),
    ("folded", "Jan\n <sales@voorbeeld.nl>"),
    ("folded at once", "\n sales@voorbeeld.nl"),
    ("final dot", "sales@voorbeeld.nl."),
    ("quoted local part", '"sales"@voorbeeld.nl'),
    ("group", "Wij: sales@voorbeeld.nl;"),
    ("route", "<@mail.example:sales@voorbeeld.nl>"),
    ("IDN", "sales@voorbeeld.nl\u3002"),
    ("full-width", "sales@ｖoorbeeld.nl"),
    ("encoded address", "=?utf-8?q?sales=40voorbeeld=2Enl?="),
    ("encoded brackets", "=?utf-8?q?Jan_=3Csales=40voorbeeld=2Enl=3E?= <x@elders.test>"),
    ("two mailboxes", "sales@voorbeeld.nl, x@elders.test"),
    ("two mailboxes, ours last", "x@elders.test, sales@voorbeeld.nl"),
    ("empty group and a mailbox", "a:; sales@voorbeeld.nl"),
    ("two brackets", "<x@elders.test> <sales@voorbeeld.nl>"),
    ("NUL", "sales@voorbeeld.nl\0.elders.test"),
    ("subdomain", "sales@post.voorbeeld.nl"),
]
ENVELOPES = [("own", None), ("A's return path", "x@bounce.voorbeeld.nl"), ("empty", ""), ("A's address", "sales@voorbeeld.nl")]


@pytest.mark.parametrize("who", ["pending", "absent"])
def test_no_form_of_from_passes_for_another_account(post, two, published, who):
    """Every spelling of From with every kind of envelope: rejected, or sent to the default host and aligned with the platform only."""
    _, b, c, domain = two
    account = b if who == "pending" else c
    sent, refused = {}, set()
    for form, sender in FORMS:
        for envelope, mail_from in ENVELOPES if form in ("plain", "name", "comment") else [ENVELOPES[len(sent) % len(ENVELOPES)]]:
            try:
                sent[account.send(sender, mail_from="me@elders.test" if mail_from is None else mail_from)] = (form, envelope)
            except smtplib.SMTPResponseException as error:
                assert error.smtp_code == 550, (form, error)
                refused.add(form)
    post.settle(40)
    mails = [m for m in post.default.mails if m.header("Subject")[0] in sent]
    assert not [m for m in post.own_route.mails if m.header("Subject")[0] in sent]
    assert sorted(m.header("Subject")[0] for m in mails) == sorted(sent)
    for mail, verdict in zip(mails, verify(mails, published)):
        form, envelope = sent[mail.header("Subject")[0]]
        assert_does_not_pass_as(verdict, domain.name)
        assert not verdict["dkim"], (form, verdict)
        assert mail.mail_from == "" if envelope == "empty" else mail.mail_from.endswith("@mta.volmacht.example"), (form, envelope, mail.mail_from)
        assert len(mail.header("From")) == 1
    assert refused >= {"two mailboxes", "two mailboxes, ours last", "group", "encoded address", "full-width", "empty group and a mailbox"}, refused
    assert not refused & {"plain", "name", "capitals", "encoded name", "raw UTF-8 name", "folded", "folded at once"}, refused


HEADERS = [
    ("Sender", {"Sender": "sales@voorbeeld.nl"}),
    ("Resent-From", {"Resent-From": "sales@voorbeeld.nl"}),
    ("Reply-To", {"Reply-To": "sales@voorbeeld.nl"}),
    ("Return-Path", {"Return-Path": "<x@bounce.voorbeeld.nl>"}),
]


@pytest.mark.parametrize("name,headers", HEADERS, ids=[h[0] for h in HEADERS])
def test_another_header_changes_nothing(post, two, published, name, headers):
    _, b, _, domain = two
    _, mail = arrived(post, b.send("x@elders.test", headers=headers))
    assert_does_not_pass_as(verify([mail], published)[0], domain.name)


def test_a_forged_and_a_replayed_signature_do_not_leave(post, two, published):
    a, b, _, domain = two
    _, original = arrived(post, a.send("Jan <sales@voorbeeld.nl>", subject="replay-original"))
    signature = original.header("DKIM-Signature")[0]
    sink, mail = arrived(post, b.send("Jan <sales@voorbeeld.nl>", headers={"DKIM-Signature": signature}))
    assert sink is post.default
    assert_does_not_pass_as(verify([mail], published)[0], domain.name)
    # The bytes that A signed: an exact copy.
    with b.client() as smtp:
        smtp.sendmail("me@elders.test", ["bob@ontvanger.test"], original.data)
    post.settle()
    copy = post.default.of("replay-original")[0]
    assert not copy.header("DKIM-Signature")
    assert_does_not_pass_as(verify([copy], published)[0], domain.name)


@pytest.mark.parametrize("raw", [
    b"From: x@elders.test\nFrom: sales@voorbeeld.nl\nSubject: SUBJECT\n\nx\n",
    b"From: sales@voorbeeld.nl\nFROM : x@elders.test\nSubject: SUBJECT\n\nx\n",
    b"Subject: SUBJECT\nTo: bob@ontvanger.test\n\nx\n",
    b"From:\nSubject: SUBJECT\n\nx\n",
    b"From: undisclosed:;\nSubject: SUBJECT\n\nx\n",
    b"From: sales@voorbeeld.nl, <x@elders.test>\nSubject: SUBJECT\n\nx\n",
], ids=["two", "two, odd spelling", "none", "empty", "empty group", "list"])
def test_not_exactly_one_from_is_refused(post, two, raw):
    for account in two[:2]:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            account.send("x@elders.test", raw=raw)
        assert refused.value.smtp_code == 550


def test_the_platforms_own_domain_is_nobodys(post, two, published):
    """A From of the platform would align with the default host's envelope. It is sent as the platform's noreply, whatever DEFAULT_FROM is."""
    _, b, _, _ = two
    for sender in ("ceo@volmacht.example", "ceo@mail.volmacht.example"):
        for envelope in ("me@elders.test", ""):
            _, mail = arrived(post, b.send(sender, mail_from=envelope))
            assert mail.header("From")[0].endswith("<noreply@volmacht.example>")


def test_no_auth_no_relay(post, two):
    for mail_from, to in (("sales@voorbeeld.nl", "bob@ontvanger.test"), ("", "bob@ontvanger.test"), ("", "x@bounce.voorbeeld.nl"), ("x@y.test", "x@mta.volmacht.example"),
                          ("", "postmaster@voorbeeld.nl"), ("x@y.test", "bob%ontvanger.test@mta.volmacht.example"), ("x@y.test", "@mta.volmacht.example:bob@ontvanger.test")):
        with post.exim.client() as smtp:
            smtp.ehlo()
            smtp.docmd("MAIL", f"FROM:<{mail_from}>")
            assert smtp.docmd("RCPT", f"TO:<{to}>")[0] in (550, 501), to
            assert smtp.docmd("DATA")[0] == 503


def test_wrong_logins(post, two):
    a = two[0]
    for login, password in ((a.login, "wrong"), (a.login, ""), ("nobody", PASSWORD), (a.login + "' OR '1'='1", PASSWORD), ("", ""), (a.login, PASSWORD + " "), ("\\", PASSWORD)):
        for mechanism in ("PLAIN", "LOGIN"):
            with post.exim.client() as smtp:
                smtp.ehlo()
                if mechanism == "PLAIN":
                    code = smtp.docmd("AUTH", "PLAIN " + base64.b64encode(f"\0{login}\0{password}".encode()).decode())[0]
                else:
                    smtp.docmd("AUTH", "LOGIN")
                    smtp.docmd(base64.b64encode(login.encode()).decode())
                    code = smtp.docmd(base64.b64encode(password.encode()).decode())[0]
                assert code in (535, 501), (login, password, mechanism, code)
                smtp.docmd("MAIL", "FROM:<x@y.test>")
                assert smtp.docmd("RCPT", "TO:<bob@ontvanger.test>")[0] == 550


def test_a_local_program_has_no_account(post, two):
    """Submission by a local program (sendmail): no account, so no signature and no route."""
    post.exim.run("-i", "bob@ontvanger.test", stdin=b"From: sales@voorbeeld.nl\nSubject: local\n\nx\n", check=False)
    post.exim.run("-i", "-f", "<>", "bob@ontvanger.test", stdin=b"From: sales@voorbeeld.nl\nSubject: local\n\nx\n", check=False)
    post.settle()
    assert "mail is submitted by SMTP AUTH" in post.exim.log("reject")
    assert not post.own_route.of("local") and not post.default.of("local")


def test_the_mail_servers_user_sees_its_views_alone(post):
    for table in ("domain", "dkim_key", "dkim_private_key", "sender", "sender_secret", "mail_credential", "bounce", "account", "user", "session"):
        said = post.sql(f"SELECT COUNT(*) FROM {table}", user="mail", check=False)
        assert "denied" in str(said), (table, said)
    for statement in ("UPDATE mail_key SET selector='x'", "DELETE FROM mail_domain", "INSERT INTO mail_login (login, hash) VALUES ('x', '$6$x')"):
        assert "denied" in str(post.sql(statement, user="mail", check=False)), statement


def test_the_web_user_writes_secrets_and_reads_none(post, two):
    a = two[0]
    a.sender("geheim@voorbeeld.nl", "sendgrid", secret="SG.geheim")
    for question in ("SELECT secret FROM sender_secret", "SELECT sender_id FROM sender_secret WHERE secret LIKE 'S%'", "SELECT CONCAT(secret) FROM sender_secret",
                     "SELECT secret FROM mail_sender", "SELECT hash FROM mail_login", "SELECT private_key FROM mail_key", "SELECT hash FROM mail_credential"):
        assert "denied" in str(post.sql(question, user="web", check=False)), question
    assert post.sql("SELECT COUNT(*) FROM sender WHERE address = 'geheim@voorbeeld.nl'", user="web") == [["1"]]
