"""Faults during delivery: database, remote server, key, Exim itself. Counted at the sinks: every mail once, none by a wrong route, none bounced."""

import smtplib
import time

import pytest
from testbed.child import run


@pytest.fixture(scope="module")
def post(own_post):
    """A mail server and a database for this module only."""
    return own_post()


def counted(post, subjects):
    """{sink name: sorted subjects} of these mails."""
    return {name: sorted(m.header("Subject")[0] for m in sink.mails if m.header("Subject")[0] in subjects) for name, sink in (("own", post.own_route), ("default", post.default))}


def test_database_gone_and_back(post):
    """Down before AUTH: a temporary rejection. Down between reception and delivery: the mail waits. Up again: each mail once, by its route."""
    account = post.account()
    domain = account.domain()
    smtp = account.client()  # logged in while the database is there
    post.mariadb.child.kill()
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        account.client()
    assert refused.value.smtp_code == 435
    own, other = [f"down-own-{i}" for i in range(5)], [f"down-other-{i}" for i in range(5)]
    for subject in own + other:
        sender = f"x@{domain.name}" if subject in own else "x@elders.test"
        smtp.sendmail(sender, ["bob@ontvanger.test"], f"From: {sender}\r\nSubject: {subject}\r\n\r\nx\r\n")
    smtp.quit()
    time.sleep(3)  # some queue runs
    assert counted(post, own + other) == {"own": [], "default": []}
    assert len(post.exim.queue()) == 10
    # A bounce that arrives now gets a temporary rejection.
    with post.exim.client() as outside:
        outside.ehlo()
        outside.docmd("MAIL", "FROM:<>")
        assert outside.docmd("RCPT", f"TO:<b-0123456789ab-1abcDE0001abcd-0123456789ab@bounce.{domain.name}>")[0] == 451
    began = time.monotonic()
    post.mariadb.start()
    post.settle(30)
    back = time.monotonic() - began
    assert counted(post, own + other) == {"own": sorted(own), "default": sorted(other)}
    assert not post.bounces(account) and " ** " not in post.exim.log()
    print(f"all delivered {back:.1f} s after the database's start")


def test_status_changes_while_queued(post):
    """The route is chosen at delivery, in both directions, also after a delete."""
    account = post.account()
    up, down, gone = account.domain(status="pending"), account.domain(), account.domain()
    server = post.outside(replies={"banner": "close"})
    later = account.domain()
    account.sender(f"@{later.name}", "smtp", host=server.address, secret="secret")
    post.own_route.replies["MAIL"] = post.default.replies["MAIL"] = "451 later"
    subjects = {name: account.send(f"x@{d.name}") for name, d in (("up", up), ("down", down), ("gone", gone), ("later", later))}
    time.sleep(1.5)
    up.set("verified")
    down.set("lost")
    gone.delete()
    post.sql(f"DELETE FROM sender WHERE account_id = UNHEX('{account.id.hex}')")
    del post.own_route.replies["MAIL"], post.default.replies["MAIL"]
    post.settle(30)
    assert counted(post, list(subjects.values())) == {"own": sorted([subjects["up"], subjects["later"]]), "default": sorted([subjects["down"], subjects["gone"]])}
    mails = {m.header("Subject")[0]: m for m in post.own_route.mails + post.default.mails}
    assert all(bool(mails[s].header("DKIM-Signature")) == (n in ("up", "later")) for n, s in subjects.items())


@pytest.mark.parametrize("fault", [{"banner": "close"}, {"banner": "421 busy"}, {"EHLO": "close"}, {"MAIL": "451 later"}, {"RCPT": "450 greylisted"}, {"DATA": "451 later"}, {"END": "451 later"}, {"END": "close"}],
                         ids=lambda f: " ".join(next(iter(f.items()))))
def test_a_remote_server_with_a_fault_gets_the_mail_later_once(post, fault):
    account = post.account()
    domain = account.domain()
    post.own_route.replies.update(fault)
    subject = account.send(f"x@{domain.name}")
    time.sleep(1.2)
    assert counted(post, [subject]) == {"own": [], "default": []}
    post.own_route.replies.clear()
    post.settle(20)
    assert counted(post, [subject]) == {"own": [subject], "default": []}
    assert not post.bounces(account)


