"""Password reset: a link by mail, valid for one hour and once; it does not reveal whether an address has a login."""

import email
import email.policy
import hashlib
import re
import time

import pytest

from pages import alert, mail_text, mailed_link, parse
from testbed.client import Client

FORGOTTEN = "/login/forgotten"
NEW = "paard accu nietje"


@pytest.fixture(autouse=True)
def clean(office):
    office.sink.clear()
    office.sink.replies.clear()
    office.installation.sql("DELETE FROM login_mail")


def ask(site, address, client=None, **headers):
    client = client or site.client()
    return client.post(FORGOTTEN, {"email": address}, csrf=client.page(FORGOTTEN).csrf, headers=headers)


def mails_for(site, account, count=1):
    """The mail is sent after the response: this waits for it."""
    until = time.monotonic() + 10
    while True:
        found = [m for m in site.sink.mails if m.recipients == [account.email]]
        if len(found) >= count:
            return found
        assert time.monotonic() < until, "no mail came"
        time.sleep(0.02)


def link_for(site, account):
    before = sum(m.recipients == [account.email] for m in site.sink.mails)
    assert ask(site, account.email).status_code == 303
    return mailed_link(mails_for(site, account, before + 1)[-1])


def choose(site, link, new=NEW, again=None, client=None):
    client = client or site.client()
    return client.post(link, {"new": new, "again": new if again is None else again}, csrf=client.page(link).csrf)


def waiting(site):
    return int(site.installation.sql("SELECT COUNT(*) FROM login_mail")[0][0])


def test_from_forgotten_to_logged_in(office):
    account = office.account()
    sessions = [account.client(), account.client()]
    page = office.client().page("/login")
    assert page.one("a", href=FORGOTTEN)
    link = link_for(office, account)
    client = office.client()
    client.get(link), client.get(link)  # a mail scanner's look uses nothing up
    answer = choose(office, link, client=client)
    assert answer.status_code == 303 and client.page(answer.headers["Location"]).one(role="status").text
    assert client.get("/settings").status_code == 303, "the new password is still asked for"
    assert all(s.get("/settings").status_code == 303 for s in sessions)
    Client(office.url).login(account.email, account.password, status=403)
    Client(office.url).login(account.email, NEW)
    actions = office.installation.sql(f"SELECT action, user_email FROM audit_event WHERE account_id = UNHEX('{account.id.replace('-', '')}')")
    assert actions == [["password_reset", account.email]]


def test_the_mail(office):
    account = office.account()
    link_for(office, account)
    (mail,) = mails_for(office, account)
    message = email.message_from_bytes(mail.data, policy=email.policy.default)
    assert message["Subject"] == "Nieuw wachtwoord voor Volmacht" and message["Auto-Submitted"] == "auto-generated" and "{" not in mail_text(mail)
    client = office.client()
    client.get("/login?lang=en")
    assert ask(office, account.email, client).status_code == 303
    assert email.message_from_bytes(mails_for(office, account, 2)[-1].data, policy=email.policy.default)["Subject"] == "New password for Volmacht"
    office.installation.sql(f"UPDATE user SET language = 'nl' WHERE email = '{account.email}'")
    assert ask(office, account.email, client).status_code == 303
    assert "wachtwoord gevraagd" in mail_text(mails_for(office, account, 3)[-1])


