"""The senders' pages: add, change, delete; the effective route; write-only secrets; hosts at internal addresses."""

import pytest

from pages import alert, parse, publish_zone
from testbed.client import Page
from testbed.site import fresh_domain

SECRET = "geheim-wachtwoord-9f2c"
SMTP = {"route": "smtp", "host": "smtp.extern.example", "port": "587", "security": "starttls", "username": "klant", "password": SECRET}


@pytest.fixture(scope="module")
def extern(site):
    """A host name in DNS with any address: this site allows private addresses."""
    site.nsd.publish("extern.example", "smtp A 192.0.2.80\nalso A 192.0.2.81\nours A 192.0.2.25\n")
    return "smtp.extern.example"


def save(client, fields, path="/settings/senders"):
    token = client.csrf("/settings/senders/new" if path == "/settings/senders" else path)
    return client.post(path, fields, csrf=token)


def add(client, address, **fields):
    answer = save(client, {"address": address, "name": "", **(fields or {"route": "domain"})})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].split("?")[0]


def faults(answer):
    return {e["id"].removesuffix("-fault"): e.text for e in Page(answer.text).all("p", class_="fault")}


def effective_route(page):
    element = page.one("section", data_sender=True)
    return element["data-route"], element["data-way"], element.text


def test_empty_then_added_changed_deleted(client):
    assert not client.page("/settings/senders").all(data_sender=True)
    name = fresh_domain("nl")
    path = add(client, f"Sales@{name.upper()}", route="domain")
    assert [e["data-sender"] for e in client.page("/settings/senders").all("tr", data_sender=True)] == [f"sales@{name}"]
    changed = save(client, {"name": "Verkoop", "route": "default"}, path)
    assert changed.status_code == 303
    page = client.page(path)
    assert effective_route(page)[:2] == ("default", "default") and page.one("input", id="name")["value"] == "Verkoop"
    assert f"sales@{name}" in client.page(path + "/delete").one("h1").text
    assert client.post(path + "/delete", csrf=client.csrf(path + "/delete")).status_code == 303
    client.page(path, status=404)
    assert not client.page("/settings/senders").all(data_sender=True)


def test_the_effective_route_follows_the_domain(site, client):
    name = fresh_domain("nl")
    path = add(client, "@" + name)
    route, goes, words = effective_route(client.page(path))
    assert (route, goes) == ("domain", "default") and "staat niet bij je domeinen" in words
    domain = client.add_domain(name)
    route, goes, words = effective_route(client.page(path))
    assert goes == "default" and "nog niet geauthenticeerd: gaat via de standaard host" in words
    publish_zone(site, client, name, domain)
    client.check(domain)
    route, goes, words = effective_route(client.page(path))
    assert goes == "domain" and "ondertekend" in words
    assert client.page("/settings/senders").one("tr", data_sender="@" + name)["data-way"] == "domain"
    client.post(f"/settings/domains/{domain}/delete", csrf=client.csrf(f"/settings/domains/{domain}/delete"))
    assert effective_route(client.page(path))[1] == "default"


@pytest.mark.parametrize("typed,stored", [("voorbeeld.nl", "@voorbeeld.nl"), ("@Voorbeeld.NL", "@voorbeeld.nl"), ("  info+a@bücher.nl ", "info+a@xn--bcher-kva.nl"),
                                          ("jan@gmail.com", "jan@gmail.com"), ("o'neil@voorbeeld.nl", "o'neil@voorbeeld.nl")])
def test_addresses(client, typed, stored):
    add(client, typed)
    assert [e["data-sender"] for e in client.page("/settings/senders").all("tr", data_sender=True)] == [stored]


@pytest.mark.parametrize("typed", ["", "jan piet@voorbeeld.nl", "jan@piet@voorbeeld.nl", ".jan@voorbeeld.nl", "ja..n@voorbeeld.nl", "josé@voorbeeld.nl", "jan@localhost", "@gmail.com",
                                   "jan@co.uk", "x@volmacht.example", "jan@voorbeeld.nl\r\nBcc: x@y.nl", "a" * 65 + "@voorbeeld.nl", "\"><script>@voorbeeld.nl"])
def test_bad_addresses(client, typed):
    answer = save(client, {"address": typed, "route": "domain"})
    assert answer.status_code == 422 and set(faults(answer)) == {"address"} and alert(parse(answer))
    assert "<script>@" not in answer.text


def test_the_same_address_once(client):
    name = fresh_domain("nl")
    add(client, f"a@{name}")
    again = save(client, {"address": f"A@{name}", "route": "default"})
    assert again.status_code == 409 and set(faults(again)) == {"address"}


def test_secrets_never_come_back(site, client, account, extern):
    name = fresh_domain("nl")
    path = add(client, f"a@{name}", **SMTP)
    for shown in (client.get(path).text, client.get("/settings/senders").text):
        assert SECRET not in shown
    page = client.page(path)
    assert page.one("input", id="password")["value"] == "" and page.one("input", id="host")["value"] == extern
    assert site.installation.sql(f"SELECT secret FROM sender_secret p JOIN sender s ON s.id = p.sender_id WHERE s.address = 'a@{name}'") == [[SECRET]]
    refused = save(client, {**SMTP, "address": f"b@{name}", "port": "22"})
    assert refused.status_code == 422 and SECRET not in refused.text
    for statement in ("SELECT secret FROM sender_secret", "SELECT 1 FROM sender_secret WHERE secret LIKE 'g%'", "SELECT CONCAT(secret) FROM sender_secret",
                      "UPDATE sender_secret SET secret = CONCAT(secret, 'x')", "SELECT * FROM mail_sender", "SELECT hash FROM mail_credential"):
        said = site.installation.sql(statement, user="web", check=False)
        assert isinstance(said, str) and "denied" in said, statement


