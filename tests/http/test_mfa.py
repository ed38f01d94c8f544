"""MFA by TOTP: enabled with a first code, required after the password, each code used once; recovery codes instead."""

import base64
import hashlib
import hmac
import re
import struct
import time
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from pages import alert, assert_secure, parse
from testbed.client import Client

HERE, CODE = "/settings/account/second-factor", "/login/code"


def totp(secret, at=None, step=0):
    """RFC 6238: SHA-1, 6 digits, 30 s; independent of the program's library."""
    counter = int((time.time() if at is None else at) // 30) + step
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7fffffff) % 1000000:06d}"


def test_the_test_s_own_codes():
    """RFC 6238, appendix B; the last six of its eight digits."""
    secret = base64.b32encode(b"12345678901234567890")
    assert [totp(secret, at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


class Guarded:
    """A user with MFA enabled."""

    def __init__(self, site, role="admin"):
        self.site, self.account = site, site.account(role)
        self.client = self.account.client()
        assert self.client.post(HERE, csrf=self.client.csrf(HERE)).status_code == 303
        self.secret = self.client.page(HERE).one("code", data_secret="secret").text.replace(" ", "")
        page = parse(self.confirm(totp(self.secret)))
        self.codes = [c.text for c in page.all("code", within=page.one("ol"))]

    def confirm(self, code):
        return self.client.post(HERE + "/confirm", {"code": code}, csrf=self.client.csrf(HERE))

    def fresh(self):
        """A code that was not used yet: the used time step is set back."""
        self.site.installation.sql(f"UPDATE totp SET last_step = 0 WHERE user_id = (SELECT id FROM user WHERE email = '{self.account.email}')")
        return totp(self.secret)

    def password(self, **more):
        """A client whose password was accepted and whose MFA is pending."""
        visitor = Client(self.site.url)
        answer = visitor.post("/login", {"email": self.account.email, "password": self.account.password, **more}, csrf=visitor.page("/login").csrf)
        assert answer.status_code == 303 and answer.headers["Location"].startswith(CODE)
        visitor.where = answer.headers["Location"]
        return visitor

    def enter(self, visitor, code):
        return visitor.post(CODE, {"code": code}, csrf=visitor.page(CODE).csrf)


@pytest.fixture
def guarded(site):
    return Guarded(site)


def inside(client):
    return client.get("/settings").status_code == 200


def test_on_and_in(guarded):
    visitor = guarded.password()
    assert not inside(visitor), "the password alone does not open"
    page = visitor.get(CODE)
    assert page.status_code == 200
    assert_secure(page)
    answer = guarded.enter(visitor, guarded.fresh())
    assert answer.status_code == 303 and answer.headers["Location"] == "/settings/domains" and inside(visitor)
    assert not [c for c in visitor.http.cookies if "login" in c.name]
    assert visitor.get(CODE).headers["Location"] == "/login"


def test_what_the_app_gets(site):
    client = site.account().client()
    client.post(HERE, csrf=client.csrf(HERE))
    page = client.page(HERE)
    secret = page.one("code", data_secret="secret").text.replace(" ", "")
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    uri = urlsplit(page.one("code", data_secret="uri").text)
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp") and unquote(uri.path).startswith("/Volmacht:admin-")
    assert parse_qs(uri.query) == {"secret": [secret], "issuer": ["Volmacht"]}
    size = int(page.one("svg")["viewbox"].split()[2])
    path = page.one("path")["d"]
    assert size >= 29 and re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", path)
    assert path.startswith("M4 4h7v1h-7z") and max(int(x) + int(run) for x, run in re.findall(r"M(\d+) \d+h(\d+)", path)) == size - 4  # a finder's edge; the quiet zone
    assert client.page(HERE).one("code", data_secret="secret").text.replace(" ", "") == secret, "looking changes nothing"
    assert inside(Client(site.url)) is False


@pytest.mark.parametrize("code", ["000000", "", "12345", "1234567", "abcdef", "x" * 5000, "１２３４５６", "-1", " "])
def test_wrong_codes(guarded, code):
    if code == totp(guarded.secret):
        pytest.skip("guessed right")
    visitor = guarded.password()
    answer = guarded.enter(visitor, code)
    assert answer.status_code == 403 and alert(parse(answer)) and not inside(visitor)
    assert guarded.enter(visitor, guarded.fresh()).status_code == 303, "a wrong one ends nothing"


def test_no_code_twice(guarded):
    first, second = guarded.password(), guarded.password()
    code = guarded.fresh()
    assert guarded.enter(first, code).status_code == 303
    assert guarded.enter(second, code).status_code == 403 and not inside(second)


def test_the_code_that_switched_it_on_is_used_up(site):
    guarded = Guarded(site)
    visitor = guarded.password()
    now = totp(guarded.secret)
    answer = guarded.enter(visitor, now)
    assert answer.status_code == 403 or now != totp(guarded.secret)


def test_one_step_either_way_and_no_more(guarded):
    for step, status in ((-1, 303), (1, 303), (-3, 403), (3, 403)):
        guarded.fresh()
        assert guarded.enter(guarded.password(), totp(guarded.secret, step=step)).status_code == status


def test_recovery_codes_open_once_each(guarded):
    assert len(guarded.codes) == 10 == len(set(guarded.codes)) and all(re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", c) for c in guarded.codes)
    visitor = guarded.password()
    assert guarded.enter(visitor, guarded.codes[0]).status_code == 303 and inside(visitor)
    assert guarded.enter(guarded.password(), guarded.codes[0]).status_code == 403
    assert guarded.enter(guarded.password(), guarded.codes[1].replace("-", " ").upper()).status_code == 303
    assert "8" in visitor.page(HERE).one("form", action=HERE + "/off").text
    assert guarded.codes[2] not in visitor.get(HERE).text


def test_nobody_elses_codes(site, guarded):
    other = Guarded(site)
    visitor = guarded.password()
    for code in (other.codes[0], totp(other.secret)):
        assert guarded.enter(visitor, code).status_code == 403


def test_what_is_kept(site, guarded):
    rows = str(site.installation.sql(f"SELECT HEX(code_hash) FROM recovery_code WHERE user_id = (SELECT id FROM user WHERE email = '{guarded.account.email}')"))
    assert rows.count("'") == 20 and not any(c.replace("-", "") in rows.lower() for c in guarded.codes)
    assert not any(c in site.installation.logs() for c in [guarded.secret, *guarded.codes])


def test_off_wants_the_password(guarded):
    client = guarded.client
    token = client.csrf(HERE)
    for password, status in (("onjuist", 422), ("", 422)):
        answer = client.post(HERE + "/off", {"password": password}, csrf=token)
        assert answer.status_code == status and parse(answer).one(id="password-fault").text
    guarded.password()
    assert client.post(HERE + "/off", {}, csrf=token).status_code == 400
    assert client.post(HERE + "/off", {"password": guarded.account.password}, csrf=token).status_code == 303
    Client(guarded.site.url).login(guarded.account.email, guarded.account.password)


def test_not_on_until_a_code_was_right(site, account):
    client = account.client()
    assert client.post(HERE + "/confirm", {"code": "123456"}, csrf=client.csrf(HERE)).status_code == 303  # nothing to confirm
    client.post(HERE, csrf=client.csrf(HERE))
    answer = client.post(HERE + "/confirm", {"code": "abc"}, csrf=client.csrf(HERE))
    assert answer.status_code == 422 and parse(answer).one(id="code-fault").text
    assert client.post(HERE + "/confirm", {}, csrf=client.csrf(HERE)).status_code == 400
    Client(site.url).login(account.email, account.password)


def test_starting_again_keeps_one_that_is_on(guarded):
    assert guarded.client.post(HERE, csrf=guarded.client.csrf(HERE)).status_code == 303
    assert guarded.enter(guarded.password(), guarded.fresh()).status_code == 303


def test_a_viewer_may_too(site):
    guarded = Guarded(site, "viewer")
    assert guarded.enter(guarded.password(), guarded.fresh()).status_code == 303


def test_back_to_what_was_asked(guarded):
    visitor = guarded.password(next="/settings/domains/new?a=b&c")
    page = visitor.page(visitor.where)
    assert page.form(CODE)["next"] == "/settings/domains/new?a=b&c"
    answer = visitor.post(CODE, {**page.form(CODE), "code": guarded.fresh()})
    assert answer.headers["Location"] == "/settings/domains/new?a=b&c"
    for evil in ("//evil.example", "https://evil.example/"):
        visitor = guarded.password(next=evil)
        assert visitor.where == CODE
        answer = visitor.post(CODE, {"code": guarded.fresh(), "next": evil}, csrf=visitor.page(CODE).csrf)
        assert answer.headers["Location"] == "/"


def test_ten_minutes_and_no_longer(site, guarded):
    visitor = guarded.password()
    token = visitor.page(CODE).csrf
    site.installation.sql("UPDATE mfa_pending SET expires_at = UNIX_TIMESTAMP() * 1000 - 1")
    assert visitor.post(CODE, {"code": guarded.fresh()}, csrf=token).headers["Location"] == "/login" and not inside(visitor)


def test_without_a_password_there_is_nothing(site, guarded):
    visitor = Client(site.url)
    token = visitor.page("/login").csrf
    assert visitor.get(CODE).headers["Location"] == "/login"
    assert visitor.post(CODE, {"code": guarded.fresh()}, csrf=token).headers["Location"] == "/login" and not inside(visitor)
    known = guarded.password()
    assert known.post(CODE, {"code": guarded.fresh()}).status_code == 403 and known.post(CODE, {}, csrf=known.page(CODE).csrf).status_code == 400


def test_a_new_password_leaves_it_on(guarded):
    client, new = guarded.client, "paard accu nietje"
    where = "/settings/account/password"
    assert client.post(where, {"old": guarded.account.password, "new": new, "again": new}, csrf=client.csrf(where)).status_code == 303
    guarded.account.password = new
    guarded.password()


def test_a_new_password_ends_logins_that_wait_with_the_old_one(guarded):
    waits, client, new = guarded.password(), guarded.client, "paard accu nietje"
    token, where = waits.page(CODE).csrf, "/settings/account/password"
    assert client.post(where, {"old": guarded.account.password, "new": new, "again": new}, csrf=client.csrf(where)).status_code == 303
    assert waits.post(CODE, {"code": guarded.fresh()}, csrf=token).headers["Location"] == "/login" and not inside(waits)


def test_guessing_is_limited_a_user(site, own_site):
    narrow = own_site(servers=site, limit_login="5/60")
    guarded = Guarded(narrow)
    visitor = guarded.password()
    statuses = [guarded.enter(visitor, "000000").status_code for _ in range(6)]
    assert statuses[-1] == 429 and set(statuses[:-1]) <= {403, 429}
    answer = guarded.enter(visitor, guarded.fresh())
    assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) <= 60 and not inside(visitor)
