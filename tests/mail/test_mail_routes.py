"""The effective route of a mail: the sender's own setting, the domain's, the authenticated domain, the default host; and the mail as received by each."""

import dataclasses
import smtplib
import socket
import ssl
import time

import pytest
from verifier import assert_passes, verify


def sinks_of(post, subject, *others):
    post.settle()
    return [sink for sink in (post.own_route, post.default, *others) for _ in sink.of(subject)]


def waits(post, subject, *others, seconds=2.5):
    """Asserts that no sink got the mail and that it is in the queue."""
    time.sleep(seconds)
    assert not [sink for sink in (post.own_route, post.default, *others) for _ in sink.of(subject)]
    return post.exim.queue()


def drop_queue(post):
    # A mail that is being delivered is locked.
    until = time.monotonic() + 15
    while (queue := post.exim.queue()) and time.monotonic() < until:
        for mail in queue:
            post.exim.run("-Mrm", mail, check=False)
    assert not queue


# --- precedence ---

def test_precedence(post):
    """Exact address, then the sender's domain, then the domain if verified, then the default host."""
    account, server = post.account(), post.outside()
    domain = account.domain()
    login = {"host": server.address, "secret": "secret"}
    account.sender(f"smtp@{domain.name}", "smtp", **login)
    account.sender(f"default@{domain.name}", "default")
    account.sender(f"domein@{domain.name}", "domain")
    expected = {"iemand": post.own_route, "smtp": server, "default": post.default, "domein": post.own_route, "SMTP": server}
    for local, sink in expected.items():
        assert sinks_of(post, account.send(f"{local}@{domain.name}"), server) == [sink], local
    account.sender(f"@{domain.name}", "smtp", **login)
    expected["iemand"] = server
    for local, sink in expected.items():
        assert sinks_of(post, account.send(f"{local}@{domain.name}"), server) == [sink], local
    # The domain is no longer verified: route domain means the default host, the other routes do not change.
    domain.set("lost")
    expected["domein"] = post.default
    for local, sink in expected.items():
        assert sinks_of(post, account.send(f"{local}@{domain.name}"), server) == [sink], local


def test_a_setting_is_the_accounts_own(post):
    """Another account with the same sender has its own route."""
    a, b, server = post.account(), post.account(), post.outside()
    a.domain("gedeeld.voorbeeld.test")
    a.sender("@gedeeld.voorbeeld.test", "smtp", host=server.address, secret="secret")
    assert sinks_of(post, b.send("x@gedeeld.voorbeeld.test"), server) == [post.default]
    b.domain("gedeeld.voorbeeld.test")
    assert sinks_of(post, b.send("x@gedeeld.voorbeeld.test"), server) == [post.own_route]


@pytest.mark.parametrize("sender", ["x@{}", "x@sub.{}"])
def test_only_the_domain_itself_is_signed_for(post, sender):
    account = post.account()
    domain = account.domain()
    wanted = post.own_route if sender == "x@{}" else post.default
    assert sinks_of(post, account.send(sender.format(domain.name))) == [wanted]


def test_several_recipients_are_one_mail(post):
    account = post.account()
    domain = account.domain()
    subject = account.send(f"x@{domain.name}", to=["a@een.test", "b@twee.test", "c@een.test"])
    post.settle()
    assert sorted(r for m in post.own_route.of(subject) for r in m.recipients) == ["a@een.test", "b@twee.test", "c@een.test"]


# --- the own domain ---

@pytest.mark.parametrize("keys", [["rsa"], ["ed25519"], ["rsa", "ed25519"]], ids=" and ".join)
def test_signed_and_aligned(post, keys):
    account = post.account()
    domain = account.domain(algorithm=keys[0])
    for algorithm in keys[1:]:
        domain.add_key(algorithm)
    subject = account.send(f'"Jan, de Vries" <Jan@{domain.name}>', headers={"Cc": "c@ontvanger.test", "Reply-To": f"ja@{domain.name}"}, body="Régel één\n.punt\nFrom hier\n" + "x" * 900 + "\n")
    post.settle()
    mail = post.own_route.of(subject)[0]
    assert_passes(mail, verify([mail], post.dns(account))[0], domain.name, len(keys))
    assert mail.header("From") == [f'"Jan, de Vries" <Jan@{domain.name}>']


