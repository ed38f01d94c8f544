"""An object of another account gets the same page as one that never existed, by every method."""

import re

import pytest

from pages import DOMAIN_URLS, UNKNOWN, assert_secure
from testbed.site import fresh_domain

MALFORMED = ["0", "-1", "1", "x" * 36, "00000000-0000-0000-0000-000000000000", UNKNOWN.replace("-", ""), UNKNOWN[:-1], UNKNOWN + "0", "%27%20OR%201%3D1",
             "{" + UNKNOWN[1:-1] + "}", UNKNOWN[:-1] + "é"]


@pytest.fixture(scope="module")
def two(site):
    """A's domain, one that A deleted, and B's client."""
    a, b = site.account(), site.account()
    admin = a.client()
    name, gone = fresh_domain(), fresh_domain()
    domain, deleted = admin.add_domain(name), admin.add_domain(gone)
    admin.post(f"/settings/domains/{deleted}/delete", csrf=admin.csrf())
    return {"admin": admin, "name": name, "foreign": domain, "deleted": deleted, "visitor": b.client(), "account_b": b}


def bare(text):
    """A page without its token, which always differs."""
    return re.sub(r'value="[A-Za-z0-9_-]{43}"', "", text)


@pytest.mark.parametrize("method,path", DOMAIN_URLS)
@pytest.mark.parametrize("which", ["foreign", "deleted", "random", *MALFORMED])
def test_404_and_the_same_page(two, method, path, which):
    visitor = two["visitor"]
    domain = two.get(which, UNKNOWN if which == "random" else which)
    token = visitor.csrf()

    def ask(one):
        data = {"csrf": token} if method == "POST" else None
        return visitor.request(method, f"/settings/domains/{one}{path}", data=data)
    answer = ask(domain)
    assert answer.status_code == 404, answer.text[:300]
    assert_secure(answer)
    assert two["name"] not in answer.text
    assert bare(answer.text) == bare(ask(UNKNOWN).text)


def test_nothing_happened(two):
    assert two["admin"].get(f"/settings/domains/{two['foreign']}").status_code == 200


def test_upper_case_ids_are_refused_too(two):
    assert two["visitor"].get(f"/settings/domains/{two['foreign'].upper()}").status_code == 404


def test_overview_and_search_show_own_domains_only(two):
    for query in ("", "?q=" + two["name"], "?q=%25", "?q=_", "?status=pending", "?after=a", "?q=" + two["name"][:3]):
        assert two["name"] not in [e["data-domain"] for e in two["visitor"].page("/settings/domains" + query).all(data_domain=True)]


def test_the_command_line_keeps_accounts_apart(site, two):
    for command in ("show", "check", "delete"):
        assert site.installation.cli("domain", command, "--account", two["account_b"].id, two["name"]).returncode == 1
    assert two["name"] not in site.installation.must("domain", "list", "--account", two["account_b"].id, "--json")


def test_foreign_token_is_no_token(site, two):
    """B's CSRF token is not valid in A's session."""
    token = two["visitor"].csrf()
    assert two["admin"].post(f"/settings/domains/{two['foreign']}/delete", csrf=token).status_code == 403