def test_a_remote_server_that_is_down(post):
    account = post.account()
    domain = account.domain()
    post.own_route.stop()
    subject = account.send(f"x@{domain.name}")
    other = account.send("x@elders.test")
    post.default.wait(1, match=lambda m: other in m.header("Subject"))
    time.sleep(1)
    post.own_route.start()
    post.settle(20)
    assert counted(post, [subject]) == {"own": [subject], "default": []}


def test_a_slow_remote_server_delays_no_other_mail(post):
    account = post.account()
    domain = account.domain()
    post.own_route.delay = 4
    slow = account.send(f"x@{domain.name}")
    began = time.monotonic()
    fast = account.send("x@elders.test")
    post.default.wait(1, 8, match=lambda m: fast in m.header("Subject"))
    assert time.monotonic() - began < 4 and not post.own_route.of(slow)
    post.own_route.delay = 0
    post.settle(20)
    assert len(post.own_route.of(slow)) == 1


def spoiled(pem, kind):
    """An invalid key in a well-formed PEM."""
    lines = pem.splitlines()
    body = "".join(lines[1:-1])
    body = {"no DER": "AAAA", "another kind": None, "truncated": body[:-40], "too long": body + "AAAA", "1024 bits": None}[kind]
    if body is None:
        words = ["-algorithm", "X25519"] if kind == "another kind" else ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]
        return run(["openssl", "genpkey", *words]).stdout.decode()
    return "\n".join([lines[0], *(body[i:i + 64] for i in range(0, len(body), 64)), lines[-1]]) + "\n"


@pytest.mark.parametrize("kind", ["no DER", "another kind", "truncated", "too long", "1024 bits"])
def test_a_bad_key_delays_no_other_mail(post, kind):
    """It got past the checks on writing. What is no key is not used (the mail goes by the default host); everybody else's mail to the same host
    goes on, with the times between tries of production, in which one failed try would hold up that host. (Wrong numbers in a whole key are
    found by dkim_key_verify alone, before it is written.)"""
    exim = post.another_exim(RETRY_TIMES=None)
    a, b = post.account(), post.account()
    bad, good = a.domain(), b.domain()
    post.sql(f"DELETE FROM dkim_key WHERE name = '{bad.name}'")
    bad.add_key(pem=spoiled(post.key("rsa")[0], kind))
    strange = a.send(f"x@{bad.name}", exim=exim)
    time.sleep(1)
    subject = b.send(f"x@{good.name}", exim=exim)
    post.own_route.wait(1, 8, match=lambda m: subject in m.header("Subject"))
    post.default.wait(1, 8, match=lambda m: strange in m.header("Subject"))
    exim.stop()
    assert "signing failed" not in exim.log()


def test_a_domain_without_any_key_goes_by_the_default_host(post):
    account = post.account()
    domain = account.domain()
    post.sql(f"DELETE FROM dkim_key WHERE name = '{domain.name}'")
    subject = account.send(f"x@{domain.name}")
    post.settle()
    assert counted(post, [subject]) == {"own": [], "default": [subject]}


def test_killed_and_started_again(post):
    """Exim is killed with mail in its queue: the account is still known, each mail is delivered once by its route."""
    a, b = post.account(), post.account()
    domain = a.domain()
    b.domain(domain.name, status="pending")
    post.own_route.replies["MAIL"] = post.default.replies["MAIL"] = "451 later"
    own = [a.send(f"x@{domain.name}") for _ in range(4)]
    other = [b.send(f"x@{domain.name}") for _ in range(4)]
    post.exim.kill()
    del post.own_route.replies["MAIL"], post.default.replies["MAIL"]
    post.exim.start()
    post.settle(30)
    assert counted(post, own + other) == {"own": sorted(own), "default": sorted(other)}


def test_rotation_under_a_stream_of_mails(post):
    """A new selector is added, signs, the old one retires: no mail without a signature of a key that is published."""
    from verifier import verify
    account = post.account()
    domain = account.domain()
    first = next(iter(domain.selectors))
    subjects = []
    new = None
    for i in range(24):
        if i == 6:
            new = domain.add_key(state="new")
        if i == 12:
            post.sql(f"UPDATE dkim_key SET state = IF(selector = '{new}', 'active', 'retired') WHERE name = '{domain.name}'")
        subjects.append(account.send(f"x@{domain.name}"))
    post.settle(40)
    mails = [post.own_route.of(s)[0] for s in subjects]
    verdicts = verify(mails, post.dns(account))
    assert all([d["result"] for d in v["dkim"]] == ["pass"] for v in verdicts)
    assert {v["dkim"][0]["selector"] for v in verdicts} == {first, new}
