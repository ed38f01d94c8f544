"""Login and logout: valid, wrong, forged, stolen; each role's rights."""

import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages import alert, assert_secure, domain_status, parse
from testbed.client import Client
from testbed.site import fresh_domain


def session_cookie(client):
    return next(c for c in client.http.cookies if "volmacht" in c.name and len(c.value) == 43 and "login" not in c.name)


def test_right(site, account):
    client = site.client()
    answer = client.login(account.email, account.password)
    assert answer.headers["Location"] == "/settings/domains"
    cookie = next(h for h in answer.raw.headers.getlist("Set-Cookie") if not re.search(r"Max-Age=0|1970", h))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    page = client.page("/settings/domains")
    assert account.email in page.one("body").text
    assert_secure(answer)


def test_address_in_capitals(site, account):
    site.client().login(account.email.upper(), account.password)


def test_next_leads_back(site, account):
    client = site.client()
    path = client.get("/settings/domains/new").headers["Location"]
    page = client.page(path)
    hidden = page.form("/login")
    assert hidden["next"] == "/settings/domains/new"
    answer = client.post("/login", dict(hidden, email=account.email, password=account.password))
    assert answer.headers["Location"] == "/settings/domains/new"


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\r\nSet-Cookie: a=b", "javascript:alert(1)", "evil",
                                    "/\tevil", "///evil.example", "/%0d%0aX: y"])
def test_next_leads_nowhere_else(site, account, target):
    client = site.client()
    token = client.page("/login").csrf
    answer = client.post("/login", {"email": account.email, "password": account.password, "next": target}, csrf=token)
    assert answer.status_code == 303
    location = answer.headers["Location"]
    assert location.startswith("/") and not re.match(r"/[/\\]|.*[\r\n\t\\]", location), location
    assert "a" not in answer.cookies


@pytest.mark.parametrize("email,password", [("", ""), (None, "onjuist-wachtwoord"), ("niemand@klant.example", None), (None, ""), ("' OR 1=1 --", "' OR 1=1 --"),
                                            (None, "x" * 5000), ("a" * 5000, "b"), ("a\x00b@c", "d"), ("\xff\xfe", "\xff")],
                         ids=["empty", "wrong", "unknown", "no password", "SQL", "long password", "long address", "NUL", "high bytes"])
def test_wrong(site, account, email, password):
    client = site.client()
    answer = client.login(account.email if email is None else email, account.password if password is None else password, status=client_error(site, email, password, account))
    assert alert(parse(answer))
    assert client.get("/settings/domains").status_code == 303
    if password and len(password) > 4:
        assert password not in answer.text


def client_error(site, email, password, account):
    """The status of a failed login: always the same."""
    probe = site.client()
    token = probe.page("/login").csrf
    answer = probe.post("/login", {"email": "niemand@klant.example", "password": "onjuist"}, csrf=token)
    assert answer.status_code in (200, 401, 403, 422)
    return answer.status_code


def test_unknown_and_wrong_look_the_same(site):
    account = site.account(by_program=True)
    responses = []
    for email in (account.email, "niemand-" + account.email):
        client = site.client()
        token = client.page("/login").csrf
        begin = time.monotonic()
        answer = client.post("/login", {"email": email, "password": "onjuist-wachtwoord"}, csrf=token)
        responses.append((answer.status_code, answer.text.replace(email, "E").replace(parse(answer).csrf, "T"), time.monotonic() - begin))
    assert responses[0][:2] == responses[1][:2]
    assert abs(responses[0][2] - responses[1][2]) < 0.5


def test_session_changes_at_login(site, account):
    client = site.client()
    client.page("/login")
    before = {c.value for c in client.http.cookies}
    client.login(account.email, account.password)
    first = session_cookie(client).value
    assert first not in before
    client.login(account.email, account.password) if client.get("/login").status_code == 200 else None


def test_planted_session_is_not_taken(site, account):
    client = site.client()
    client.login(account.email, account.password)
    name = session_cookie(client).name
    other = site.client()
    other.http.cookies.set(name, "A" * 43)
    other.page("/login")
    other.login(account.email, account.password)
    assert "A" * 43 not in {c.value for c in other.http.cookies if c.name == name and c.domain}


