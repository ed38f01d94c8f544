"""The program behind Apache's mod_proxy_fcgi, as plain CGI, and started by hand without a web server."""

import os
import shutil
import subprocess

import pytest

from pages import assert_secure, domain_status, publish_zone
from testbed.client import Client
from testbed.site import Account, fresh_domain
from testbed.web import SANITIZERS, Apache


@pytest.fixture(scope="module")
def apache(site):
    fcgi = site.installation.fcgi
    server = Apache(site.installation.source, site.folder + "/apache", fcgi["pages"].socket, fcgi["checks"].socket)
    os.chmod(site.installation.folder, 0o711)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def plain_cgi(site):
    """The web server's user starts the program for each request: it must be able to read configuration, password and socket."""
    installation = site.installation
    folder = site.folder + "/cgi"
    os.makedirs(folder, exist_ok=True)
    config = folder + "/volmacht.conf"
    templates = folder + "/templates"
    shutil.copytree(os.path.join(installation.build, "templates"), templates)
    password = folder + "/password"
    with open(password, "w", encoding="ascii") as out:
        out.write(installation.password("web") + "\n")
    with open(installation.config, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith(("template_dir", "db_password_file", "db_owner", "db_sweep"))]
    with open(config, "w", encoding="utf-8") as out:
        out.writelines([*lines, f"template_dir = {templates}\n", f"db_password_file = {password}\n"])
    os.chmod(site.mariadb.folder, 0o711)
    server = Apache(installation.source, folder + "/apache", cgi=(installation.build, config))
    server.start()
    yield server
    server.stop()


def walk(site, server):
    """Login, add, zone file and check through this server."""
    account = Account(site)
    client = account.client(server.url)
    name = fresh_domain()
    domain = client.add_domain(name)
    publish_zone(site, client, name, domain)
    assert client.check(domain).status_code == 303
    page = client.get(f"/settings/domains/{domain}")
    assert_secure(page)
    assert domain_status(client.page(f"/settings/domains/{domain}")) == "verified"
    return client


def test_apache(site, apache):
    client = walk(site, apache)
    assert client.get("/settings/domains?q=a%20b&status=pending").status_code == 200
    assert client.get("/nergens").status_code == 404
    assert client.get("/settings/domains/%2e%2e").status_code in (400, 404)
    assert client.request("PUT", "/login").status_code == 405


def test_apache_chunked_and_large_bodies(site, apache):
    client = Account(site).client(apache.url)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"csrf={client.csrf()}&domain={fresh_domain()}".encode()
    assert client.request("POST", "/settings/domains", data=iter([body[:10], body[10:]]), headers=form).status_code == 303
    assert client.request("POST", "/settings/domains", data=iter([b"a" * 8192] * 9), headers=form).status_code == 413
    assert client.request("POST", "/settings/domains", data=b"a" * (64 * 1024 + 1), headers=form).status_code == 413


def test_plain_cgi(site, plain_cgi):
    client = walk(site, plain_cgi)
    assert client.get("/nergens").status_code == 404
    assert client.get("/healthz").text.strip() == "ok"


def test_plain_cgi_by_hand(site):
    """RFC 3875, without a web server: parameters in the environment, the response on stdout."""
    installation = site.installation
    env = {"PATH": os.environ["PATH"], "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET", "REQUEST_URI": "/login", "SCRIPT_NAME": "", "PATH_INFO": "/login",
           "QUERY_STRING": "", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "192.0.2.1", "HTTP_HOST": "localhost", "VOLMACHT_CONF": installation.config, **SANITIZERS}
    done = subprocess.run([os.path.join(installation.build, "cgi-bin", "volmacht.fcgi")], env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    assert head.startswith(b"Status: 200") and b"<html" in body


def test_visitors_are_the_same_behind_both(site, apache):
    """A session made through nginx is valid behind Apache: no process holds state."""
    client = Account(site).client()
    other = Client(apache.url)
    other.http.cookies.update(client.http.cookies)
    assert other.get("/settings/domains").status_code == 200