def test_once_and_for_one_hour(office):
    account = office.account()
    link = link_for(office, account)
    assert choose(office, link).status_code == 303
    for answer in (office.client().get(link), office.client().post(link, {"new": NEW, "again": NEW}, csrf="x")):
        assert answer.status_code in (403, 404)
    gone = office.client().get(link)
    assert gone.status_code == 404 and alert(parse(gone)) and account.email not in gone.text
    old = link_for(office, account)
    digest = hashlib.sha256(old.rsplit("/", 1)[1].encode()).hexdigest()
    [[left]] = office.installation.sql(f"SELECT (expires_at - UNIX_TIMESTAMP() * 1000) / 60000 FROM login_link WHERE token_hash = UNHEX('{digest}')")
    assert 58 < float(left) <= 60.1
    client = office.client()
    token = client.page(old).csrf
    office.installation.sql(f"UPDATE login_link SET expires_at = UNIX_TIMESTAMP() * 1000 - 1 WHERE token_hash = UNHEX('{digest}')")
    assert office.client().get(old).status_code == 404 and client.post(old, {"new": NEW + "!", "again": NEW + "!"}, csrf=token).status_code == 404
    Client(office.url).login(account.email, NEW)


def test_two_links_and_both_end_with_the_first_use(office):
    account = office.account()
    first = link_for(office, account)
    assert ask(office, account.email).status_code == 303
    second = mailed_link(mails_for(office, account, 2)[-1])
    assert first != second and office.client().get(first).status_code == 200
    assert choose(office, second).status_code == 303
    assert office.client().get(first).status_code == 404


def test_changing_the_password_ends_links_too(office):
    account = office.account()
    link = link_for(office, account)
    client = account.client()
    assert client.post("/settings/account/password", {"old": account.password, "new": NEW, "again": NEW}, csrf=client.csrf("/settings/account/password")).status_code == 303
    assert office.client().get(link).status_code == 404


def test_used_by_two_at_once_it_works_once(office):
    account = office.account()
    link = link_for(office, account)
    clients = [office.client(), office.client()]
    tokens = [c.page(link).csrf for c in clients]
    responses = [c.post(link, {"new": f"paard accu nietje {i}", "again": f"paard accu nietje {i}"}, csrf=t) for i, (c, t) in enumerate(zip(clients, tokens))]
    assert [a.status_code for a in responses] == [303, 404]


def bare(answer):
    return re.sub(r'value="[A-Za-z0-9_-]{43}"', "", answer.text)


def test_nobody_learns_who_has_a_login(office):
    """The same response and the same row before it: what differs happens after the response."""
    account = office.account()
    office.sink.replies["RCPT"] = "450 later"
    responses, pages = [], []
    for address in (account.email, "niemand@klant.example"):
        client = office.client()
        responses.append(ask(office, address, client))
        pages.append(client.get(responses[-1].headers["Location"]))
    assert responses[0].status_code == responses[1].status_code == 303 and responses[0].headers["Location"] == responses[1].headers["Location"]
    assert bare(pages[0]) == bare(pages[1])
    assert [sorted(a.headers) for a in responses][0] == [sorted(a.headers) for a in responses][1]
    events = office.installation.logs()
    assert account.email not in events and "niemand@" not in events


def test_an_address_that_nobody_has_gets_no_mail(office):
    assert ask(office, "niemand@klant.example").status_code == 303
    account = office.account()
    link_for(office, account)
    assert [m.recipients for m in office.sink.mails] == [[account.email]]
    assert waiting(office) == 0


@pytest.mark.parametrize("address", ["a@b\r\nBcc: x@y.example", "a@b\nc", "x" * 5000 + "@y.nl", "<script>@y.nl", "a b@c.nl", "\u202ea@b.nl", "jan@" + "é" * 300], ids=range(7))
def test_strange_addresses(office, address):
    answer = ask(office, address)
    assert answer.status_code == 303, answer.text[:300]
    account = office.account()
    link_for(office, account)  # what was asked before it was dealt with
    assert {m.recipients[0] for m in office.sink.mails} == {account.email}
    assert waiting(office) == 0


def test_what_is_no_form_of_ours(office):
    client = office.client()
    token = client.page(FORGOTTEN).csrf
    assert client.post(FORGOTTEN, {"email": "a@b.nl"}).status_code == 403
    assert client.post(FORGOTTEN, {}, csrf=token).status_code == 400
    assert client.post(FORGOTTEN, {"email": ""}, csrf=token).status_code == 400
    assert client.post(FORGOTTEN, {"email": "a\0@b.nl"}, csrf=token).status_code == 400
    assert waiting(office) == 0


