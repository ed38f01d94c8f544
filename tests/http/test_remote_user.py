"""auth = remote_user: the web server says who it is, by its own parameter and by nothing that a client can send."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pages import alert, assert_secure, parse
from testbed.child import run
from testbed.client import Client
from testbed.site import fresh_domain
from testbed.web import Apache, Nginx, example

SPOOFS = ["Remote-User", "REMOTE_USER", "X-Remote-User", "X-Forwarded-User", "X-Auth-Request-Email", "Remote_User"]


@pytest.fixture(scope="module")
def sso(own_site, site):
    return own_site(servers=site, auth="remote_user")


@pytest.fixture(scope="module")
def people(sso):
    admin = sso.account()
    return {"admin": admin, "viewer": sso.account("viewer", admin.id), "other": sso.account()}


@pytest.fixture(scope="module")
def apache(sso, people):
    """Apache with deploy/apache-remote-user.conf; a password file stands in for the OpenID Connect provider."""
    installation = sso.installation
    folder = sso.folder + "/apache"
    os.makedirs(folder, exist_ok=True)
    passwords = folder + "/passwords"
    with open(passwords, "w", encoding="utf-8") as out:
        for name in [p.email for p in people.values()] + [people["admin"].email.upper(), "niemand@klant.example"]:
            out.write(name + ":" + run(["openssl", "passwd", "-apr1", "geheim"]).stdout.decode())
    os.chmod(passwords, 0o644)
    identity = example(installation.source, "apache-remote-user.conf", {
        "AuthType  openid-connect": f'AuthType  Basic\n    AuthName  test\n    AuthBasicProvider file\n    AuthUserFile "{passwords}"'})
    identity = "\n".join(line for line in identity.splitlines() if not line.startswith("OIDC"))

    class WithIdentity(Apache):
        MODULES = (*Apache.MODULES, "authn_core", "authn_file", "auth_basic", "authz_user")

        def _proxy(self, static):
            return super()._proxy(static) + "\n" + identity
    os.chmod(installation.folder, 0o711)
    server = WithIdentity(installation.source, folder, installation.fcgi["pages"].socket, installation.fcgi["checks"].socket)
    server.start()
    yield server
    server.stop()


def visitor(server, name):
    client = Client(server.url)
    client.http.auth = (name, "geheim")
    return client


def test_the_web_server_s_word_logs_in(apache, people):
    client = visitor(apache, people["admin"].email)
    page = client.page("/settings/domains")
    assert people["admin"].email in page.one("body").text
    assert_secure(client.get("/settings/domains"))
    domain = client.add_domain(fresh_domain())
    assert client.check(domain).status_code == 303
    assert len(client.page("/settings/account/sessions").all("li", data_session="this")) == 1, "one session, not one a request"


def test_capital_letters(apache, people):
    assert visitor(apache, people["admin"].email.upper()).get("/settings").status_code == 200


def test_the_role_is_the_user_s(apache, people):
    client = visitor(apache, people["viewer"].email)
    client.page("/settings/domains/new", status=403)
    assert client.post("/settings/domains", {"domain": fresh_domain()}, csrf=client.csrf("/settings")).status_code == 403


def test_another_user_in_the_same_browser_gets_his_own(apache, people):
    client = visitor(apache, people["admin"].email)
    client.page("/settings")
    client.http.auth = (people["other"].email, "geheim")
    text = client.get("/settings").text
    assert people["other"].email in text and people["admin"].email not in text


def test_who_has_no_user_here_is_told(apache):
    client = visitor(apache, "niemand@klant.example")
    answer = client.get("/settings/domains")
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/login")
    answer = client.get(answer.headers["Location"])
    assert answer.status_code == 403 and "niemand@klant.example" in alert(parse(answer))
    assert_secure(answer)


def test_who_is_not_logged_in_does_not_get_through(apache):
    assert Client(apache.url).get("/settings").status_code == 401
    for open_path in ("/healthz", "/share/" + "A" * 43):
        assert Client(apache.url).get(open_path).status_code in (200, 404)


@pytest.mark.parametrize("header", SPOOFS)
def test_a_client_s_header_is_nobody_s_word(sso, apache, people, header):
    """Straight at the program behind nginx, which says nobody's name; behind Apache as somebody else; and where Apache asks nobody."""
    client = sso.client()
    answer = client.get("/settings", headers={header: people["admin"].email})
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/login")
    assert client.get("/login", headers={header: people["admin"].email}).status_code == 403 and not client.http.cookies
    assert people["admin"].email not in visitor(apache, people["other"].email).get("/settings", headers={header: people["admin"].email}).text


