"""Bounces: accepted only at bounce addresses of this installation, recorded for the account and sender, never relayed, never answered."""

import os
import re
import secrets
import time

import pytest

from testbed.dns import Nsd, Unbound
from testbed.exim import MAIL_DOMAIN


def sent(post, account, sender, **options):
    """Submits a mail; returns it as it was delivered."""
    subject = account.send(sender, **options)
    post.settle()
    return (post.own_route.of(subject) + post.default.of(subject))[0]


def report(recipient="bob@ontvanger.test", status="5.1.1", diagnostic="smtp; 550 5.1.1 no such user", action="failed", returned="From: x@anders.test\n"):
    """A delivery status notification (RFC 3464)."""
    return ("From: Mailer-Daemon@ontvanger.test\nTo: x\nSubject: Undelivered Mail\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
            "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n\n--b\nContent-Type: message/delivery-status\n\n"
            f"Reporting-MTA: dns; mx.ontvanger.test\n\nFinal-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {diagnostic}\n\n"
            f"--b\nContent-Type: text/rfc822-headers\n\n{returned}\n--b--\n")


def bounce(post, to, data, mail_from=""):
    """Sends from outside, without AUTH; returns the reply code of RCPT or of the end of data."""
    with post.exim.client() as smtp:
        smtp.ehlo()
        smtp.docmd("MAIL", f"FROM:<{mail_from}>")
        code = smtp.docmd("RCPT", f"TO:<{to}>")[0]
        if code != 250:
            return code
        code = smtp.data(data.replace("\n", "\r\n").encode())[0]
    post.settle()
    return code


def test_a_bounce_finds_account_sender_and_mail(post):
    account = post.account()
    domain = account.domain()
    mail = sent(post, account, f"Verkoop <verkoop@{domain.name}>")
    assert bounce(post, mail.mail_from, report()) == 250
    (name, sender, recipient, status, reason, mail_id), = post.bounces(account)
    assert (name, sender, recipient, status, reason) == (domain.name, f"verkoop@{domain.name}", "bob@ontvanger.test", "5.1.1", "550 5.1.1 no such user")
    assert mail_id and mail_id in re.sub("-", "", mail.header("Received")[0]).lower()


def test_whatever_the_case(post):
    account = post.account()
    mail = sent(post, account, f"x@{account.domain().name}")
    assert bounce(post, mail.mail_from.upper(), report()) == 250
    assert bounce(post, mail.mail_from.lower(), report()) == 250
    assert len(post.bounces(account)) == 2


def test_a_sender_too_long_for_the_address_is_found_in_the_returned_mail(post):
    account = post.account()
    domain = account.domain()
    long = f"een.heel.lang.adres.dat.niet.past@{domain.name}"
    mail = sent(post, account, long)
    assert len(mail.mail_from.split("@")[0]) <= 64
    bounce(post, mail.mail_from, report(returned=f"Subject: x\nFrom: Iemand\n <{long}>\n"))
    bounce(post, mail.mail_from, report(returned="From: x@van.een.ander.test\n"))
    assert {b[1] for b in post.bounces(account)} == {long, "@" + domain.name}


def test_bounces_of_the_default_host(post):
    account = post.account()
    mail = sent(post, account, "x@elders.test")
    assert bounce(post, mail.mail_from, report(returned="From: X <x@elders.test>\n")) == 250
    assert post.bounces(account)[0][:4] == ["elders.test", "x@elders.test", "bob@ontvanger.test", "5.1.1"]


def test_a_rejection_by_the_receiver_is_recorded_as_a_bounce(post):
    """5xx from the recipient's server: our server sends the report to its own bounce address only."""
    account = post.account()
    domain = account.domain()
    post.own_route.replies["RCPT"] = lambda argument: "550 5.7.1 we do not want you" if "weg@" in argument else None
    try:
        account.send(f"x@{domain.name}", to=["weg@ontvanger.test", "goed@ontvanger.test"])
        post.settle()
    finally:
        del post.own_route.replies["RCPT"]
    assert [b[:4] for b in post.bounces(account)] == [[domain.name, f"x@{domain.name}", "weg@ontvanger.test", "5.0.0"]]
    assert "we do not want you" in post.bounces(account)[0][4]
    assert not [m for m in post.own_route.mails + post.default.mails if "Mailer-Daemon" in str(m.header("From"))]


def test_an_own_server_that_refuses_is_a_bounce(post):
    account = post.account()
    server = post.outside(replies={"END": "554 spam"})
    account.sender("x@winkel.test", "smtp", host=server.address, secret="secret")
    account.send("x@winkel.test", mail_from="slachtoffer@elders.test")
    post.settle()
    assert [b[1] for b in post.bounces(account)] == ["x@winkel.test"] and "554 spam" in post.bounces(account)[0][4]
    # The submitted envelope sender never gets anything: no backscatter.
    assert not [m for m in post.own_route.mails + post.default.mails if "slachtoffer@elders.test" in m.recipients]