def test_logged_out_cookie_is_dead(site, account):
    client = account.client()
    stolen = dict(client.http.cookies)
    token = client.csrf()
    answer = client.post("/logout", csrf=token)
    assert answer.status_code == 303
    thief = Client(site.url)
    thief.http.cookies.update(stolen)
    assert thief.get("/settings/domains").status_code == 303
    assert thief.post("/settings/domains", {"domain": fresh_domain()}, csrf=token).status_code in (303, 403)


def test_session_ends_in_time(site, account):
    client = account.client()
    site.installation.sql("UPDATE session SET " + expiry_column(site) + " = 1")
    assert client.get("/settings/domains").status_code == 303


def expiry_column(site):
    columns = [row[0] for row in site.installation.sql("SHOW COLUMNS FROM session")]
    return next(c for c in columns if "expire" in c)


def test_a_session_in_use_goes_on_and_its_cookie_with_it(site, account):
    client = account.client()
    assert "Set-Cookie" not in client.get("/settings").headers
    owner = account.id.replace("-", "")
    site.installation.sql(f"UPDATE session SET seen_at = seen_at - 600000, expires_at = expires_at - 600000 WHERE account_id = UNHEX('{owner}')")
    cookie = client.get("/settings").headers["Set-Cookie"]
    assert cookie.startswith("volmacht=") and "Max-Age=43200" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    [[left]] = site.installation.sql(f"SELECT expires_at / 1000 - UNIX_TIMESTAMP() FROM session WHERE account_id = UNHEX('{owner}')")
    assert 43190 < float(left) <= 43201
    assert client.get("/settings").status_code == 200 and "Set-Cookie" not in client.get("/settings").headers


def test_session_tokens_are_not_in_the_database(site, account):
    client = account.client()
    token = session_cookie(client).value
    assert token not in str(site.installation.sql("SELECT *, HEX(token_hash) FROM session"))


@pytest.mark.parametrize("cookie", ["", "A", "A" * 43, "A" * 44, "../../x", "%00", "\xff" * 43, "'; DROP TABLE session; --"])
def test_forged_cookies(site, account, cookie):
    client = account.client()
    name = session_cookie(client).name
    thief = Client(site.url)
    answer = thief.get("/settings/domains", headers={"Cookie": f"{name}={cookie}".encode("latin-1")})
    assert answer.status_code in (303, 400)


def test_viewer_may_look_and_check_and_change_nothing(site, account):
    admin = account.client()
    name = fresh_domain()
    domain = admin.add_domain(name)
    viewer = site.account(role="viewer", account=account.id).client()
    page = viewer.page(f"/settings/domains/{domain}")
    assert domain_status(page) == "pending"
    assert not page.all(href=f"/settings/domains/{domain}/delete")
    token = page.csrf
    assert viewer.post(f"/settings/domains/{domain}/check", csrf=token).status_code == 303
    assert viewer.post(f"/settings/domains/{domain}/delete", csrf=token).status_code == 403
    assert viewer.post("/settings/domains", {"domain": fresh_domain()}, csrf=token).status_code == 403
    assert admin.get(f"/settings/domains/{domain}").status_code == 200


@pytest.mark.parametrize("second_factor", [False, True], ids=["password", "second factor"])
def test_a_password_that_is_changed_meanwhile_opens_nothing(site, second_factor):
    """The login has accepted the old password; its write waits for the password change, which ends all sessions of the old one."""
    account, sql = site.account(), site.installation.sql
    user = sql(f"SELECT HEX(id) FROM user WHERE email = '{account.email}'")[0][0]
    if second_factor:
        site.installation.rows.second_factor(account.id, uuid.UUID(user), "x" * 20)
    visitor = site.client()
    token = visitor.page("/login").csrf
    with site.mariadb.session(site.installation.schema) as change, ThreadPoolExecutor(1) as pool:
        change(f"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; BEGIN; SELECT 1 FROM user WHERE id = UNHEX('{user}') FOR UPDATE")
        login = pool.submit(visitor.post, "/login", {"email": account.email, "password": account.password}, csrf=token)
        while not sql("SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"):
            assert not login.done(), login.result()
            time.sleep(0.15)  # the server may show the old rows for 0.1 s
        change(f"UPDATE user SET password_hash = 'another' WHERE id = UNHEX('{user}'); COMMIT")
        answer = login.result()
    assert answer.status_code == 403 and alert(parse(answer))
    assert sql(f"SELECT user_id FROM session WHERE user_id = UNHEX('{user}') UNION SELECT user_id FROM mfa_pending WHERE user_id = UNHEX('{user}')") == []
    assert visitor.get("/settings/domains").status_code == 303