def test_keys_that_are_new_or_retired_do_not_sign(post):
    account = post.account()
    domain = account.domain()
    first = next(iter(domain.selectors))
    new = domain.add_key(state="new")

    def selectors():
        subject = account.send(f"x@{domain.name}")
        post.settle()
        return {tag.split("=")[1] for s in post.own_route.of(subject)[0].header("DKIM-Signature") for tag in s.replace(" ", "").split(";") if tag.strip().startswith("s=")}
    assert selectors() == {first}
    domain.set_key(new, "active")
    assert selectors() == {first, new}
    domain.set_key(first, "retired")
    assert selectors() == {new}


def test_a_second_header_breaks_the_signature(post):
    """Oversigned: another From, Subject, Date, To or Reply-To added in transit breaks the signature."""
    account = post.account()
    domain = account.domain()
    subject = account.send(f"x@{domain.name}")
    post.settle()
    mail = post.own_route.of(subject)[0]
    names = ("From", "Subject", "Date", "To", "Reply-To", "Cc", "Message-ID", "Content-Type", "MIME-Version")
    changed = [dataclasses.replace(mail, data=f"{name}: evil@elders.test\r\n".encode() + mail.data) for name in names]
    for name, verdict in zip(names, verify(changed, post.dns(account))):
        assert verdict["dkim"][0]["result"] != "pass", name


def test_what_is_not_passed_on(post):
    account = post.account()
    domain = account.domain()
    for sender in (f"x@{domain.name}", "x@elders.test"):
        subject = account.send(sender, headers={"Bcc": "geheim@ontvanger.test", "DKIM-Signature": "v=1; d=x.test", "Return-Path": "<a@b.test>", "Date": None, "Message-ID": None})
        post.settle()
        mail = (post.own_route.of(subject) + post.default.of(subject))[0]
        assert b"geheim" not in mail.data and b"x.test" not in mail.headers.replace(b"elders.test", b"") and not mail.header("Return-Path") and not mail.header("Bcc")
        assert len(mail.header("Date")) == len(mail.header("Message-ID")) == 1
        assert account.login.encode() not in mail.data and b"client.example" not in mail.data and b"127.0.0.1" not in mail.headers


def test_the_next_delivery_after_the_commit_is_signed(post):
    account = post.account()
    domain = account.domain(status="pending")
    assert sinks_of(post, account.send(f"x@{domain.name}")) == [post.default]
    domain.set("verified")
    assert sinks_of(post, account.send(f"x@{domain.name}")) == [post.own_route]
    domain.delete()
    assert sinks_of(post, account.send(f"x@{domain.name}")) == [post.default]


# --- the default host ---

NAMES = [
    ("Jan <{}>", 'Jan <noreply@volmacht.example>'),
    ('"Jan, de Vries" <{}>', '"Jan, de Vries" <noreply@volmacht.example>'),
    ('"Jan \\"de\\" Vries" <{}>', None),
    ("{}", '"x@elders.test" <noreply@volmacht.example>'),
    ('"x@elders.test" <{}>', '"x@elders.test" <noreply@volmacht.example>'),
    ("=?utf-8?q?J=C3=A9r=C3=B4me?= <{}>", "=?UTF-8?Q?J=C3=A9r=C3=B4me?= <noreply@volmacht.example>"),
    ("=?utf-8?q?a=0D=0ABcc=3A_evil=40x.test?= <{}>", None),
    ("Jan\n de\n Vries <{}>", None),
    ("ceo@bank.test <{}>", None),
    ("é" * 80 + " <{}>", None),
]


@pytest.mark.parametrize("sender,shown", NAMES)
def test_the_default_host_shows_the_sender_and_answers_reach_it(post, sender, shown):
    account = post.account()
    try:
        subject = account.send(sender.format("x@elders.test"))
    except smtplib.SMTPResponseException as error:
        assert error.smtp_code == 550 and "ceo" in sender
        return
    post.settle()
    mail = post.default.of(subject)[0]
    froms = mail.header("From")
    assert len(froms) == 1 and froms[0].endswith("<noreply@volmacht.example>"), froms
    assert shown is None or froms == [shown]
    assert mail.header("Reply-To") == ["x@elders.test"] and not mail.header("Bcc") and not mail.header("DKIM-Signature")
    assert mail.mail_from.startswith("bounces+") and mail.mail_from.endswith("@mta.volmacht.example")
    # The mail is authenticated as the platform's: its SPF, aligned with its From.
    assert verify([mail], post.dns())[0]["dmarc"]["result"] == "pass"


