"""A domain's life by the pages: add (valid and invalid), publish, check, lose, delete; the overview."""

import json
import re
from datetime import datetime, timedelta, timezone

import pytest

from pages import alert, domain_status, parse, publish_zone, records
from testbed.site import fresh_domain


def add(client, typed):
    """Posts the form; typed may be bytes."""
    return client.post("/settings/domains", {"domain": typed, "csrf": client.csrf()})


def test_from_add_to_lost_and_deleted(site, client):
    name = fresh_domain()
    domain = client.add_domain(name)
    page = client.page(f"/settings/domains/{domain}")
    assert domain_status(page) == "pending"
    shown = records(page)
    assert set(shown) == {"dkim", "return_path", "dmarc"}
    assert {verdict for verdict, *_ in shown.values()} == {"unknown"}
    assert re.fullmatch(r"vm[a-z2-7]{8}\._domainkey\." + re.escape(name), shown["dkim"][1])
    assert re.fullmatch(r"v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{390,}=*", shown["dkim"][2])
    assert shown["return_path"][1:3] == (f"bounce.{name}", "bounce.mail.volmacht.example")
    assert shown["dmarc"][1:3] == (f"_dmarc.{name}", "v=DMARC1; p=none;")
    assert page.one(id="check-status").tag == "button"
    assert len(page.all("button", data_copy_for=True)) == 6

    assert client.check(domain).status_code == 303
    page = client.page(f"/settings/domains/{domain}")
    assert domain_status(page) == "pending"
    assert records(page)["dkim"][0] == "missing" and "nxdomain" in records(page)["dkim"][3] | {"nxdomain"}

    publish_zone(site, client, name, domain)
    client.check(domain)
    page = client.page(f"/settings/domains/{domain}")
    assert domain_status(page) == "verified", records(page)
    assert {verdict for verdict, *_ in records(page).values()} == {"ok"}
    overview = client.page("/settings/domains")
    assert overview.one(data_domain=name)["data-status"] == "verified"
    assert "automatische controle" not in overview.one("main").text, "verified domains are not checked automatically"

    site.nsd.publish(name, "@ TXT leeg\n")
    client.check(domain)
    assert domain_status(client.page(f"/settings/domains/{domain}")) == "lost"
    overview = client.page("/settings/domains")
    assert overview.one(data_domain=name)["data-status"] == "lost" and "Volgende automatische controle" in overview.one("main").text

    client.post(f"/settings/domains/{domain}/delete", csrf=client.csrf())
    assert client.get(f"/settings/domains/{domain}").status_code == 404
    assert not client.page("/settings/domains").all(data_domain=name)


def test_check_without_script_tells_the_result(site, client):
    domain = client.add_domain(fresh_domain())
    answer = client.check(domain)
    assert answer.status_code == 303
    page = client.page(answer.headers["Location"])
    assert page.all(role="alert") or page.all(role="status")


