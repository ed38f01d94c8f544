"""Members of an account: invited by mail, with a role, removed; never without an admin, never across accounts."""

import threading
import time

import pytest

from pages import UNKNOWN, alert, mail_text, mailed_link, parse
from testbed.client import Client
from testbed.site import Account

USERS = "/settings/users"
PASSWORD = "paard accu nietje"


@pytest.fixture
def company(office):
    account = office.account()
    return {"account": account, "admin": account.client(), "viewer": Account(office, "viewer", account.id)}


def address():
    address.number += 1
    return f"nieuw{address.number}@klant.example"


address.number = 0


def invite(client, email, role="viewer"):
    return client.post(USERS, {"email": email, "role": role}, csrf=client.csrf(USERS))


def mail_for(office, email, count=1):
    until = time.monotonic() + 10
    while True:
        found = [m for m in office.sink.mails if m.recipients == [email.lower()]]
        if len(found) >= count:
            return found[-1]
        assert time.monotonic() < until, "no mail came"
        time.sleep(0.02)


def invited(office, client, email, role="viewer"):
    """Invites; returns the link in the mail."""
    before = sum(m.recipients == [email] for m in office.sink.mails)
    answer = invite(client, email, role)
    assert answer.status_code == 303, answer.text[:500]
    return mailed_link(mail_for(office, email, before + 1))


def accept(office, link, password=PASSWORD):
    client = office.client()
    answer = client.post(link, {"new": password, "again": password}, csrf=client.page(link).csrf)
    return client, answer


def ids(client):
    """{address: id} from the page's links."""
    page = client.page(USERS)
    return {li["data-user"]: page.one("a", within=li)["href"].rsplit("/", 1)[1] for li in page.all("li", data_user=True)}


def events(office, account, column="action"):
    return [row[0] for row in office.installation.sql(f"SELECT {column} FROM audit_event WHERE account_id = UNHEX('{account.id.replace('-', '')}') ORDER BY id")]


@pytest.mark.parametrize("role,words", [("viewer", "Kijker"), ("admin", "Beheerder")])
def test_from_the_invitation_to_logged_in(office, company, role, words):
    admin, email = company["admin"], address()
    link = invited(office, admin, email, role)
    row = admin.page(USERS).one("li", data_invited=email)
    assert words in row.text and "vandaag" in row.text
    assert "7 dagen" in mail_text(mail_for(office, email)) and "{" not in mail_text(mail_for(office, email))
    client, answer = accept(office, link)
    assert answer.status_code == 303 and answer.headers["Location"] == "/settings/domains"
    page = client.page(USERS)
    assert words in page.one("li", data_user=email).text and "jij" in page.one("li", data_user=email).text
    assert bool(page.all("a", href=USERS + "/new")) == (role == "admin")
    assert not admin.page(USERS).all("li", data_invited=email)
    Client(office.url).login(email, PASSWORD)
    assert events(office, company["account"]) == ["user_invited", "user_joined"]
    assert events(office, company["account"], "user_email") == [company["account"].email, email], "the event still names a removed member"
    assert office.client().get(link).status_code == 404 and accept_again(office, link) in (403, 404)


def accept_again(office, link):
    client = office.client()
    return client.post(link, {"new": PASSWORD, "again": PASSWORD}, csrf=client.page("/login").csrf).status_code


def test_the_page_says_who_and_what(office, company):
    page = company["admin"].page(USERS)
    assert "Beheerder" in page.one("li", data_user=company["account"].email).text and "Kijker" in page.one("li", data_user=company["viewer"].email).text
    viewer = company["viewer"].client().page(USERS)
    assert viewer.all("li", data_user=company["account"].email) and not viewer.all("form", within=viewer.one("main")) and not viewer.all("a", within=viewer.one("main"))