def test_an_own_reply_to_stays(post):
    subject = post.account().send("x@elders.test", headers={"Reply-To": "Vragen <vragen@elders.test>"})
    post.settle()
    assert post.default.of(subject)[0].header("Reply-To") == ["Vragen <vragen@elders.test>"]


def test_the_senders_own_display_name(post):
    account = post.account()
    account.sender("x@elders.test", "default", name="Ons Bedrijf é")
    subject = account.send("x@elders.test")
    post.settle()
    assert post.default.of(subject)[0].header("From") == ["=?UTF-8?Q?Ons_Bedrijf_=C3=A9?= <noreply@volmacht.example>"]


# --- the account's own server, SendGrid ---

@pytest.mark.parametrize("security,port", [("starttls", 2525), ("tls", 2525)])
def test_own_server(post, security, port):
    """TLS verified, logged in, the sender's own envelope sender, no header of ours."""
    account = post.account()
    server = post.outside(port=port, implicit=security == "tls")
    account.sender("verkoop@winkel.test", "smtp", host=server.address, security=security, secret="secret")
    subject = account.send("Winkel <verkoop@winkel.test>", mail_from="iemand@anders.test")
    post.settle()
    mail = server.of(subject)[0]
    assert mail.tls and mail.user == "user" and mail.mail_from == "verkoop@winkel.test"
    assert mail.header("From") == ["Winkel <verkoop@winkel.test>"] and not mail.header("DKIM-Signature")


@pytest.mark.parametrize("user,secret", [("user", "a:b:c"), ("u^s^er", "^^x^"), ("u:ser", "$6$x${lookup}"), ("user", "q'\"\\ '' end"), ("user@x.test", "wachtwoord é€"), ("user", "<;x"), ("user", "-" * 500),
                                         ("user", "a b\\n\\r\\"), ("user", "\"quoted\""), ("user", "x=y secret=z")])
def test_any_password(post, user, secret):
    account = post.account()
    server = post.outside(users={user: secret})
    account.sender("x@winkel.test", "smtp", host=server.address, username=user, secret=secret)
    subject = account.send("x@winkel.test")
    server.wait(1, 10, match=lambda m: subject in m.header("Subject"))
    assert server.mails[0].user == user and not server.refused_logins


def test_the_platforms_routes_use_tls_where_it_is_offered(post):
    """With any certificate: without TLS the mail would be sent in the clear."""
    account = post.account()
    domain = account.domain()
    post.own_route.tls, post.default.tls = _strange(post).context("elders.example"), post.authority.context("elders.example")
    try:
        signed, other = account.send(f"x@{domain.name}"), account.send("x@elders.test")
        post.settle()
    finally:
        post.own_route.tls = post.default.tls = None
    assert post.own_route.of(signed)[0].tls and post.default.of(other)[0].tls


def test_sendgrid(post):
    account = post.account()
    grid = post.outside("127.77.0.1", 587, users={"apikey": "SG.key.with:colon"}) if may_bind("127.77.0.1", 587) else pytest.skip("needs port 587")
    account.sender("@winkel.test", "sendgrid", secret="SG.key.with:colon")
    subject = account.send("x@winkel.test")
    post.settle()
    mail = grid.of(subject)[0]
    assert mail.tls and mail.user == "apikey" and mail.mail_from == "x@winkel.test"


def may_bind(address, port):
    """Low ports need root, unless the system is configured otherwise."""
    with socket.socket() as probe:
        try:
            probe.bind((address, port))
            return True
        except OSError:
            return False


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "192.168.1.1", "0.0.0.0", "127.1", "2130706433", "0x7f000001", "ip6-localhost", "100.64.0.1", "224.0.0.1"])
def test_inward_addresses_are_not_connected_to(post, host):
    """Checked at delivery too: a name's address may have changed since the setting was saved."""
    account = post.account()
    account.sender("x@winkel.test", "smtp", host=host, secret="secret")
    subject = account.send("x@winkel.test")
    # It fails at once, without another route, and the bounce has the reason.
    post.settle()
    assert not post.own_route.of(subject) and not post.default.of(subject)
    log = [line for line in post.exim.log().splitlines() if " ** " in line][-1]
    assert "H=" not in log and "onnect" not in log, log
    (_domain, sender, recipient, _status, reason, _mail), = post.bounces(account)
    assert (sender, recipient) == ("x@winkel.test", "bob@ontvanger.test") and reason == f"own-SMTP-server-leads-inwards: {host}", reason