def test_a_client_s_authorization_is_nobody_s_word(sso, apache, people):
    """The program sees this header behind nginx, and for /metrics behind Apache; only the web server's own check of it counts."""
    client = sso.client()
    client.http.auth = (people["admin"].email, "geheim")
    assert client.get("/settings").status_code == 303 and client.get("/login").status_code == 403
    metrics = visitor(apache, people["admin"].email)
    assert metrics.get("/metrics").status_code == 200 and not metrics.http.cookies
    wrong = visitor(apache, people["admin"].email)
    wrong.http.auth = (people["admin"].email, "anders")
    assert wrong.get("/settings").status_code == 401
    bearer = Client(apache.url).get("/settings", headers={"Authorization": f"Bearer {people['admin'].email}"})
    assert bearer.status_code == 401 and people["admin"].email not in bearer.text
    assert not client.http.cookies and not wrong.http.cookies


def test_a_session_without_the_web_server_s_word_is_none(sso, apache, people):
    client = visitor(apache, people["admin"].email)
    client.page("/settings")
    stolen = sso.client()
    stolen.http.cookies.update(client.http.cookies)
    assert stolen.get("/settings").status_code == 303
    assert stolen.post("/settings/domains", {"domain": fresh_domain()}, csrf="x").status_code == 303


def test_in_a_platform_with_passwords_it_is_not_looked_at(site, people):
    nginx = Nginx(site.installation.source, site.folder + "/nginx-remote", site.installation.fcgi["pages"].socket, site.installation.fcgi["checks"].socket,
                  more=f"    fastcgi_param REMOTE_USER {site.account().email};\n").start()
    try:
        assert Client(nginx.url).get("/settings").status_code == 303
    finally:
        nginx.stop()


@pytest.mark.parametrize("path", ["/login", "/login/code", "/login/forgotten", "/login/link/" + "A" * 43, "/settings/account/password", "/settings/account/second-factor", "/settings/users/new"])
def test_pages_about_passwords_say_who_sees_to_them(apache, people, path):
    client = visitor(apache, people["admin"].email)
    answer = client.get(path)
    assert answer.status_code == 403 and "organisatie" in parse(answer).one("h1").text
    assert not [f for f in parse(answer).all("form") if f["action"] != "/logout"]


def test_passwords_open_nothing(apache, people):
    client = visitor(apache, people["admin"].email)
    token = client.csrf("/settings")
    for path, fields in (("/login", {"email": people["other"].email, "password": people["other"].password}), ("/settings/users", {"email": "a@b.nl", "role": "admin"}),
                         ("/settings/account/password", {"old": people["admin"].password, "new": "x" * 9, "again": "x" * 9})):
        assert client.post(path, fields, csrf=token).status_code == 403
    account = client.page("/settings/account")
    assert not account.all("a", href="/settings/account/password") and account.all("a", href="/settings/account/sessions")


class Authority(BaseHTTPRequestHandler):
    """In oauth2-proxy's place: knows who has its cookie."""

    def do_GET(self):
        user = self.headers.get("Cookie", "").partition("sso=")[2].partition(";")[0]
        self.send_response(202 if user else 401)
        if user:
            self.send_header("X-Auth-Request-Email", user)
        self.end_headers()

    def log_message(self, *_args):
        pass


def test_nginx_auth_request(sso, people):
    authority = ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=authority.serve_forever, daemon=True).start()
    installation = sso.installation
    more = example(installation.source, "nginx-remote-user.conf", {"127.0.0.1:4180": f"127.0.0.1:{authority.server_port}"})
    nginx = Nginx(installation.source, installation.folder + "/nginx-sso", installation.fcgi["pages"].socket, installation.fcgi["checks"].socket, more=more).start()
    try:
        client = Client(nginx.url)
        assert client.get("/settings").headers["Location"].startswith(nginx.url + "/oauth2/start") or client.get("/settings").status_code == 302
        assert client.get("/healthz").status_code == 200 and client.get("/share/" + "A" * 43).status_code == 404
        assert client.get("/settings", headers={"X-Auth-Request-Email": people["admin"].email, "Remote-User": people["admin"].email}).status_code == 302
        client.http.cookies.set("sso", people["admin"].email)
        assert people["admin"].email in client.get("/settings").text
    finally:
        nginx.stop()
        authority.shutdown()
