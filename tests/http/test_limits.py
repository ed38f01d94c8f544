"""Rate limits: they hold across processes, say when to try again, and do not lock others out."""

import pytest

from pages import assert_secure, parse
from testbed.client import Client
from testbed.site import fresh_domain
from testbed.web import Fcgi, Nginx


@pytest.fixture(scope="module")
def narrow(site, own_site):
    return own_site(servers=site, limit_login="5/60", limit_add="3/60", limit_check="3/60")


@pytest.fixture(scope="module")
def second(narrow):
    """A second process of the same installation, behind its own web server."""
    installation = narrow.installation
    fcgi = Fcgi(installation.build, installation.config, "pages", installation.folder, name="pages-2").start()
    nginx = Nginx(installation.source, installation.folder + "/nginx-2", fcgi.socket, fcgi.socket).start()
    yield nginx.url
    nginx.stop()
    assert fcgi.stop() == 0


def wrong_login(url, email):
    client = Client(url)
    token = client.page("/login").csrf
    return client.post("/login", {"email": email, "password": "onjuist-wachtwoord"}, csrf=token)


def assert_limited(answer):
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert parse(answer).all(role="alert")
    assert_secure(answer)


def test_add(narrow, second):
    account = narrow.account()
    clients = [account.client(), account.client(second)]
    responses = [clients[i % 2].post("/settings/domains", {"domain": fresh_domain()}, csrf=clients[i % 2].csrf()) for i in range(5)]
    assert [a.status_code for a in responses[:3]] == [303, 303, 303]
    assert_limited(responses[4])


def test_check(narrow, second):
    account = narrow.account()
    client = account.client()
    domain = client.add_domain(fresh_domain())
    other = account.client(second)
    statuses = [c.check(domain) for c in (client, other, client, other, client)]
    assert statuses[0].status_code == 303
    assert_limited(statuses[-1])
    assert client.get(f"/settings/domains/{domain}").status_code == 200


def test_command_line_has_no_limits(narrow):
    account = narrow.account()
    name = fresh_domain()
    narrow.installation.must("domain", "add", "--account", account.id, name)
    assert {narrow.installation.cli("domain", "check", "--account", account.id, name).returncode for _ in range(5)} == {10}


def test_login_last(narrow, second):
    """Runs last: afterwards this address is limited for a minute."""
    account = narrow.account()
    responses = [wrong_login((narrow.url, second)[i % 2], account.email) for i in range(8)]
    assert responses[0].status_code in (200, 401, 403, 422)
    assert_limited(responses[-1])
    client = Client(second)
    token = client.page("/login").csrf
    assert client.post("/login", {"email": account.email, "password": account.password}, csrf=token).status_code == 429