@pytest.mark.parametrize("email", ["", "geen adres", "@b.nl", "a@", "a b@c.nl", "a@b.nl\r\nBcc: c@d.nl", "a@b.nl,c@d.nl", "<a@b.nl>", "x" * 300 + "@b.nl", "\u202ea@b.nl", "jän@b.nl"], ids=range(11))
def test_addresses_that_are_refused(office, company, email):
    mails = len(office.sink.mails)
    answer = invite(company["admin"], email)
    assert answer.status_code == 422 and parse(answer).one(id="email-fault").text
    assert not company["admin"].page(USERS).all("li", data_invited=True) and len(office.sink.mails) == mails


def test_what_is_no_form_of_ours(office, company):
    admin, token = company["admin"], company["admin"].csrf(USERS)
    for fields in ({}, {"email": "a@b.nl"}, {"email": "a@b.nl", "role": "owner"}, {"email": "a\0@b.nl", "role": "viewer"}):
        assert admin.post(USERS, fields, csrf=token).status_code == 400
    assert admin.post(USERS, {"email": "a@b.nl", "role": "viewer"}).status_code == 403
    user = ids(admin)[company["viewer"].email]
    for fields in ({}, {"role": "x"}):
        assert admin.post(f"{USERS}/{user}", fields, csrf=token).status_code == 400


def test_an_address_that_is_a_member(office, company):
    answer = invite(company["admin"], company["viewer"].email.upper())
    assert answer.status_code == 409 and company["viewer"].email in parse(answer).one(id="email-fault").text.lower()


def test_an_address_with_a_login_elsewhere_gets_a_mail(office, company):
    """An invitation does not reveal whether the address has a login."""
    other = office.account()
    link = invited(office, company["admin"], other.email)
    assert company["admin"].page(USERS).all("li", data_invited=other.email)
    _, answer = accept(office, link)
    assert answer.status_code == 409 and alert(parse(answer))
    Client(office.url).login(other.email, other.password)
    Client(office.url).login(other.email, PASSWORD, status=403)


def test_inviting_again_replaces(office, company):
    email = address()
    first = invited(office, company["admin"], email)
    second = invited(office, company["admin"], email, "admin")
    assert office.client().get(first).status_code == 404
    assert len(company["admin"].page(USERS).all("li", data_invited=email)) == 1
    client, answer = accept(office, second)
    assert answer.status_code == 303 and client.page(USERS + "/new")


