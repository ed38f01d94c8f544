"""auth = remote_user: the web server names the user, by its own parameter and by nothing that a client can send."""

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
def users(sso):
    admin = sso.account()
    return {"admin": admin, "viewer": sso.account("viewer", admin.id), "other": sso.account()}


@pytest.fixture(scope="module")
def apache(sso, users):
    """Apache with deploy/apache-remote-user.conf; a password file stands in for the OpenID Connect provider."""
    installation = sso.installation
    folder = sso.folder + "/apache"
    os.makedirs(folder, exist_ok=True)
    passwords = folder + "/passwords"
    with open(passwords, "w", encoding="utf-8") as out:
        for name in [p.email for p in users.values()] + [users["admin"].email.upper(), "niemand@klant.example"]:
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


def test_remote_user_logs_in(apache, users):
    client = visitor(apache, users["admin"].email)
    page = client.page("/settings/domains")
    assert users["admin"].email in page.one("body").text
    assert_secure(client.get("/settings/domains"))
    domain = client.add_domain(fresh_domain())
    assert client.check(domain).status_code == 303
    assert len(client.page("/settings/account/sessions").all("li", data_session="this")) == 1, "one session, not one a request"


def test_upper_case(apache, users):
    assert visitor(apache, users["admin"].email.upper()).get("/settings").status_code == 200


def test_the_user_keeps_the_role(apache, users):
    client = visitor(apache, users["viewer"].email)
    client.page("/settings/domains/new", status=403)
    assert client.post("/settings/domains", {"domain": fresh_domain()}, csrf=client.csrf("/settings")).status_code == 403


def test_another_user_in_the_same_browser_gets_another_session(apache, users):
    client = visitor(apache, users["admin"].email)
    client.page("/settings")
    client.http.auth = (users["other"].email, "geheim")
    text = client.get("/settings").text
    assert users["other"].email in text and users["admin"].email not in text


def test_an_unknown_user_gets_a_message(apache):
    client = visitor(apache, "niemand@klant.example")
    answer = client.get("/settings/domains")
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/login")
    answer = client.get(answer.headers["Location"])
    assert answer.status_code == 403 and "niemand@klant.example" in alert(parse(answer))
    assert_secure(answer)


def test_the_web_server_refuses_without_a_login(apache):
    assert Client(apache.url).get("/settings").status_code == 401
    for open_path in ("/healthz", "/share/" + "A" * 43):
        assert Client(apache.url).get(open_path).status_code in (200, 404)


@pytest.mark.parametrize("header", SPOOFS)
def test_a_header_of_the_client_is_not_trusted(sso, apache, users, header):
    """At nginx, which sets no user; at Apache, logged in as another user; and at a path where Apache requires no login."""
    client = sso.client()
    answer = client.get("/settings", headers={header: users["admin"].email})
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/login")
    assert client.get("/login", headers={header: users["admin"].email}).status_code == 403 and not client.http.cookies
    assert users["admin"].email not in visitor(apache, users["other"].email).get("/settings", headers={header: users["admin"].email}).text


def test_authorization_of_the_client_is_not_trusted(sso, apache, users):
    """The program gets this header behind nginx, and for /metrics behind Apache; only the web server's check of it counts."""
    client = sso.client()
    client.http.auth = (users["admin"].email, "geheim")
    assert client.get("/settings").status_code == 303 and client.get("/login").status_code == 403
    metrics = visitor(apache, users["admin"].email)
    assert metrics.get("/metrics").status_code == 200 and not metrics.http.cookies
    wrong = visitor(apache, users["admin"].email)
    wrong.http.auth = (users["admin"].email, "anders")
    assert wrong.get("/settings").status_code == 401
    bearer = Client(apache.url).get("/settings", headers={"Authorization": f"Bearer {users['admin'].email}"})
    assert bearer.status_code == 401 and users["admin"].email not in bearer.text
    assert not client.http.cookies and not wrong.http.cookies


def test_a_session_without_remote_user_is_not_valid(sso, apache, users):
    client = visitor(apache, users["admin"].email)
    client.page("/settings")
    stolen = sso.client()
    stolen.http.cookies.update(client.http.cookies)
    assert stolen.get("/settings").status_code == 303
    assert stolen.post("/settings/domains", {"domain": fresh_domain()}, csrf="x").status_code == 303


def test_with_auth_password_remote_user_is_ignored(site, users):
    nginx = Nginx(site.installation.source, site.folder + "/nginx-remote", site.installation.fcgi["pages"].socket, site.installation.fcgi["checks"].socket,
                  more=f"    fastcgi_param REMOTE_USER {site.account().email};\n").start()
    try:
        assert Client(nginx.url).get("/settings").status_code == 303
    finally:
        nginx.stop()


@pytest.mark.parametrize("path", ["/login", "/login/code", "/login/forgotten", "/login/link/" + "A" * 43, "/settings/account/password", "/settings/account/second-factor", "/settings/users/new"])
def test_password_pages_refer_to_the_login_service(apache, users, path):
    client = visitor(apache, users["admin"].email)
    answer = client.get(path)
    assert answer.status_code == 403 and "organisatie" in parse(answer).one("h1").text
    assert not [f for f in parse(answer).all("form") if f["action"] != "/logout"]


def test_passwords_are_not_accepted(apache, users):
    client = visitor(apache, users["admin"].email)
    token = client.csrf("/settings")
    for path, fields in (("/login", {"email": users["other"].email, "password": users["other"].password}), ("/settings/users", {"email": "a@b.nl", "role": "admin"}),
                         ("/settings/account/password", {"old": users["admin"].password, "new": "x" * 9, "again": "x" * 9})):
        assert client.post(path, fields, csrf=token).status_code == 403
    account = client.page("/settings/account")
    assert not account.all("a", href="/settings/account/password") and account.all("a", href="/settings/account/sessions")


class Authority(BaseHTTPRequestHandler):
    """Stands in for oauth2-proxy: knows the user of its cookie."""

    def do_GET(self):
        user = self.headers.get("Cookie", "").partition("sso=")[2].partition(";")[0]
        self.send_response(202 if user else 401)
        if user:
            self.send_header("X-Auth-Request-Email", user)
        self.end_headers()

    def log_message(self, *_args):
        pass


def test_nginx_auth_request(sso, users):
    authority = ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=authority.serve_forever, daemon=True).start()
    installation = sso.installation
    more = example(installation.source, "nginx-remote-user.conf", {"127.0.0.1:4180": f"127.0.0.1:{authority.server_port}"})
    nginx = Nginx(installation.source, installation.folder + "/nginx-sso", installation.fcgi["pages"].socket, installation.fcgi["checks"].socket, more=more).start()
    try:
        client = Client(nginx.url)
        assert client.get("/settings").headers["Location"].startswith(nginx.url + "/oauth2/start") or client.get("/settings").status_code == 302
        assert client.get("/healthz").status_code == 200 and client.get("/share/" + "A" * 43).status_code == 404
        assert client.get("/settings", headers={"X-Auth-Request-Email": users["admin"].email, "Remote-User": users["admin"].email}).status_code == 302
        client.http.cookies.set("sso", users["admin"].email)
        assert users["admin"].email in client.get("/settings").text
    finally:
        nginx.stop()
        authority.shutdown()
