"""The check observations and the history of checks: what is stored, who may see it, what changed."""

import pytest

from pages import parse, publish_zone
from test_share import guest_check, make
from testbed.site import fresh_domain


@pytest.fixture
def domain(site, client):
    name = fresh_domain()
    return {"name": name, "id": client.add_domain(name)}


def path(domain, page=""):
    return f"/settings/domains/{domain['id']}{page}"


def outcomes(page, kind):
    return {r["data-outcome"] for r in page.all("tr", within=page.one(data_answers=kind), data_server=True)}


def test_who_answered_what(site, client, domain):
    assert not client.page(path(domain)).all("a", href=path(domain, "/answers"))
    assert "geen antwoorden" in client.get(path(domain, "/answers")).text
    publish_zone(site, client, domain["name"], domain["id"])
    client.check(domain["id"])
    assert client.page(path(domain)).all("a", href=path(domain, "/answers"))
    page = client.page(path(domain, "/answers"))
    own = len(site.nsd.addresses) if hasattr(site.nsd, "addresses") else 2
    for kind in ("dkim", "return_path", "dmarc"):
        section = page.one(data_answers=kind)
        rows = page.all("tr", within=section, data_server=True)
        assert len(rows) >= own + 1 and {r["data-outcome"] for r in rows} == {"data"}, [r.attrs for r in rows]
        assert f"van de {len(rows) - 1} naamservers" in section.text and "ms" in section.text and "Resolver" in section.text
    assert "v=DKIM1" in page.one(data_answers="dkim").text and "3600" in page.one(data_answers="dkim").text
    assert "bounce.mail.volmacht.example" in page.one(data_answers="return_path").text


def test_our_script_gets_the_list_alone(client, domain):
    client.check(domain["id"])
    answer = client.get(path(domain, "/answers"), headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 200 and "<html" not in answer.text and parse(answer).one(id="answers")
    assert outcomes(parse(answer), "dkim") == {"nxdomain"}


def test_answers_and_history_of_others_do_not_exist(site, client, account, domain):
    client.check(domain["id"])
    [[check]] = site.installation.sql(f"SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(c.id), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) "
                                      f"FROM dns_check c JOIN domain d ON d.id = c.domain_id WHERE d.name = '{domain['name']}'")
    assert client.page(path(domain, f"/answers?check={check}")).all(data_answers="dkim")
    stranger = site.account().client()
    own = stranger.add_domain(fresh_domain())
    answer = stranger.get(f"/settings/domains/{own}/answers?check={check}")
    assert answer.status_code == 200 and domain["name"] not in answer.text and "geen antwoorden" in answer.text
    other = client.add_domain(fresh_domain())
    assert domain["name"] not in client.get(f"/settings/domains/{other}/answers?check={check}").text
    assert client.get(path(domain, "/answers?check=1")).status_code == 404


def test_behind_the_link_the_answers_of_this_domain_alone(site, client, account, domain):
    client.check(domain["id"])
    token, guest = make(client, domain["id"]), site.client()
    page = guest.get(f"/share/{token}/answers")
    assert page.status_code == 200 and parse(page).all(data_answers="dkim") and "/settings" not in page.text and account.email not in page.text
    other = client.add_domain(fresh_domain())
    client.check(other)
    [[check]] = site.installation.sql(f"SELECT HEX(last_check_id) FROM domain WHERE HEX(id) = '{other.replace('-', '').upper()}'")
    assert parse(guest.get(f"/share/{token}/answers?check={check}")).one(data_answers="dkim").text == parse(page).one(data_answers="dkim").text


def test_history_tells_who_when_how_long_and_what_changed(site, client, account, domain):
    assert parse(client.get(path(domain, "/history"))).all(role="status")
    client.check(domain["id"])
    guest_check(site.client(), make(client, domain["id"]))
    publish_zone(site, client, domain["name"], domain["id"])
    client.check(domain["id"])
    page = client.page(path(domain, "/history"))
    newest, by_link, first = page.all("li", data_check=True)
    assert account.email in newest.text and "Check status" in newest.text and " ms" in newest.text and "Wacht op DNS → Geauthenticeerd" in newest.text
    assert "was: Niet gevonden" in page.one("li", within=newest, data_record="dkim").text
    assert "via de link" in by_link.text and account.email not in by_link.text and "was:" not in by_link.text
    assert "was:" not in first.text
    link = page.all("a", within=first)[-1]["href"]
    assert outcomes(client.page(link), "dkim") == {"nxdomain"}
    assert client.page(path(domain)).all("a", href=path(domain, "/history"))


def test_history_goes_in_pages(site, client, domain):
    for _ in range(27):
        client.check(domain["id"])
    page = client.page(path(domain, "/history"))
    assert len(page.all("li", data_check=True)) == 25
    earlier = client.page(page.one("a", rel="next")["href"])
    assert len(earlier.all("li", data_check=True)) == 2 and not earlier.all("a", rel="next")
    for wrong in ("x", "-1", "99999999999999999999", "1%00", "%27"):
        assert client.get(path(domain, f"/history?before={wrong}")).status_code == 200


def test_a_viewer_sees_both(site, account, client, domain):
    client.check(domain["id"])
    viewer = site.account("viewer", account.id).client()
    assert viewer.page(path(domain, "/history")).all("li", data_check=True)
    assert viewer.page(path(domain, "/answers")).all(data_answers="dkim")