def test_inviting_the_same_twice_at_once(office, company):
    """The same form sent twice, as by a double click."""
    second = Account(office, "admin", company["account"].id).client()
    clients = [(c, c.csrf(USERS)) for c in (company["admin"], second) for _ in range(2)]
    for _ in range(10):
        email, responses = address(), []
        threads = [threading.Thread(target=lambda c=c, t=t: responses.append(c.post(USERS, {"email": email, "role": "admin"}, csrf=t).status_code)) for c, t in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert responses == [303] * 4
        assert len(company["admin"].page(USERS).all("li", data_invited=email)) == 1


def test_withdrawn_and_expired(office, company):
    admin, email = company["admin"], address()
    link = invited(office, admin, email)
    page = admin.page(USERS)
    path = page.one("form", within=page.one("li", data_invited=email))["action"]
    stranger, viewer = office.account().client(), company["viewer"].client()
    assert stranger.post(path, csrf=stranger.csrf()).status_code == 404 and viewer.post(path, csrf=viewer.csrf(USERS)).status_code == 403
    assert office.client().get(link).status_code == 200
    assert admin.post(path, csrf=page.csrf).status_code == 303
    assert office.client().get(link).status_code == 404 and admin.post(path, csrf=page.csrf).status_code == 404
    late = invited(office, admin, email)
    office.installation.sql(f"UPDATE invitation SET expires_at = 1 WHERE email = '{email}'; UPDATE login_link SET expires_at = 1 WHERE invitation_id IS NOT NULL")
    assert office.client().get(late).status_code == 404
    assert "werkt niet meer" in admin.page(USERS).one("li", data_invited=email).text


def test_another_role(office, company):
    admin, viewer = company["admin"], company["viewer"]
    colleague = viewer.client()
    user = ids(admin)[viewer.email]
    assert "checked" in admin.page(f"{USERS}/{user}").one("input", id="role-viewer").attrs
    assert admin.post(f"{USERS}/{user}", {"role": "admin"}, csrf=admin.csrf(USERS)).status_code == 303
    colleague.page(USERS + "/new")
    assert admin.post(f"{USERS}/{user}", {"role": "viewer"}, csrf=admin.csrf(USERS)).status_code == 303
    colleague.page(USERS + "/new", status=403)
    assert events(office, company["account"]) == ["user_made_admin", "user_made_viewer"]


def test_removed_is_logged_out(office, company):
    admin, viewer = company["admin"], company["viewer"]
    colleague = viewer.client()
    user = ids(admin)[viewer.email]
    assert admin.post(f"{USERS}/{user}/remove", csrf=admin.csrf(USERS)).status_code == 303
    assert colleague.get("/settings").status_code == 303
    Client(office.url).login(viewer.email, viewer.password, status=403)
    assert admin.post(f"{USERS}/{user}/remove", csrf=admin.csrf(USERS)).status_code == 404
    admin.page(f"{USERS}/{user}", status=404)


def test_never_the_last_admin(office, company):
    admin, account = company["admin"], company["account"]
    me = ids(admin)[account.email]
    for path, fields in ((f"{USERS}/{me}", {"role": "viewer"}), (f"{USERS}/{me}/remove", {})):
        answer = admin.post(path, fields, csrf=admin.csrf(USERS))
        assert answer.status_code == 409 and "enige beheerder" in alert(parse(answer))
    assert admin.post(f"{USERS}/{me}", {"role": "admin"}, csrf=admin.csrf(USERS)).status_code == 303
    admin.page(USERS + "/new")


def test_of_two_admins_removed_at_once_one_remains(office):
    for _ in range(5):
        first = office.account()
        second = Account(office, "admin", first.id)
        clients = {first.email: first.client(), second.email: second.client()}
        user = ids(clients[first.email])
        work = [(clients[first.email], user[second.email], clients[first.email].csrf(USERS)), (clients[second.email], user[first.email], clients[second.email].csrf(USERS))]
        threads = [threading.Thread(target=lambda c=c, u=u, t=t: c.post(f"{USERS}/{u}", {"role": "viewer"}, csrf=t)) for c, u, t in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        [[admins]] = office.installation.sql(f"SELECT COUNT(*) FROM user WHERE account_id = UNHEX('{first.id.replace('-', '')}') AND role = 'admin'")
        assert int(admins) == 1


@pytest.mark.parametrize("which", ["foreign", UNKNOWN, "0", "x" * 36])
def test_what_is_anothers_does_not_exist(office, company, which):
    admin, other = company["admin"], office.account()
    user = ids(other.client())[other.email] if which == "foreign" else which
    token = admin.csrf(USERS)
    assert admin.get(f"{USERS}/{user}").status_code == 404
    assert admin.post(f"{USERS}/{user}", {"role": "viewer"}, csrf=token).status_code == 404
    assert admin.post(f"{USERS}/{user}/remove", csrf=token).status_code == 404
    assert admin.post(f"{USERS}/invitations/{user}/withdraw", csrf=token).status_code == 404
    assert other.email not in admin.get(USERS).text
    other.client().page(USERS + "/new")


def test_inviting_is_limited(site, own_site):
    narrow = own_site(servers=site, limit_add="3/60", smtp_host="127.0.0.1", smtp_port="9", smtp_security="none")
    client = narrow.account().client()
    responses = [invite(client, address()) for _ in range(4)]
    assert [a.status_code for a in responses] == [303] * 3 + [429] and 1 <= int(responses[-1].headers["Retry-After"]) <= 60
    bombed = own_site(servers=site, limit_mail="2/60", smtp_host="127.0.0.1", smtp_port="9", smtp_security="none")
    one, two = bombed.account().client(), bombed.account().client()
    assert [invite(c, "doelwit@klant.example").status_code for c in (one, two, one)] == [303, 303, 429]


def test_a_platform_without_mail_says_so(site):
    admin = site.account().client()
    page = admin.page(USERS + "/new")
    assert not page.all("form", action=USERS) and page.one(role="status").text
    assert invite(admin, address()).status_code == 422
