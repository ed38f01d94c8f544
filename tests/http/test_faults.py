"""Faults around the program: database outage, DNS outage, template or configuration missing, stop during a request."""

import os
import shutil
import signal
import threading
import time

import pytest

from pages import UNKNOWN, assert_secure, domain_status, publish_zone, records
from testbed.child import StartError
from testbed.site import fresh_domain
from testbed.web import Fcgi


@pytest.fixture(scope="module")
def broken(own_site):
    return own_site(dns_deadline_ms=1500)


def test_database_gone_and_back(broken):
    account = broken.account()
    client = account.client()
    domain = client.add_domain(fresh_domain())
    token = client.csrf()
    broken.mariadb.stop()
    try:
        for method, path in (("GET", "/settings/domains"), ("GET", f"/settings/domains/{domain}"), ("GET", f"/settings/domains/{UNKNOWN}"), ("GET", "/healthz"),
                             ("POST", f"/settings/domains/{domain}/check"), ("POST", "/settings/domains"), ("POST", f"/settings/domains/{domain}/delete")):
            begin = time.monotonic()
            answer = client.request(method, path, data={"csrf": token, "domain": fresh_domain()} if method == "POST" else None)
            assert answer.status_code == 503, (method, path, answer.status_code)
            assert int(answer.headers["Retry-After"]) > 0
            assert_secure(answer)
            assert time.monotonic() - begin < 5
        assert broken.client().get("/login").status_code == 200
        done = broken.installation.cli("domain", "list", "--account", account.id)
        assert done.returncode == 1 and done.stderr
    finally:
        broken.mariadb.start()
    assert broken.client().get("/healthz").status_code == 200
    assert domain_status(client.page(f"/settings/domains/{domain}")) == "pending"
    assert [f.child.alive() for f in broken.installation.fcgi.values()] == [True, True]


def test_dns_gone_changes_no_status(broken):
    account = broken.account()
    client = account.client()
    name, other = fresh_domain(), fresh_domain()
    verified, pending = client.add_domain(name), client.add_domain(other)
    publish_zone(broken, client, name, verified)
    client.check(verified)
    assert domain_status(client.page(f"/settings/domains/{verified}")) == "verified"
    broken.unbound.stop()
    broken.nsd.stop()
    try:
        for domain, status in ((verified, "verified"), (pending, "pending")):
            begin = time.monotonic()
            answer = client.check(domain)
            assert answer.status_code == 303 and time.monotonic() - begin < 4
            page = client.page(answer.headers["Location"])
            assert domain_status(page) == status
            assert records(page)["dkim"][0] == "unknown"
        assert broken.installation.cli("domain", "check", "--account", account.id, name).returncode == 11
        assert broken.installation.show(account.id, name)["status"] == "verified"
    finally:
        broken.nsd.start()
        broken.unbound.start()
    # The playground's ports may have changed with the restart; nothing else may.
    broken.installation.use_playground(broken.nsd, broken.unbound)


def test_slow_checks_do_not_hold_up_pages(broken):
    """Checks of a zone whose servers do not answer fill their own pool; pages are still served."""
    account = broken.account()
    client = account.client()
    name = fresh_domain()
    domain = client.add_domain(name)
    token = client.csrf()
    broken.nsd.publish(name, f"$ORIGIN {name}.\n@ SOA a. b. 1 1 1 1 1\n@ NS ns.{name}.\nns A 127.0.0.77\n")
    threads = [threading.Thread(target=client_check, args=(account, client, domain, token)) for _ in range(20)]
    for thread in threads:
        thread.start()
    slowest = 0.0
    for _ in range(20):
        begin = time.monotonic()
        assert client.get("/settings/domains").status_code == 200
        slowest = max(slowest, time.monotonic() - begin)
    for thread in threads:
        thread.join()
    assert slowest < 1.0


def client_check(account, client, domain, token):
    from testbed.client import Client
    other = Client(client.url)
    other.http.cookies.update(client.http.cookies)
    other.post(f"/settings/domains/{domain}/check", csrf=token)


def test_template_missing(broken, tmp_path):
    installation = broken.installation
    templates = tmp_path / "templates"
    shutil.copytree(os.path.join(installation.build, "templates"), templates)
    (templates / "en" / "login.tpl").unlink()
    config = tmp_path / "volmacht.conf"
    lines = open(installation.config, encoding="utf-8").read().splitlines()
    config.write_text("\n".join(line for line in lines if not line.startswith("template_dir")) + f"\ntemplate_dir = {templates}\n")
    fcgi = Fcgi(installation.build, str(config), "pages", str(tmp_path))
    with pytest.raises(StartError) as refused:
        fcgi.start()
    assert "login" in str(refused.value) and fcgi.child.process.returncode == 1


@pytest.mark.parametrize("line,named", [("no_such_key = 1", "no_such_key"), ("threads = many", "threads"), ("dns_resolvers = here", "dns_resolvers"), ("gibberish", "gibberish")])
def test_configuration_wrong(broken, tmp_path, line, named):
    installation = broken.installation
    config = tmp_path / "volmacht.conf"
    text = open(installation.config, encoding="utf-8").read()
    config.write_text(text + line + "\n")
    fcgi = Fcgi(installation.build, str(config), "pages", str(tmp_path))
    with pytest.raises(StartError) as refused:
        fcgi.start()
    assert f"volmacht.conf:{len(text.splitlines()) + 1}:" in str(refused.value) and fcgi.child.process.returncode == 1


def test_stops_gracefully(broken, tmp_path):
    """A check that is running at SIGTERM gets its response; the process exits with status 0."""
    account = broken.account()
    client = account.client()
    name = fresh_domain()
    domain = client.add_domain(name)
    token = client.csrf()
    broken.nsd.publish(name, f"$ORIGIN {name}.\n@ SOA a. b. 1 1 1 1 1\n@ NS ns.{name}.\nns A 127.0.0.77\n")
    responses = []
    thread = threading.Thread(target=lambda: responses.append(client.post(f"/settings/domains/{domain}/check", csrf=token)))
    thread.start()
    time.sleep(0.3)
    checks = broken.installation.fcgi["checks"]
    begin = time.monotonic()
    checks.child.process.send_signal(signal.SIGTERM)
    assert checks.child.process.wait(10) == 0
    thread.join()
    assert responses[0].status_code == 303, responses[0].status_code
    assert time.monotonic() - begin < 5
    checks.start()
    assert client.check(domain).status_code == 303


def test_killed_process_leaves_no_stale_socket(broken):
    pages = broken.installation.fcgi["pages"]
    pages.child.kill()
    assert broken.client().get("/login").status_code in (502, 503)
    pages.start()
    assert broken.client().get("/login").status_code == 200
