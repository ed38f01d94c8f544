"""Hostile input: forged forms, endless bodies, header injection, and DNS data with markup and control bytes."""

import json
import re
import socket

import pytest

from pages import assert_secure, domain_status, parse, records
from testbed.dns import quote_txt
from testbed.site import fresh_domain


@pytest.fixture
def domain(client):
    return client.add_domain(fresh_domain())


def changing(domain):
    return [("/settings/domains", {"domain": fresh_domain()}), (f"/settings/domains/{domain}/check", {}), (f"/settings/domains/{domain}/delete", {}), ("/logout", {})]


@pytest.mark.parametrize("token", [None, "", "x", "A" * 43, "A" * 5000, "\x00", "é"])
def test_csrf_missing_or_forged(client, domain, token):
    for path, data in changing(domain):
        answer = client.post(path, data, csrf=token)
        assert answer.status_code == 403, path
        assert_secure(answer)
        assert parse(answer).all(role="alert") or parse(answer).all("h1")
    assert client.get(f"/settings/domains/{domain}").status_code == 200
    assert len(client.page("/settings/domains").all(data_domain=True)) == 1


def test_csrf_of_another_session(site, account, client, domain):
    old = account.client().csrf()
    for path, data in changing(domain):
        assert client.post(path, data, csrf=old).status_code == 403, path


def test_login_needs_its_token_too(site, account):
    data = {"email": account.email, "password": account.password}
    assert site.client().post("/login", data).status_code == 403
    token = site.client().page("/login").csrf
    assert site.client().post("/login", data, csrf=token).status_code == 403  # another browser's


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/x"}, {"Origin": "http://127.0.0.1:1"},
                                     {"Origin": "http://127.0.0.1.evil.example"}])
def test_foreign_origin(client, domain, headers):
    token = client.csrf()
    for path, data in changing(domain):
        assert client.post(path, data, csrf=token, headers=headers).status_code == 403, path


def test_own_origin(site, client, domain):
    token = client.csrf()
    assert client.post(f"/settings/domains/{domain}/check", csrf=token, headers={"Origin": site.url}).status_code == 303


def test_token_in_the_url_is_no_token(client, domain):
    token = client.csrf()
    assert client.post(f"/settings/domains/{domain}/delete?csrf={token}").status_code == 403


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("size,status", [(64 * 1024 + 1, 413), (200_000, 413), (2_000_000, 413)])
@pytest.mark.parametrize("chunked", [False, True])
def test_body_too_large(client, size, status, chunked):
    body = b"domain=" + b"a" * (size - 7)
    answer = client.request("POST", "/settings/domains", data=iter([body[i:i + 8192] for i in range(0, size, 8192)]) if chunked else body, headers=FORM)
    assert answer.status_code == status
    if size <= 1024 * 1024:  # beyond that the web server says so itself
        assert_secure(answer)


def test_body_of_64_kib_is_read(client):
    token = client.csrf()
    body = f"csrf={token}&domain=".encode()
    answer = client.request("POST", "/settings/domains", data=body + b"a" * (64 * 1024 - len(body)), headers=FORM)
    assert answer.status_code in (200, 400, 422)


def test_chunked_form(client):
    name = fresh_domain()
    body = f"csrf={client.csrf()}&domain={name}".encode()
    assert client.request("POST", "/settings/domains", data=iter([body[:10], body[10:]]), headers=FORM).status_code == 303


@pytest.mark.parametrize("body,kind,status", [
    (b"{}", "application/json", 415), (b"x", "multipart/form-data; boundary=x", 415), (b"a=%zz", FORM["Content-Type"], 400), (b"a=%0", FORM["Content-Type"], 400),
    (b"&".join(b"f%d=1" % i for i in range(200)), FORM["Content-Type"], 400), (b"", FORM["Content-Type"], 403), (b"=&=&&&", FORM["Content-Type"], 403)])