def test_check_by_script_answers_the_fragment(site, client):
    domain = client.add_domain(fresh_domain())
    answer = client.check(domain, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 200 and "<html" not in answer.text
    page = parse(answer)
    assert domain_status(page) == "pending" and len(page.all(data_record=True)) == 3


def test_zone_file_is_a_zone_file(site, client):
    name = fresh_domain()
    domain = client.add_domain(name)
    answer = client.get(f"/settings/domains/{domain}/zone")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert name in answer.headers["Content-Disposition"]
    own = "$ORIGIN somewhere.else.\n$TTL 5\n" + f"{name}. SOA a. b. 1 1 1 1 1\n{name}. NS ns1.playground.example.\n"
    site.nsd.publish(name, own + answer.text)
    client.check(domain)
    assert domain_status(client.page(f"/settings/domains/{domain}")) == "verified"


@pytest.mark.parametrize("typed", ["SUB.Voorbeeld-{}.NL", "  {}.example  ", "{}.example.", "bücher-{}.example", "ＦＵＬＬ-{}.example"])
def test_forgiven(client, typed):
    typed = typed.format(fresh_domain("x")[:-2])
    answer = add(client, typed)
    assert answer.status_code == 303, alert(parse(answer))
    page = client.page(answer.headers["Location"])
    assert domain_status(page) == "pending"
    for _verdict, host, _value, _findings in records(page).values():
        assert host.isascii() and host == host.lower()


def test_accents_are_shown_as_typed_with_the_ascii_name_beside(client):
    label = "bücher-" + fresh_domain("x")[:-2]
    answer = add(client, label + ".example")
    text = client.page(answer.headers["Location"]).one("main").text
    assert label + ".example" in text and "xn--" in text


BAD = {
    "empty": "", "spaces": "   ", "300 bytes": "a" * 300 + ".nl", "300 bytes of labels": ".".join(["abcdefghi"] * 30) + ".nl", "a label of 64": "a" * 64 + ".nl",
    "binary": bytes(range(256)), "NUL": b"voorbeeld.nl\0.evil.nl", "broken UTF-8": b"v\xc3\x28rbeeld.nl", "HTML": "<script>alert(1)</script>.nl",
    "an attribute": '"><img src=x onerror=alert(1)>.nl', "SQL": "x'; DROP TABLE domain; --.nl", "header injection": "voorbeeld.nl\r\nSet-Cookie: a=b",
    "log forging": "voorbeeld.nl\n2026-01-01 error all lost", "template": "{{CSRF}}.nl", "with @": "sales@voorbeeld.nl", "www": "www.voorbeeld.nl",
    "URL": "https://voorbeeld.nl/x?y", "port": "voorbeeld.nl:8080", "path": "voorbeeld.nl/contact", "one label": "localhost", "suffix": "co.uk", "TLD": "nl",
    "address": "192.0.2.1", "IPv6": "[2001:db8::1]", "underscore": "_dmarc.voorbeeld.nl", "hyphen": "-voorbeeld.nl", "empty label": "voorbeeld..nl",
    "wildcard": "*.voorbeeld.nl", "bidi": "voor\u202ebeeld.nl", "mailbox provider": "gmail.com", "platform": "volmacht.example",
    "below the platform": "a.volmacht.example", "bad IDN": "xn--a.nl", "space within": "voor beeld.nl", "emoji TLD": "voorbeeld.💩", "path tricks": "../../etc/passwd",
}


@pytest.mark.parametrize("what", BAD)
def test_refused_with_a_reason(client, what):
    typed = BAD[what]
    answer = add(client, typed)
    assert answer.status_code in (200, 400, 422), (answer.status_code, answer.headers)
    page = parse(answer)
    assert alert(page), answer.text[:500]
    assert "a" not in answer.cookies and "Set-Cookie" not in str(answer.headers.get("Location", ""))
    assert not page.all("script", src=None) and not page.all("img", src="x")
    assert not client.page("/settings/domains").all(data_domain=True)


@pytest.mark.parametrize("typed,meant", [("sales@{}", "{}"), ("https://www.{}/contact", "{}"), ("www.{}", "{}"), ("{}:8080", "{}"), ("mailto:sales@{}", "{}")])
def test_one_click_to_what_was_meant(client, typed, meant):
    name = fresh_domain("nl")
    page = parse(add(client, typed.format(name)))
    buttons = [b for b in page.all("button") + page.all("input") if b["name"] == "domain" and b["value"] == meant.format(name) and (b["type"] or "submit") == "submit"]
    assert buttons, page.one("main").text
    assert add(client, buttons[0]["value"]).status_code == 303


def test_field_missing_or_twice(client):
    assert client.post("/settings/domains", {"csrf": client.csrf()}).status_code in (200, 400, 422)
    name = fresh_domain()
    answer = client.request("POST", "/settings/domains", data=[("domain", name), ("domain", "evil.example"), ("csrf", client.csrf())])
    assert answer.status_code in (303, 400, 422)
    assert not client.page("/settings/domains").all(data_domain="evil.example")


def test_twice_in_an_account(client):
    name = fresh_domain()
    domain = client.add_domain(name)
    answer = add(client, name.upper())
    if answer.status_code == 303:
        assert domain in answer.headers["Location"]
    else:
        assert alert(parse(answer)) and parse(answer).all("a", href=f"/settings/domains/{domain}")
    assert len(client.page("/settings/domains").all(data_domain=name)) == 1


def test_the_same_in_two_accounts(site):
    name = fresh_domain()
    a, b = site.account().client(), site.account().client()
    of_a, of_b = a.add_domain(name), b.add_domain(name)
    assert of_a != of_b
    key_a, key_b = (records(c.page(f"/settings/domains/{d}"))["dkim"] for c, d in ((a, of_a), (b, of_b)))
    assert key_a[1] != key_b[1] and key_a[2] != key_b[2]
    publish_zone(site, a, name, of_a)
    a.check(of_a)
    b.check(of_b)
    assert domain_status(a.page(f"/settings/domains/{of_a}")) == "verified"
    assert domain_status(b.page(f"/settings/domains/{of_b}")) == "pending"


def test_deleted_and_added_again_gets_all_anew(client):
    name = fresh_domain()
    first = client.add_domain(name)
    before = records(client.page(f"/settings/domains/{first}"))["dkim"]
    page = client.page(f"/settings/domains/{first}/delete")
    assert before[1] in page.one("main").text and f"bounce.{name}" in page.one("main").text
    client.post(f"/settings/domains/{first}/delete", csrf=page.csrf)
    second = client.add_domain(name)
    after = records(client.page(f"/settings/domains/{second}"))["dkim"]
    assert first != second and before[1] != after[1] and before[2] != after[2]


def test_deleting_twice_is_a_404(client):
    domain = client.add_domain(fresh_domain())
    token = client.csrf()
    assert client.post(f"/settings/domains/{domain}/delete", csrf=token).status_code == 303
    assert client.post(f"/settings/domains/{domain}/delete", csrf=token).status_code == 404


def test_history_names_who_did_what(site, account, client):
    domain = client.add_domain(fresh_domain())
    client.check(domain)
    assert account.email in client.page(f"/settings/domains/{domain}").one("main").text


def test_overview_pages_search_and_status(site, account, client):
    tag = fresh_domain("x")[:-2]
    names = sorted(f"d{i:03d}-{tag}.example" for i in range(130))
    client.add_domain(names[0])
    site.installation.rows.domains(account.id, [{"name": name} for name in names[1:]])
    seen, path = [], "/settings/domains"
    for _ in range(20):
        page = client.page(path)
        seen += [e["data-domain"] for e in page.all(data_domain=True)]
        onwards = page.all("a", rel="next")
        if not onwards:
            break
        path = onwards[0]["href"]
    assert seen == names
    found = [e["data-domain"] for e in client.page(f"/settings/domains?q=d017-{tag}").all(data_domain=True)]
    assert found == [f"d017-{tag}.example"]
    assert not client.page("/settings/domains?status=verified").all(data_domain=True)
    assert client.page("/settings/domains?status=pending").all(data_domain=True)
    for odd in ("?status=x", "?after=%00", "?after=" + "z" * 3000, "?q=" + "%ff" * 50, "?q=%25", "?q=" + "a" * 5000, "?after=zzz"):
        assert client.get("/settings/domains" + odd).status_code in (200, 400), odd


def test_empty_account_invites(client):
    page = client.page("/settings/domains")
    assert page.all("a", href="/settings/domains/new")


def test_page_and_command_line_agree(site, account, client):
    name = fresh_domain()
    domain = client.add_domain(name)
    shown = {r["record"]: (r["host"], r["value"]) for r in site.installation.show(account.id, name)["records"]}
    assert shown == {kind: (host, value) for kind, (_v, host, value, _f) in records(client.page(f"/settings/domains/{domain}")).items()}
    listed = json.loads(site.installation.must("domain", "list", "--account", account.id, "--json"))
    assert [d["id"] for d in listed] == [domain]


def test_times_are_of_the_configured_zone(site, own_site):
    """A time zone 14 hours ahead of UTC: the history page shows local time."""
    far = own_site(servers=site, timezone="Pacific/Kiritimati")
    client = far.account().client()
    before = datetime.now(timezone.utc)
    domain = client.add_domain(fresh_domain())
    shown = client.get(f"/settings/domains/{domain}").text
    wanted = {(moment + timedelta(hours=14)).strftime("%H:%M") for moment in (before, before + timedelta(minutes=1))}
    assert any(clock in shown for clock in wanted), re.findall(r"\d\d:\d\d", shown)