def test_a_name_that_is_not_found_waits(post):
    """A temporary fault: the mail waits."""
    account = post.account()
    account.sender("x@winkel.test", "smtp", host="smtp.nergens.invalid", secret="secret")
    subject = account.send("x@winkel.test")
    assert waits(post, subject, seconds=1.5) and not post.bounces(account)
    assert "smtp.nergens.invalid" in post.exim.log()
    drop_queue(post)


def _strange(post):
    """A certificate authority that is not trusted."""
    from testbed.sinks import Authority
    return Authority(post.folder + "/strange")


@pytest.mark.parametrize("fault", ["no TLS", "another name", "unknown authority", "expired", "TLS fails"])
def test_tls_that_is_not_right_waits(post, fault):
    account = post.account()
    address = "127.77.9." + str(10 + len(fault))
    server = {
        "no TLS": lambda: post.outside(address, certificate=False),
        "another name": lambda: post.outside(address, names=["elders.test"]),
        "unknown authority": lambda: post.outside(address, tls=_strange(post).context(address)),
        "expired": lambda: post.outside(address, tls=_expired(post, address)),
        "TLS fails": lambda: post.outside(address, replies={"STARTTLS": "454 TLS not available"}),
    }[fault]()
    account.sender("x@winkel.test", "smtp", host=address, secret="secret")
    subject = account.send("x@winkel.test")
    assert waits(post, subject, server)
    assert not server.mails and not server.refused_logins
    drop_queue(post)


def _expired(post, address):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*post.authority.issue(address, days=-1))
    return context


def test_a_refused_login_holds_up_nobody_else(post):
    """Two accounts at one provider, one with a wrong password: its mail waits, the other's is sent; with the correct password it is sent too."""
    a, b = post.account(), post.account()
    server = post.outside(users={"goed": "goed", "fout": "anders"})
    sender = a.sender("x@winkel.test", "smtp", host=server.address, username="fout", secret="fout")
    b.sender("y@winkel.test", "smtp", host=server.address, username="goed", secret="goed")
    first = a.send("x@winkel.test")
    for _ in range(50):
        if server.refused_logins:
            break
        time.sleep(0.1)
    assert server.refused_logins
    second = b.send("y@winkel.test")
    server.wait(1, 8, match=lambda m: second in m.header("Subject"))
    assert not server.of(first) and not post.default.of(first) and not post.own_route.of(first)
    post.sql(f"UPDATE sender_secret SET secret = 'anders' WHERE sender_id = UNHEX('{sender.hex}')")
    server.wait(1, 10, match=lambda m: first in m.header("Subject"))


def test_no_connection_is_shared_between_logins(post):
    """Mails of two accounts wait for one server; when it is up again, each is sent with its own login."""
    a, b = post.account(), post.account()
    server = post.outside(users={"a": "a", "b": "b"}, replies={"MAIL": "451 later"})
    a.sender("x@winkel.test", "smtp", host=server.address, username="a", secret="a")
    b.sender("y@winkel.test", "smtp", host=server.address, username="b", secret="b")
    for _ in range(5):
        a.send("x@winkel.test")
        b.send("y@winkel.test")
    del server.replies["MAIL"]
    server.wait(10, 20)
    assert {(m.user, m.header("From")[0]) for m in server.mails} == {("a", "x@winkel.test"), ("b", "y@winkel.test")}
    post.settle()


def test_a_customers_server_cannot_mark_a_host_as_down_for_others(post):
    """An account names another party's MX as its SMTP server and fails there: mail to that MX by the platform's own route is not delayed."""
    a, b = post.account(), post.account()
    domain = b.domain()
    mx = post.outside("127.77.5.5", port=25, certificate=False, users=None) if may_bind("127.77.5.5", 25) else pytest.skip("needs port 25")
    a.sender("x@winkel.test", "smtp", host=mx.address, port=25, secret="x")
    # The platform's own route goes to the same host and port, by a second mail server of the same installation.
    other = post.another_exim(PLATFORM_SMARTHOST=mx.address, PLATFORM_PORT="25", RETRY_TIMES="F,4d,1h")
    first = a.send("x@winkel.test", exim=other)
    time.sleep(1.5)
    assert not mx.of(first)
    second = b.send(f"x@{domain.name}", exim=other)
    mx.wait(1, 8, match=lambda m: second in m.header("Subject"))
    assert not mx.of(first)