def test_a_mail_without_envelope_sender_does_not_come_back(post):
    account = post.account()
    domain = account.domain()
    post.own_route.replies["RCPT"] = "550 no"
    try:
        account.send(f"x@{domain.name}", mail_from="")
        post.settle()
    finally:
        del post.own_route.replies["RCPT"]
    assert not post.bounces(account)


def test_forged_bounce_addresses_are_refused(post):
    a, b = post.account(), post.account()
    name = a.domain().name
    b.domain(name, status="pending")
    mail = sent(post, a, f"x@{name}")
    local, domain = mail.mail_from.split("@")
    prefix, mail_id, signature, sender = re.match(r"(b-\w{12})-(\w{14})-(\w{12})-(.+)", local).groups()
    other = str(b.id)[-12:]
    other_domain = a.domain().name
    for address in (f"{prefix}-{mail_id}-{signature}-y@{domain}", f"{prefix}-{'0' * 14}-{signature}-{sender}@{domain}", f"b-{other}-{mail_id}-{signature}-{sender}@{domain}",
                    f"{prefix}-{mail_id}-{'0' * 12}-{sender}@{domain}", f"{prefix}-{mail_id}-{signature}@{domain}", f"{local}@bounce.{other_domain}", f"{local}@{name}",
                    f"{local}@other.{name}", f"bounces+{local[2:]}@mta.volmacht.example", f"x@{domain}", f"postmaster@{domain}", f"{local}@ontvanger.test"):
        assert bounce(post, address, report()) == 550, address
    assert not post.bounces(a) and not post.bounces(b)


def test_a_deleted_domain_takes_no_bounces(post):
    account = post.account()
    domain = account.domain()
    mail = sent(post, account, f"x@{domain.name}")
    domain.set("lost")
    assert bounce(post, mail.mail_from, report()) == 250
    domain.delete()
    assert bounce(post, mail.mail_from, report()) == 550


@pytest.mark.parametrize("data", [
    "From: x@y.test\nSubject: weg\nAuto-Submitted: auto-replied\n\nIk ben er niet.\n",
    report(action="delayed", status="4.4.1"),
    report(action="delivered", status="2.0.0"),
], ids=["out of office", "delayed", "delivered"])
def test_what_is_no_bounce_is_not_counted(post, data):
    account = post.account()
    mail = sent(post, account, f"x@{account.domain().name}")
    assert bounce(post, mail.mail_from, data, mail_from="bob@ontvanger.test") == 250
    assert not post.bounces(account)


@pytest.mark.parametrize("data", [
    "From: x\nSubject: failure notice\n\nHi. This is the mail program at x.test.\nI could not deliver.\n",
    report(recipient="x' OR '1'='1", status="5.1.1'; DROP TABLE bounce; --", diagnostic="smtp; 550 '\\\"`\x1b[31m é \u202e ${run{/bin/true}}"),
    report(diagnostic="smtp; " + "y" * 5000), report(recipient="r" * 5000), "\n", "Subject: x\n\n" + "Final-Recipient: rfc822; \n" * 3000,
    report(diagnostic="smtp; 550 one\n    two\n    three"),
], ids=["plain", "hostile", "long reason", "long recipient", "nothing", "many", "folded"])
def test_any_report_becomes_one_bounded_row(post, data):
    account = post.account()
    mail = sent(post, account, f"x@{account.domain().name}")
    assert bounce(post, mail.mail_from, data, mail_from="mailer@ontvanger.test") == 250
    row, = post.bounces(account)
    assert len(row[2]) <= 254 and len(row[4]) <= 500 and row[4].isascii() and row[4].replace("\\\\", "").isprintable()
    assert "/bin/true" not in row[4] or "${run" in row[4]


def test_at_most_fifty_a_mail(post):
    account = post.account()
    mail = sent(post, account, f"x@{account.domain().name}")
    with post.exim.client() as smtp:
        for i in range(55):
            smtp.sendmail("", [mail.mail_from], report(recipient=f"r{i}@ontvanger.test").replace("\n", "\r\n"))
    post.settle(40)
    assert len(post.bounces(account)) == 50


def test_old_ones_go(post):
    account = post.account()
    mail = sent(post, account, f"x@{account.domain().name}")
    bounce(post, mail.mail_from, report())
    post.sql(f"UPDATE bounce SET at = {int(time.time() - 91 * 86400) * 1000} WHERE account_id = UNHEX('{account.id.hex}')")
    bounce(post, mail.mail_from, report(recipient="nieuw@ontvanger.test"))
    assert [b[2] for b in post.bounces(account)] == ["nieuw@ontvanger.test"]