@pytest.mark.parametrize("new,again,field", [("kort", None, "new"), ("", None, "new"), ("x" * 1025, None, "new"), (NEW, NEW + "x", "again")])
def test_a_password_that_is_refused_leaves_the_link_good(office, new, again, field):
    account = office.account()
    link = link_for(office, account)
    answer = choose(office, link, new, again)
    assert answer.status_code == 422 and parse(answer).one(id=field + "-fault").text
    Client(office.url).login(account.email, account.password)
    assert office.client().post(link, {"new": NEW, "again": NEW}).status_code == 403
    assert choose(office, link).status_code == 303


@pytest.mark.parametrize("token", ["A" * 43, "x", "A" * 42 + "%2e", "A" * 44])
def test_links_that_are_none(office, token):
    answer = office.client().get("/login/link/" + token)
    assert answer.status_code == 404
    if token == "A" * 43:
        assert answer.headers["Referrer-Policy"] == "no-referrer" and "noindex" in answer.headers["X-Robots-Tag"] and parse(answer).one("a", href=FORGOTTEN)


def test_nothing_in_the_database_or_the_log_opens_anything(office):
    account = office.account()
    token = link_for(office, account).rsplit("/", 1)[1]
    digest = hashlib.sha256(token.encode()).hexdigest().upper()
    rows = str(office.installation.sql("SELECT HEX(token_hash), HEX(user_id) FROM login_link")) + str(office.installation.sql("SELECT * FROM login_mail"))
    assert digest in rows and token not in rows and token.encode().hex().upper() not in rows
    assert token not in office.installation.logs()


def test_a_mail_server_that_is_away_is_waited_for(office):
    account = office.account()
    office.sink.replies["RCPT"] = "451 later"
    assert ask(office, account.email).status_code == 303
    until = time.monotonic() + 10
    while not office.installation.sql("SELECT id FROM login_mail WHERE tries = 1"):
        assert time.monotonic() < until
        time.sleep(0.02)
    office.sink.replies.clear()
    office.installation.sql("UPDATE login_mail SET due_at = 0")
    assert office.installation.cli("sweep").returncode == 0
    assert choose(office, mailed_link(mails_for(office, account)[-1])).status_code == 303
    assert waiting(office) == 0


def test_too_late_it_is_not_sent(office):
    account = office.account()
    office.installation.rows.login_mail("password", account.email, "nl", created_at=int((time.time() - 3601) * 1000), due_at=0)
    assert office.installation.cli("sweep").returncode == 0
    assert waiting(office) == 0 and not office.sink.mails


def test_how_often_one_may_ask(site, own_site):
    narrow = own_site(servers=site, limit_mail="2/60", smtp_host="127.0.0.1", smtp_port="9", smtp_security="none")
    account = narrow.account()
    for address in (account.email, "niemand@klant.example"):
        responses = [ask(narrow, address) for _ in range(3)]
        assert [a.status_code for a in responses] == [303, 303, 429]
        assert 1 <= int(responses[-1].headers["Retry-After"]) <= 60 and alert(parse(responses[-1]))
    strict = own_site(servers=site, limit_login="2/60", smtp_host="127.0.0.1", smtp_port="9", smtp_security="none")
    assert [ask(strict, f"iemand{i}@klant.example").status_code for i in range(3)] == [303, 303, 429]


def test_a_platform_without_mail_says_so(site):
    page = site.client().page(FORGOTTEN)
    assert not page.all("form", action=FORGOTTEN) and "geen mail" in page.one(role="status").text
    assert not site.client().page("/login").all("a", href=FORGOTTEN)
    client = site.client()
    assert client.post(FORGOTTEN, {"email": "a@b.nl"}, csrf=client.page("/login").csrf).status_code == 400
