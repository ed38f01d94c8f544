"""The profile: changing the password, and the list of sessions."""

import hashlib
import re

import pytest

from pages import UNKNOWN, alert, parse
from testbed.client import Client

PASSWORD, SESSIONS = "/settings/account/password", "/settings/account/sessions"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
AGENTS = {
    FIREFOX: "Firefox op Linux",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0": "Edge op Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15": "Safari op macOS",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0.6723.90 Mobile/15E148 Safari/604.1": "Chrome op iPhone",
    "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36": "Samsung Internet op Android",
    "<script>alert(1)</script>": "Een onbekende browser",
    "x" * 4000: "Een onbekende browser",
    "": "Een onbekende browser",
}


def log_in(site, account, agent=FIREFOX):
    client = Client(site.url)
    client.http.headers["User-Agent"] = agent
    client.login(account.email, account.password)
    return client


def change(client, old, new, again=None):
    return client.post(PASSWORD, {"old": old, "new": new, "again": new if again is None else again}, csrf=client.csrf(PASSWORD))


def alive(client):
    return client.get("/settings").status_code == 200


def test_a_new_password_ends_the_other_sessions(site, account):
    here, there = log_in(site, account), log_in(site, account)
    new = "paard accu nietje"
    answer = change(here, account.password, new)
    assert answer.status_code == 303 and "gewijzigd" in here.page(answer.headers["Location"]).one(role="status").text
    assert alive(here) and not alive(there)
    Client(site.url).login(account.email, account.password, status=403)
    Client(site.url).login(account.email, new)
    account_hex = account.id.replace("-", "")
    assert site.installation.sql(f"SELECT action FROM audit_event WHERE account_id = UNHEX('{account_hex}')") == [["password_changed"]]


@pytest.mark.parametrize("old,new,again,field", [
    ("onjuist", "lang genoeg zo", None, "old"), ("", "lang genoeg zo", None, "old"), ("x" * 5000, "lang genoeg zo", None, "old"), (None, "kort", None, "new"), (None, "", None, "new"),
    (None, "x" * 1025, None, "new"), (None, "lang genoeg zo", "lang genoeg so", "again"),
])
def test_what_is_wrong_is_said_and_changes_nothing(site, account, old, new, again, field):
    client, other = log_in(site, account), log_in(site, account)
    answer = change(client, account.password if old is None else old, new, again)
    assert answer.status_code == 422
    page = parse(answer)
    assert page.one("input", id=field)["aria-invalid"] == "true" and page.one(id=field + "-fault").text
    assert not any(typed in answer.text for typed in (old, new) if typed and len(typed) > 5)
    assert alive(other)
    Client(site.url).login(account.email, account.password)


def test_fields_missing_or_with_a_nul(site, account):
    client = log_in(site, account)
    token = client.csrf(PASSWORD)
    assert client.post(PASSWORD, {"old": account.password}, csrf=token).status_code == 400
    assert client.post(PASSWORD, {"old": account.password, "new": "lang genoeg\0zo", "again": "lang genoeg\0zo"}, csrf=token).status_code == 400
    assert client.post(PASSWORD, {"old": account.password, "new": "lang genoeg zo", "again": "lang genoeg zo"}).status_code == 403
    Client(site.url).login(account.email, account.password)


def test_a_viewer_has_a_password_too(site):
    viewer = site.account("viewer")
    assert change(log_in(site, viewer), viewer.password, "lang genoeg zo").status_code == 303


def test_guessing_is_limited_a_user(own_site, site):
    narrow = own_site(servers=site, limit_login="5/60")
    account = narrow.account()
    client = log_in(narrow, account)
    responses = [change(client, "onjuist-wachtwoord", "lang genoeg zo") for _ in range(6)]
    assert [a.status_code for a in responses] == [422] * 5 + [429]
    assert 1 <= int(responses[-1].headers["Retry-After"]) <= 60 and alert(parse(responses[-1]))
    assert change(client, account.password, "lang genoeg zo").status_code == 429
    other = narrow.account()
    assert change(log_in(narrow, other), other.password, "lang genoeg zo").status_code == 303


@pytest.mark.parametrize("agent,words", AGENTS.items(), ids=[w + str(i) for i, w in enumerate(AGENTS.values())])
def test_a_browser_in_plain_words(site, agent, words):
    client = log_in(site, site.account(), agent)
    row = client.page(SESSIONS).one("li", data_session="this")
    assert words in row.text and "vandaag" in row.text and "alert(1)" not in client.get(SESSIONS).text


def test_sessions_are_listed_and_ended(site, account):
    here, there, third = log_in(site, account), log_in(site, account, list(AGENTS)[1]), log_in(site, account, list(AGENTS)[2])
    page = here.page(SESSIONS)
    rows = page.all("li", data_session=True)
    assert [r["data-session"] for r in rows] == ["this", "other", "other"] and "deze" in rows[0].text
    edge = next(r for r in rows if "Edge" in r.text)
    answer = here.post(page.one("form", within=edge)["action"], csrf=page.csrf)
    assert answer.status_code == 303 and here.page(answer.headers["Location"]).all(role="status")
    assert alive(here) and not alive(there) and alive(third)
    assert here.post(page.one("form", within=edge)["action"], csrf=page.csrf).status_code == 404
    again = log_in(site, account)
    assert here.post(SESSIONS + "/end-others", csrf=page.csrf).status_code == 303
    assert alive(here) and not alive(third) and not alive(again)
    assert not here.page(SESSIONS).all("form", action=SESSIONS + "/end-others")


def test_nobody_ends_anothers_session(site, account):
    victim, colleague, stranger = log_in(site, account), site.account("viewer", account.id).client(), site.account().client()
    log_in(site, account)
    path = next(f["action"] for f in victim.page(SESSIONS).all("form") if re.search(r"/[0-9a-f-]{36}/end$", f["action"]))
    for other in (colleague, stranger):
        assert other.post(path, csrf=other.csrf(PASSWORD)).status_code == 404
    for path in (UNKNOWN, "x", "0" * 36):
        assert victim.post(f"{SESSIONS}/{path}/end", csrf=victim.csrf(PASSWORD)).status_code == 404
    assert len(victim.page(SESSIONS).all("li", data_session=True)) == 2


def test_no_token_and_no_hash_of_one_stands_on_the_page(site, account):
    client = log_in(site, account)
    log_in(site, account)
    text = client.get(SESSIONS).text
    (token,) = [c.value for c in client.http.cookies if len(c.value) == 43 and "login" not in c.name]
    assert token not in text and hashlib.sha256(token.encode()).hexdigest() not in text.replace("-", "")