def test_a_bounce_is_not_relayed_nor_answered(post):
    """Even if it names a sender and can no longer be recorded: nothing is sent."""
    account = post.account()
    domain = account.domain()
    mail = sent(post, account, f"x@{domain.name}")
    before = len(post.own_route.mails) + len(post.default.mails)
    subject = "bounce-" + secrets.token_hex(4)
    assert bounce(post, mail.mail_from, f"From: bob@ontvanger.test\nSubject: {subject}\nTo: jan@elders.test\n\nx\n", mail_from="bob@ontvanger.test") == 250
    assert len(post.own_route.mails) + len(post.default.mails) == before


def test_another_installations_bounce_address_is_an_ordinary_recipient(post):
    """A bounce address of another installation is a recipient like any other: it is relayed, not recorded."""
    account = post.account()
    domain = account.domain()
    subject = account.send(f"x@{domain.name}", to="b-0123456789ab-1abcDE0001abcd-0123456789ab-x@bounce.vreemd.test")
    post.settle()
    assert post.own_route.of(subject)

def test_one_mail_in_any_case_is_one_mail(post):
    """The address holds its id in either case; the recorded id limits the rows that one mail can make."""
    account = post.account()
    mail = sent(post, account, f"x@{account.domain().name}")
    local, domain = mail.mail_from.split("@")
    for address in (local, local.upper(), local.lower(), local.swapcase()):
        assert bounce(post, f"{address}@{domain}", report()) == 250
    assert len({b[5] for b in post.bounces(account)}) == 1


def test_the_default_hosts_own_from_hides_no_sender(post):
    """The receiver returns the mail that it got, whose From is the platform's."""
    account = post.account()
    mail = sent(post, account, "Jan <verkoop@elders.test>", headers={"X-Original-From": "y@van.een.ander.test"})
    assert b"noreply@" in mail.headers and len(mail.header("X-Original-From")) == 1
    bounce(post, mail.mail_from, report(returned=mail.headers.decode().replace("\r\n", "\n")))
    assert post.bounces(account)[0][:2] == ["elders.test", "verkoop@elders.test"]


def test_the_platforms_own_words_come_from_the_platform(post):
    account = post.account()
    mail = sent(post, account, f"x@{account.domain().name}")
    bounce(post, mail.mail_from, report(diagnostic="smtp; own-SMTP-server-leads-inwards: own-SMTP-server-leads-inwards: bel 0900-1234"))
    assert post.bounces(account)[0][4] == "bel 0900-1234"


def test_what_cannot_be_delivered_at_all_is_told(post):
    """A failure without another server's reply: the row has its cause, and nothing else of the report."""
    account = post.account()
    domain = account.domain()
    account.send(f"x@{domain.name}", body="x" * 1200 + "\n")
    post.settle()
    (name, sender, recipient, _, reason, mail_id), = post.bounces(account)
    assert (name, sender, recipient) == (domain.name, f"x@{domain.name}", "bob@ontvanger.test") and len(mail_id) == 14
    assert reason.startswith("message has lines too long for transport"), reason


@pytest.mark.skipif(os.geteuid() != 0, reason="a resolver on port 53 takes root")
def test_a_domain_that_does_not_exist_is_told(own_post):
    """By MX, without a smarthost: no router takes the mail, so it has no envelope sender of ours yet."""
    post = own_post(exim=False)
    nsd = post._own.begin(Nsd(os.path.join(post.folder, "nsd")))
    resolver = post._own.begin(Unbound(os.path.join(post.folder, "resolver"), nsd, f"127.53.{secrets.randbelow(250) + 1}.{secrets.randbelow(250) + 1}", 53))
    nsd.publish("ontvanger.example", "@ 0 A 192.0.2.1\n")
    post.start_exim(resolver=resolver.address, PLATFORM_SMARTHOST=None, PLATFORM_PORT=None, DEFAULT_HOST=None, DEFAULT_PORT=None, RETRY_TIMES="F,4s,1s")
    account = post.account()
    domain = account.domain()
    for sender in (f"x@{domain.name}", "y@elders.test"):
        account.send(sender, to="bob@bestaatniet.ontvanger.example")
    post.settle()
    rows = post.bounces(account)
    assert sorted(row[1] for row in rows) == sorted([f"x@{domain.name}", "y@elders.test"]), f"{rows}\n{post.exim.log()}"
    for _, _, recipient, _, reason, mail_id in rows:
        assert recipient == "bob@bestaatniet.ontvanger.example" and len(mail_id) == 14 and "Unrouteable" in reason, rows
    # External mail to the address of such reports is refused.
    assert bounce(post, f"submitted+{account.id.hex}@{MAIL_DOMAIN}", report()) == 550