def test_a_secret_goes_to_no_other_server(site, client, extern):
    """A stolen session must not be able to have the password sent to another server."""
    path = add(client, f"a@{fresh_domain('nl')}", **SMTP)
    kept = save(client, {**SMTP, "password": "", "name": "Andere naam"}, path)
    assert kept.status_code == 303
    for change in ({"host": "also.extern.example"}, {"username": "ander"}, {"port": "2525"}):
        answer = save(client, {**SMTP, "password": "", **change}, path)
        assert answer.status_code == 422 and "opnieuw" in faults(answer)["password"]
    assert save(client, {"route": "sendgrid", "api_key": ""}, path).status_code == 422
    assert save(client, {"route": "sendgrid", "api_key": "SG.key"}, path).status_code == 303
    assert site.installation.sql("SELECT secret FROM sender_secret WHERE secret IN ('SG.key')") == [["SG.key"]]
    assert save(client, {"route": "default"}, path).status_code == 303
    assert not site.installation.sql("SELECT secret FROM sender_secret WHERE secret IN ('SG.key')")


@pytest.mark.parametrize("change,field", [({"host": ""}, "host"), ({"host": "a b"}, "host"), ({"host": "smtp.extern.example:25"}, "host"), ({"host": "localhost"}, "host"),
                                          ({"host": "::1"}, "host"), ({"port": "26"}, "port"), ({"port": ""}, "port"), ({"security": "none"}, "security"),
                                          ({"username": ""}, "username"), ({"username": "a\nb"}, "username"), ({"password": ""}, "password"),
                                          ({"password": "x" * 513}, "password"), ({"host": "bestaat-niet.extern.example"}, "host"), ({"host": "mail.volmacht.example"}, "host"),
                                          ({"host": "ours.extern.example"}, "host")])
def test_bad_smtp_settings(client, extern, change, field):
    answer = save(client, {**SMTP, "address": f"a@{fresh_domain('nl')}", **change})
    assert answer.status_code == 422 and set(faults(answer)) == {field}, faults(answer)


def test_hosts_that_lead_inwards(site, own_site):
    outside = own_site(servers=site, dns_allow_private=None)
    outside.installation.settings["dns_allow_private"] = "no"
    outside.installation.write_config()
    for fcgi in outside.installation.fcgi.values():
        fcgi.stop()
    outside.installation.nginx.stop()
    outside.start_web()
    site.nsd.publish("inward.example", "lo A 127.0.0.1\nten A 10.1.2.3\nlink A 169.254.169.254\nmapped AAAA ::ffff:10.0.0.1\nula AAAA fd00::1\nboth A 192.0.2.1\nboth A 8.8.8.8\ngood A 8.8.8.8\n")
    client = outside.account().client()
    name = fresh_domain("nl")
    for host in ("lo.inward.example", "ten.inward.example", "link.inward.example", "mapped.inward.example", "ula.inward.example", "both.inward.example", "127.0.0.1", "10.0.0.1"):
        answer = save(client, {**SMTP, "address": f"a@{name}", "host": host})
        assert answer.status_code == 422 and "intern netwerk" in faults(answer)["host"], (host, faults(answer))
    assert save(client, {**SMTP, "address": f"a@{name}", "host": "good.inward.example"}).status_code == 303


def test_another_accounts_sender_is_a_404(site, client):
    path = add(site.account().client(), f"a@{fresh_domain('nl')}")
    client.page(path, status=404)
    client.page(path + "/delete", status=404)
    token = client.csrf()
    for post in ("", "/delete", "/test"):
        assert client.post(path + post, {"route": "default", "to": "x@voorbeeld.nl"}, csrf=token).status_code == 404


def test_a_viewer_looks_only(site, account):
    path = add(account.client(), f"a@{fresh_domain('nl')}")
    viewer = site.account(role="viewer", account=account.id).client()
    page = viewer.page(path)
    assert not page.all("form", action=path) and not page.all(id="send-test")
    viewer.page("/settings/senders/new", status=403)
    viewer.page(path + "/delete", status=403)
    token = viewer.page("/settings/senders").csrf
    for post in ("/settings/senders", path, path + "/delete", path + "/test"):
        assert viewer.post(post, {"route": "default", "to": "x@voorbeeld.nl", "address": "x@y.nl"}, csrf=token).status_code == 403


def test_bounces_are_shown(site, client, account):
    name = fresh_domain("nl")
    path = add(client, f"a@{name}")
    site.installation.rows.bounces(account.id, [{"domain_name": name, "sender_address": f"a@{name}", "recipient": f"r{i}@elders.nl", "status_code": "5.1.1",
                                                 "reason": f"No <b>such</b> user {i}", "at": 1700000000000 + i} for i in range(25)])
    page = client.page(path)
    shown = page.all("li", data_bounce="5.1.1")
    assert len(shown) == 20 and "r24@elders.nl" in shown[0].text and "No <b>such</b> user 24" in shown[0].text
    other = add(client, f"b@{name}")
    assert not client.page(other).all("li", data_bounce=True)


def test_test_mail_without_a_mail_server(client):
    """The page offers no test mail where the platform has no smtp_host."""
    path = add(client, f"a@{fresh_domain('nl')}")
    assert not client.page(path).all(id="send-test")


def test_history_of_senders(site, client):
    name = fresh_domain("nl")
    path = add(client, f"a@{name}")
    save(client, {"route": "default"}, path)
    client.post(path + "/delete", csrf=client.csrf(path + "/delete"))
    assert site.installation.sql(f"SELECT action FROM audit_event WHERE domain_name = '{name}' ORDER BY id") == [["sender_added"], ["sender_changed"], ["sender_deleted"]]
