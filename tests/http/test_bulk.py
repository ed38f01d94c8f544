"""Bulk add of a pasted list: each name has its own result, no name is lost, no other account's domain is touched."""

import re

import pytest

from pages import alert, parse, records
from testbed.site import fresh_domain

PATH = "/settings/domains/bulk"


def post(client, text):
    return client.post(PATH, {"domains": text, "csrf": client.csrf(PATH)})


def outcomes(answer):
    """[(outcome, text of the line, target of its link)] in the order of the list."""
    page = parse(answer)
    return [(e["data-outcome"], e.text, ([a["href"] for a in page.all("a", within=e)] or [None])[0]) for e in page.all("li", data_outcome=True)]


def rest(answer):
    """The text that the field holds again."""
    return parse(answer).one("textarea").text.split()


def names(client):
    return {e["data-domain"] for e in client.page("/settings/domains").all(data_domain=True)}


def test_each_line_has_its_result(client):
    there, one, two, meant = (fresh_domain("nl") for _ in range(4))
    known = client.add_domain(there)
    answer = post(client, f"{one}\r\n{there.upper()}\r\n\r\nsales@{meant}\r\nco.uk\r\nbücher-{two}\r\n{one}.\r\n")
    assert answer.status_code == 200
    lines = outcomes(answer)
    assert [outcome for outcome, *_ in lines] == ["added", "exists", "refused", "refused", "added", "exists"]
    assert lines[1][2] == f"/settings/domains/{known}" and lines[5][2] == lines[0][2]
    assert f"Bedoel je {meant}?" in lines[2][1] and "sales@" in lines[2][1]
    assert "bücher-" in lines[4][1]
    assert "2 van de 6" in parse(answer).one(role="status").text
    assert rest(answer) == [meant]
    assert names(client) >= {one, there} and len(names(client)) == 3 and meant not in names(client)
    shown = records(client.page(lines[0][2]))
    assert shown["dkim"][1].endswith("._domainkey." + one)
    again = post(client, "\n".join(rest(answer)))
    assert [outcome for outcome, *_ in outcomes(again)] == ["added"] and rest(again) == []


def test_each_has_a_key_of_its_own(client):
    answer = post(client, ", ".join(fresh_domain() for _ in range(3)))
    keys = {records(client.page(href))["dkim"][2] for outcome, _, href in outcomes(answer) if outcome == "added"}
    assert len(keys) == 3


@pytest.mark.parametrize("text", ["", "  \r\n\t,;\r\n", "\"\""])
def test_nothing_in_it(client, text):
    answer = post(client, text)
    assert answer.status_code == 422 and alert(parse(answer)) and not names(client)


def test_field_missing(client):
    answer = client.post(PATH, {"csrf": client.csrf(PATH)})
    assert answer.status_code == 422 and alert(parse(answer))


def test_too_many_are_refused_whole_and_kept_in_the_field(client):
    wanted = [f"n{i}-{fresh_domain()}" for i in range(101)]
    answer = post(client, "\n".join(wanted))
    assert answer.status_code == 422 and "101" in alert(parse(answer)) and "100" in alert(parse(answer))
    assert rest(answer) == wanted and not names(client)


def test_too_large_a_list(client):
    assert post(client, "a" * 70_000).status_code == 413
    assert not names(client)


def test_odd_bytes_are_shown_and_run_nothing(client):
    answer = post(client, b"<script>alert(1)</script>.nl\n\"><img src=x onerror=alert(1)>\n\xff\xfe\n{{CSRF}}\nvoor\0beeld.nl\n" + b"x" * 3000)
    assert answer.status_code == 200
    assert {outcome for outcome, *_ in outcomes(answer)} == {"refused"} and len(outcomes(answer)) == 6
    assert not parse(answer).all("img") and "<script>alert" not in answer.text and "xxx" * 100 not in answer.text
    assert not names(client)


def test_the_allowance_stops_it_and_the_rest_stays(site, own_site):
    narrow = own_site(servers=site, limit_add="3/600")
    client = narrow.account().client()
    wanted = [fresh_domain("nl") for _ in range(5)]
    answer = post(client, "\n".join(wanted))
    assert answer.status_code == 200 and [outcome for outcome, *_ in outcomes(answer)] == ["added"] * 3 + ["later"] * 2
    assert rest(answer) == wanted[3:] and int(answer.headers["Retry-After"]) > 0 and alert(parse(answer))
    answer = post(client, "\n".join(rest(answer)))
    assert answer.status_code == 429 and rest(answer) == wanted[3:] and names(client) == set(wanted[:3])


def test_a_viewer_may_not(site):
    account = site.account()
    admin = account.client()
    viewer = site.account(role="viewer", account=account.id).client()
    name = fresh_domain()
    assert viewer.get(PATH).status_code == 403
    assert viewer.post(PATH, {"domains": name, "csrf": viewer.csrf("/settings/domains")}).status_code == 403
    assert client_is_empty(admin)


def client_is_empty(client):
    return not names(client)


def test_without_its_token_nothing_happens(client):
    name = fresh_domain()
    assert client.post(PATH, {"domains": name, "csrf": "x" * 43}).status_code == 403
    assert client_is_empty(client)


def test_anothers_domain_is_not_told_of(site, client):
    """The same name in another account is added: each account proves its own control."""
    name = fresh_domain()
    foreign = site.account().client().add_domain(name)
    answer = post(client, name)
    assert [outcome for outcome, *_ in outcomes(answer)] == ["added"] and foreign not in answer.text


def test_making_keys_is_for_the_checks_pool(site, client):
    """Pages do not wait: the pages pool never gets the list."""
    for path in ("deploy/nginx-locations.conf.in", "deploy/apache-locations.conf.in"):
        with open(f"{site.installation.source}/{path}", encoding="utf-8") as file:
            [pattern] = re.findall(r"(?:location ~|LocationMatch) \"?(\^\S+?\$)\"?[ >]", file.read())
        assert re.match(pattern, PATH) and not re.match(pattern, "/settings/domains") and not re.match(pattern, "/settings/domains/new")
