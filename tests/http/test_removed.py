"""DNS leftovers of a deleted domain: which records to remove from DNS, and whether each name server still has them."""

import uuid

import pytest

from pages import UNKNOWN
from testbed.client import Page
from testbed.installation import RETURN_PATH_TARGET
from testbed.site import fresh_domain


def deleted(site, client, account, name=None):
    """The page of a deleted domain, with its records and its zone from before the deletion."""
    name = name or fresh_domain("nl")
    domain = client.add_domain(name)
    zone = client.get(f"/settings/domains/{domain}/zone").text
    records = {r["record"]: r["host"] for r in site.installation.show(account.id, name)["records"]}
    answer = client.post(f"/settings/domains/{domain}/delete", csrf=client.csrf())
    path = answer.headers["Location"].split("?")[0]
    assert answer.status_code == 303 and path == f"/settings/domains/{domain}/removed"
    return name, path, records, zone


def states(page):
    return {page.one("code", within=e).text: e["data-removed"] for e in page.all(data_removed=True)}


def look(client, path):
    answer = client.post(path + "/check", csrf=client.csrf())
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def test_the_records_are_listed_and_looked_for(site):
    account = site.account()
    client = account.client()
    name, path, records, zone = deleted(site, client, account)
    page = client.page(path + "?deleted=1")
    assert states(page) == {records["dkim"]: "not_asked", records["return_path"]: "not_asked"}
    assert "is verwijderd" in page.one(role="status").text
    site.nsd.publish(name, zone)
    page = look(client, path)
    assert states(page) == {records["dkim"]: "there", records["return_path"]: "there"}
    assert page.one(role="alert").text == "Nog niet alles is weg." and "Nog bij ns" in page.one("main").text
    # One of them is gone; a return path with another target does not count as left over.
    keep = "".join(line + "\n" for line in zone.splitlines() if line.startswith(records["dkim"]))
    site.nsd.publish(name, keep + f"{records['return_path']}. CNAME elders.example.\n")
    assert states(look(client, path)) == {records["dkim"]: "there", records["return_path"]: "gone"}
    site.nsd.publish(name, "")
    page = look(client, path)
    assert set(states(page).values()) == {"gone"} and page.one(role="status").text.startswith("Alles is weg")


@pytest.mark.parametrize("wildcard", ["CNAME {name}.", 'TXT "v=spf1 include:spf.elders.example ~all"'], ids=["CNAME", "TXT"])
def test_a_wildcard_is_not_a_leftover_record(site, wildcard):
    account = site.account()
    client = account.client()
    name, path, records, zone = deleted(site, client, account)
    wildcard = f"*.{name}. " + wildcard.format(name=name) + "\n"
    apex = f'{name}. TXT "v=spf1 -all"\n'
    # An explicit record is still reported, beside the wildcard.
    site.nsd.publish(name, apex + wildcard + zone)
    assert states(look(client, path)) == {records["dkim"]: "there", records["return_path"]: "there"}
    site.nsd.publish(name, apex + wildcard + f"{records['dkim']}. CNAME sleutel.elders.example.\n")
    assert states(look(client, path)) == {records["dkim"]: "there", records["return_path"]: "gone"}
    site.nsd.publish(name, apex + wildcard)
    page = look(client, path)
    assert states(page) == {records["dkim"]: "gone", records["return_path"]: "gone"}
    assert page.one(role="status").text.startswith("Alles is weg")


def test_a_wildcard_to_the_platform_is_reported(site):
    """A wildcard does what the return path did, for every name of the domain: as great a risk if left in DNS."""
    account = site.account()
    client = account.client()
    name, path, records, _ = deleted(site, client, account)
    site.nsd.publish(name, f"*.{name}. CNAME {RETURN_PATH_TARGET}.\n")
    assert states(look(client, path)) == {records["dkim"]: "gone", records["return_path"]: "there"}


def test_keys_that_were_replaced_are_in_it(site):
    account = site.account()
    client = account.client()
    name = fresh_domain("nl")
    domain = client.add_domain(name)
    client.post(f"/settings/domains/{domain}/keys", csrf=client.csrf())
    client.post(f"/settings/domains/{domain}/delete", csrf=client.csrf())
    assert len([h for h in states(client.page(f"/settings/domains/{domain}/removed")) if "_domainkey" in h]) == 2


def test_added_again_only_old_keys_go(site):
    account = site.account()
    client = account.client()
    name, path, records, _ = deleted(site, client, account)
    client.add_domain(name)
    page = client.page(path)
    assert states(page) == {records["dkim"]: "not_asked"} and "opnieuw toegevoegd" in page.one("main").text


def test_nobody_elses(site):
    account = site.account()
    client = account.client()
    _, path, _, _ = deleted(site, client, account)
    stranger = site.account().client()
    viewer = site.account(role="viewer", account=account.id).client()
    alive = client.add_domain(fresh_domain("nl"))
    for who, where in ((stranger, path), (client, f"/settings/domains/{UNKNOWN}/removed"), (client, f"/settings/domains/{alive}/removed"), (client, "/settings/domains/x/removed")):
        who.page(where, status=404)
        assert who.post(where + "/check", csrf=who.csrf()).status_code == 404
    assert not viewer.page(path).all(id="check-removed")
    assert viewer.post(path + "/check", csrf=viewer.page("/settings/account").csrf).status_code == 403


@pytest.mark.parametrize("count", [40])
def test_many_keys_are_bounded(site, count):
    account = site.account()
    client = account.client()
    name = fresh_domain("nl")
    domain = client.add_domain(name)
    site.installation.rows.keys(account.id, [{"domain_id": uuid.UUID(domain), "name": name, "selector": f"vmold{i:05d}", "public_b64": "x", "created_at": i, "state": "retired"}
                                             for i in range(count)])
    assert client.post(f"/settings/domains/{domain}/delete", csrf=client.csrf()).status_code == 303
    assert 20 < len(states(client.page(f"/settings/domains/{domain}/removed"))) <= count + 2
