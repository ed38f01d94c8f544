"""Send test mail, from the page to the receiver: the page shows the route, the reply and the signature that the mail really has."""

import email.header
import re

import pytest

from verifier import verify
from testbed.client import Page
from testbed.mail_site import MailSite
from testbed.site import Site, fresh_domain


@pytest.fixture(scope="module")
def office():
    site = Site(web=False)
    mail = None
    try:
        mail = MailSite(site, SENDGRID_HOST="127.0.0.1", SENDGRID_PORT="1")
        yield mail
    finally:
        if mail:
            mail.stop()
        statuses = site.stop()
    assert all(status == 0 for status in statuses.values()), f"{statuses}\n{site.last_log[-3000:]}"


def add_sender(client, address, **fields):
    answer = client.post("/settings/senders", {"address": address, **(fields or {"route": "domain"})}, csrf=client.csrf("/settings/senders/new"))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].split("?")[0]


def send_test(client, path, to="bob@ontvanger.test"):
    answer = client.post(path + "/test", {"to": to}, csrf=client.csrf(path))
    assert answer.status_code == 303, answer.text
    page = Page(client.get(path + "?tested=1").text)
    tested = page.one("section", data_test=True)
    return tested["data-test"], (page.one(within=tested, data_test_route=True)["data-test-route"] if page.all(within=tested, data_test_route=True) else None), tested.text


def verified(office, client, name):
    domain = client.add_domain(name)
    office.site.nsd.publish(name, client.get(f"/settings/domains/{domain}/zone").text)
    client.check(domain)
    return domain


def test_by_the_own_domain_with_its_signature(office):
    account = office.site.account()
    client, name = account.client(), fresh_domain("nl")
    verified(office, client, name)
    path = add_sender(client, f"sales@{name}", route="domain", name="Bakkerij Jansen & Zn. – é")
    outcome, route, text = send_test(client, path)
    assert (outcome, route) == ("delivered", "domain"), text
    (mail,) = office.own_route.wait(match=lambda m: name in m.mail_from)
    selectors = re.findall(r"\bs=(\w+);", "".join(mail.header("DKIM-Signature")))
    assert selectors and all(s in text for s in selectors) and name in text
    assert "250" in text
    records = {r["record"]: r for r in office.site.installation.show(account.id, name)["records"]}
    dns = {records["dkim"]["host"]: records["dkim"]["value"]}
    (verdict,) = verify([mail], dns)
    assert [d["result"] for d in verdict["dkim"]] == ["pass"], verdict
    assert "Jansen" in str(email.header.make_header(email.header.decode_header(mail.header("From")[0])))


def test_by_the_default_host_while_pending(office):
    client, name = office.site.account().client(), fresh_domain("nl")
    client.add_domain(name)
    path = add_sender(client, "@" + name)
    outcome, route, text = send_test(client, path)
    assert (outcome, route) == ("delivered", "default"), text
    (mail,) = office.default.wait(match=lambda m: any(name in v for v in m.header("Reply-To") + m.header("From")))
    assert not mail.header("DKIM-Signature") and "geen van ons" in text


def test_a_refusal_is_told(office):
    client, name = office.site.account().client(), fresh_domain("nl")
    path = add_sender(client, f"a@{name}", route="default")
    office.default.replies["RCPT"] = "550 5.7.1 no mail from you, <b>sorry</b>"
    try:
        outcome, route, text = send_test(client, path)
    finally:
        del office.default.replies["RCPT"]
    assert (outcome, route) == ("failed", "default") and "no mail from you, <b>sorry</b>" in text


def test_a_server_that_waits_is_told(office):
    client, name = office.site.account().client(), fresh_domain("nl")
    path = add_sender(client, f"a@{name}", route="default")
    office.default.replies["RCPT"] = "451 4.7.1 later"
    try:
        outcome, route, text = send_test(client, path)
    finally:
        del office.default.replies["RCPT"]
    assert (outcome, route) == ("deferred", "default") and "later" in text


def test_a_bad_recipient(office):
    client = office.site.account().client()
    path = add_sender(client, f"a@{fresh_domain('nl')}", route="default")
    for to in ("", "geen adres", "a@b", "x@y.nl\r\nBcc: z@y.nl", "<x@y.nl>", "x@y.nl,z@y.nl"):
        answer = client.post(path + "/test", {"to": to}, csrf=client.csrf(path))
        assert answer.status_code == 422 and Page(answer.text).all("p", id="to-fault"), to


def test_the_logins_die(office):
    """The bounce address of a finished test mail accepts nothing else."""
    site = office.site
    account = site.account()
    path = add_sender(account.client(), f"a@{fresh_domain('nl')}", route="default")
    send_test(account.client(), path)
    account_hex = account.id.replace("-", "")
    (login, life), = site.installation.sql(f"SELECT login, expires_at - created_at FROM mail_credential WHERE account_id = UNHEX('{account_hex}')")
    assert login.startswith("test-") and int(life) == 300000
    site.installation.sql(f"UPDATE mail_credential SET expires_at = 1 WHERE login = '{login}'")
    assert not site.installation.sql(f"SELECT login FROM mail_login WHERE login = '{login}'")


def test_somebody_elses_test_is_not_noted(office):
    """A mail whose Message-ID names another account's test mail adds no row to it."""
    one, other = office.site.account(), office.site.account()
    path = add_sender(one.client(), f"a@{fresh_domain('nl')}", route="default")
    send_test(one.client(), path)
    (test_id,), = office.site.installation.sql(f"SELECT LOWER(HEX(id)) FROM test_mail WHERE account_id = UNHEX('{one.id.replace('-', '')}')")
    dashed = f"{test_id[:8]}-{test_id[8:12]}-{test_id[12:16]}-{test_id[16:20]}-{test_id[20:]}"
    login, password = office.credential(other)
    before = office.site.installation.sql("SELECT COUNT(*) FROM test_mail_attempt")
    with office.exim.client(login, password) as smtp:
        smtp.sendmail("x@elders.nl", ["bob@ontvanger.test"], f"From: x@elders.nl\r\nSubject: vreemd-{test_id}\r\nMessage-ID: <test.{dashed}@volmacht.example>\r\n\r\nDag\r\n".encode())
    office.default.wait(match=lambda m: any(f"vreemd-{test_id}" in s for s in m.header("Subject")))
    assert office.site.installation.sql("SELECT COUNT(*) FROM test_mail_attempt") == before


def test_the_limit(office):
    client = office.site.account().client()
    path = add_sender(client, f"a@{fresh_domain('nl')}", route="default")
    token = client.csrf(path)
    responses = [client.post(path + "/test", {"to": "bob@ontvanger.test"}, csrf=token).status_code for _ in range(12)]
    assert responses[-1] == 429 and responses[0] == 303


def test_doctor_looks_at_the_mail_server(office):
    assert "127.0.0.1" in office.site.installation.cli("doctor").stdout
    office.exim.stop()
    try:
        done = office.site.installation.cli("doctor")
        assert done.returncode == 1 and "smtp_host" in done.stdout + done.stderr
    finally:
        office.exim.start()


def test_the_mail_server_is_gone(office):
    client = office.site.account().client()
    path = add_sender(client, f"a@{fresh_domain('nl')}", route="default")
    office.exim.stop()
    try:
        answer = client.post(path + "/test", {"to": "bob@ontvanger.test"}, csrf=client.csrf(path))
        assert answer.status_code == 503 and "niet bereikbaar" in answer.text
    finally:
        office.exim.start()
