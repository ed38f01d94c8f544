"""Every URL: who may request it, by which method, with which headers."""

import re

import pytest

from pages import UNKNOWN, assert_secure, domain_status, parse
from testbed.site import fresh_domain

PUBLIC = ["/login", "/healthz", "/metrics"]
PRIVATE = ["/settings", "/settings/users", "/settings/users/new", f"/settings/users/{UNKNOWN}", "/settings/account", "/settings/account/password", "/settings/account/sessions", "/settings/domains", "/settings/domains/new", f"/settings/domains/{UNKNOWN}", f"/settings/domains/{UNKNOWN}/delete",
           f"/settings/domains/{UNKNOWN}/zone", "/settings/senders", "/settings/senders/new", f"/settings/senders/{UNKNOWN}", f"/settings/senders/{UNKNOWN}/delete"]
METHODS = {  # path: what is allowed
    "/login/code": "GET POST", "/settings/account/second-factor": "GET POST", "/settings/account/second-factor/confirm": "GET POST", "/settings/account/second-factor/off": "GET POST",
    "/login/forgotten": "GET POST", "/settings/users": "GET POST", "/settings/users/new": "GET", f"/settings/users/{UNKNOWN}": "GET POST", f"/settings/users/{UNKNOWN}/remove": "GET POST",
    f"/settings/users/invitations/{UNKNOWN}/withdraw": "POST",
    "/": "GET", "/login": "GET POST", "/logout": "POST", "/settings": "GET", "/settings/account": "GET POST", "/settings/account/password": "GET POST", "/settings/account/sessions": "GET",
    f"/settings/account/sessions/{UNKNOWN}/end": "POST", "/settings/account/sessions/end-others": "POST", "/settings/domains": "GET POST", "/settings/domains/new": "GET",
    f"/settings/domains/{UNKNOWN}": "GET", f"/settings/domains/{UNKNOWN}/check": "POST", f"/settings/domains/{UNKNOWN}/delete": "GET POST",
    f"/settings/domains/{UNKNOWN}/zone": "GET", f"/settings/domains/{UNKNOWN}/removed": "GET", f"/settings/domains/{UNKNOWN}/removed/check": "GET POST", f"/settings/domains/{UNKNOWN}/keys/check": "GET POST", "/settings/senders": "GET POST", "/settings/senders/new": "GET", f"/settings/senders/{UNKNOWN}": "GET POST", f"/settings/senders/{UNKNOWN}/delete": "GET POST",
    f"/settings/senders/{UNKNOWN}/test": "GET POST", "/healthz": "GET", "/metrics": "GET",
}


def test_home_leads_to_the_domains(site):
    answer = site.client().get("/")
    assert answer.status_code in (302, 303) and answer.headers["Location"] == "/settings/domains"
    assert_secure(answer)


@pytest.mark.parametrize("path", PUBLIC)
def test_public(site, path):
    answer = site.client().get(path)
    assert answer.status_code == 200
    assert_secure(answer)


@pytest.mark.parametrize("path", PRIVATE)
def test_private_leads_to_login_and_back(site, path):
    answer = site.client().get(path + "?q=a%20b")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login?next=%2F") or answer.headers["Location"].startswith("/login?next=/")
    assert_secure(answer)


def test_private_posts_do_nothing_without_login(site):
    for path in ("/settings/domains", f"/settings/domains/{UNKNOWN}/check", f"/settings/domains/{UNKNOWN}/delete", "/logout"):
        answer = site.client().post(path, {"domain": "voorbeeld.nl"})
        assert answer.status_code in (303, 403), path
        assert_secure(answer)


@pytest.fixture(scope="module")
def somebody(site):
    """Logged in throughout: a request without a form token changes nothing."""
    client = site.account().client()
    yield client
    assert client.get("/settings/domains").status_code == 200