def test_odd_bodies(client, body, kind, status):
    answer = client.request("POST", "/settings/domains", data=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert_secure(answer)


def test_many_cookies_and_long_headers(site):
    answer = site.client().get("/login", headers={"Cookie": "; ".join(f"c{i}=x" for i in range(500))})
    assert answer.status_code in (200, 400, 431)
    assert site.client().get("/login?" + "a=b&" * 500).status_code in (200, 400, 414)


@pytest.mark.parametrize("raw", [
    b"GET /login HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", b"GET /login HTTP/1.0\r\n\r\n", b"GET\r\n\r\n", b"\0\0\0\0\r\n\r\n", b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"])
def test_raw_requests(site, raw):
    with socket.create_connection(("127.0.0.1", site.installation.nginx.port), timeout=5) as sock:
        sock.sendall(raw)
        sock.shutdown(socket.SHUT_WR)
        answer = b""
        while part := sock.recv(65536):
            answer += part
    assert b" 500 " not in answer.split(b"\r\n")[0] and b" 502 " not in answer.split(b"\r\n")[0]
    assert site.client().get("/healthz").status_code == 200


HOSTILE = {
    "markup": ["<script>alert(1)</script>", "</code><img src=x onerror=alert(2)>"], "attribute": ["\"' onmouseover=alert(1) x='"],
    "control": [bytes(range(0x20)) + b"\x7f"], "terminal": [b"\x1b[2J\x1b]0;owned\x07"], "high": [bytes(range(0x80, 0x100))], "0xff": [b"\xff" * 255],
    "line": [b"a\r\nSet-Cookie: evil=1\r\n\r\n<b>"], "bidi": ["\u202eevil\u2066".encode()], "4 KB": [b"v=DKIM1; p=" + b"A" * 244, *[b"B" * 255] * 16],
    "template": ["{{CSRF}}{{>FRAME_TOP}}[[x]]"], "JSON": ['"}],"status":"verified","x":[{"'], "empty": [""], "zone": ['"\n@ NS evil.\n; "'],
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_txt_is_harmless(site, account, client, what):
    """On the page, in the JSON, in the log and in the zone file."""
    name = fresh_domain()
    domain = client.add_domain(name)
    host = records(client.page(f"/settings/domains/{domain}"))["dkim"][1]
    txt = quote_txt(s if isinstance(s, bytes) else s.encode() for s in HOSTILE[what])
    site.nsd.publish(name, f"{host}. TXT {txt}\n_dmarc TXT {txt}\nbounce TXT {txt}\n@ TXT {txt}\n")
    logged = len(site.installation.logs())
    client.check(domain)
    answer = client.get(f"/settings/domains/{domain}")
    page = parse(answer)
    assert domain_status(page) == "pending"
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", answer.content)
    answer.content.decode("utf-8")
    assert not page.all("img", src="x") and not page.all(onmouseover=True) and not page.all(onerror=True)
    assert all(s["src"] and s["src"].startswith("/static/") for s in page.all("script"))
    assert "\u202e" not in answer.text and "\u2066" not in answer.text
    assert answer.text.count("<header class") <= 4 and len(page.all("html")) == 1

    shown = site.installation.must("domain", "show", "--account", account.id, "--json", name)
    value = json.loads(shown)
    assert value["status"] == "pending" and list(value)[0] == "id"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202e]", shown)
    plain = site.installation.must("domain", "show", "--account", account.id, name)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202e]", plain)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", site.installation.logs()[logged:])

    zone = client.get(f"/settings/domains/{domain}/zone").text
    site.nsd.publish(name, zone)
    client.check(domain)
    assert domain_status(client.page(f"/settings/domains/{domain}")) == "verified"


def test_hostile_names_in_cname_answers(site, client):
    name = fresh_domain()
    domain = client.add_domain(name)
    site.nsd.publish(name, f"bounce CNAME \\060script\\062.\\255\\001.{name}.\n")
    client.check(domain)
    answer = client.get(f"/settings/domains/{domain}")
    assert "<script>." not in answer.text and records(parse(answer))["return_path"][0] == "wrong"


def test_no_secret_in_the_log(site, account, client):
    client.add_domain(fresh_domain())
    log = site.installation.logs()
    assert account.password not in log
    for cookie in client.http.cookies:
        assert len(cookie.value) < 20 or cookie.value not in log
    assert "PRIVATE KEY" not in log