@pytest.mark.parametrize("path", METHODS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_methods(somebody, path, method):
    allowed = METHODS[path].split()
    answer = somebody.request(method, path)
    if method in allowed or (method == "HEAD" and "GET" in allowed):
        assert answer.status_code != 405
    else:
        assert answer.status_code == 405
        if method != "TRACE":  # nginx itself answers that method
            assert set(allowed) <= set(re.split(r",\s*", answer.headers["Allow"]))
            assert_secure(answer)


@pytest.mark.parametrize("path", ["/settings/account/second-factor/confirm", "/settings/account/second-factor/off", f"/settings/users/{UNKNOWN}/remove",
                                  f"/settings/domains/{UNKNOWN}/keys/check", f"/settings/domains/{UNKNOWN}/removed/check", f"/settings/senders/{UNKNOWN}/test"])
def test_where_a_form_s_answer_stood_leads_to_its_page(client, path):
    """The language switch below such a response, the address bar, a restored tab."""
    answer = client.get(path + "?lang=en")
    assert answer.status_code == 303 and answer.headers["Location"] == path.rsplit("/", 1)[0] and "lang=en" in answer.headers["Set-Cookie"]


def test_head_is_get_without_body(client):
    for path in ("/settings/domains", "/login", "/healthz"):
        got, head = client.get(path), client.request("HEAD", path)
        assert head.status_code == got.status_code and head.content == b""
        assert head.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/settings/", "/settings/domains/", "/nergens", "/settings/domains/x", "/settings/domains/../../etc/passwd", "/settings/domains/%2e%2e",
                                  "/Login", "/login/", "/settings/domains/" + "a" * 4000, "//evil.example/", "/settings/domains/" + UNKNOWN + "/", "/%F0%9F%92%A9",
                                  "/share/" + "A" * 43])
def test_what_does_not_exist(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    if path.startswith("/share/"):  # stricter there: the address itself is the secret
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    else:
        assert_secure(answer)
    assert "text/html" in answer.headers["Content-Type"]


def test_nul_in_the_path(client):
    assert client.get("/settings/domains%00").status_code in (400, 404)


def test_logged_in_pages_are_not_kept(client):
    name = fresh_domain()
    domain = client.add_domain(name)
    for path in ("/settings", "/settings/domains", "/settings/domains/new", f"/settings/domains/{domain}", f"/settings/domains/{domain}/delete",
                 f"/settings/domains/{domain}/zone"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "no-store" in answer.headers["Cache-Control"], path
        assert_secure(answer)


def test_a_missing_page_is_no_place_for_what_was_asked(client):
    answer = client.get("/<script>alert(1)</script>")
    assert answer.status_code == 404 and "<script>alert" not in answer.text


def test_static_files(site):
    page = site.client().page("/login")
    links = [e["href"] for e in page.all("link", href=True)] + [e["src"] for e in page.all("script", src=True)]
    assert links
    for link in links:
        answer = site.client().get(link)
        assert answer.status_code == 200, link
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert site.client().get("/static/../sql/grants.sql").status_code in (400, 404)
    assert site.client().get("/static/%2e%2e/sql/grants.sql").status_code in (400, 404)


def test_languages(site, account):
    client = account.client()
    client.http.headers["Accept-Language"] = "en-GB,en;q=0.9"
    english = client.get("/settings/domains")
    assert parse(english).one("html")["lang"] == "en" and english.headers["Content-Language"] == "en"
    client.http.headers["Accept-Language"] = "nl"
    dutch = client.get("/settings/domains")
    assert parse(dutch).one("html")["lang"] == "nl" and "Domein authenticatie" in dutch.text
    client.get("/settings/domains?lang=en")
    assert parse(client.get("/settings/domains")).one("html")["lang"] == "en"
    assert "Cookie" in dutch.headers.get("Vary", "") or "no-store" in dutch.headers["Cache-Control"]


def test_strange_languages(site):
    for wanted in ("", "xx", "*", "en;q=abc", "nl;q=0, en", "," * 5000, "é"):
        answer = site.client().get("/login", headers={"Accept-Language": wanted.encode()})
        assert answer.status_code in (200, 400), wanted[:20]
    assert site.client().get("/login?lang=../../etc").status_code == 200


def test_health_and_metrics(site, account):
    assert site.client().get("/healthz").text.strip() == "ok"
    metrics = site.client().get("/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain")
    for line in metrics.text.splitlines():
        assert line.startswith("#") or re.fullmatch(r"[a-z_]+(\{[^}]*\})? -?[0-9.e+]+", line), line
    assert account.email not in metrics.text


def test_host_header_is_not_believed(client):
    answer = client.get("/", headers={"Host": "evil.example"})
    assert "evil.example" not in answer.headers.get("Location", "") and "evil.example" not in answer.text


def test_data_status_stands_once(client):
    domain = client.add_domain(fresh_domain())
    assert domain_status(client.page(f"/settings/domains/{domain}")) == "pending"
