"""A viewer may read and check but change nothing: tested on every route of the program's table, and on every form and link of the viewer's pages."""

import re
import uuid

import pytest

from pages import UNKNOWN, alert, parse
from testbed.client import Page
from testbed.installation import root_of_source
from testbed.site import Account, fresh_domain

# What a viewer may post: a check, and the viewer's own settings.
OWN = {"/logout", "/settings/account", "/settings/account/password", "/settings/account/sessions/{id}/end", "/settings/account/sessions/end-others",
       "/settings/account/second-factor", "/settings/account/second-factor/confirm", "/settings/account/second-factor/off"}
CHECK = "/settings/domains/{id}/check"
TABLES = ("domain", "dkim_key", "share_link", "sender", "user", "invitation")


def routes():
    """(pattern, GET, POST, requirements) of every route in route.c."""
    with open(root_of_source() + "/cgi-bin/route.c", encoding="utf-8") as file:
        found = re.findall(r'^    \{"(/[^"]*)",\s+(\w+),\s+(\w+),\s+([A-Z_ |]+)\},$', file.read(), re.M)
    return [(pattern, get != "NULL", post != "NULL", set(demand.split(" | "))) for pattern, get, post, demand in found]


PRIVATE = [route for route in routes() if "USER" in route[3]]
POSTS = [route[0] for route in PRIVATE if route[2]]


def test_the_table_was_read():
    assert len(routes()) > 20 and len(POSTS) > 10 and CHECK in POSTS and OWN <= set(POSTS)


@pytest.fixture(scope="module")
def office(site):
    """An account with one object of each kind, its admin and its viewer."""
    account = site.account()
    admin, viewer = account.client(), Account(site, "viewer", account.id)
    domain = admin.add_domain(fresh_domain())
    assert admin.post(f"/settings/domains/{domain}/share", csrf=admin.csrf()).status_code == 200
    assert admin.post(f"/settings/domains/{domain}/keys", csrf=admin.csrf()).status_code == 303
    answer = admin.post("/settings/senders", {"address": "info@" + fresh_domain("nl"), "route": "default"}, csrf=admin.csrf())
    sender = re.search(r"/settings/senders/([0-9a-f-]{36})", answer.headers["Location"])[1]
    [[user]] = site.installation.sql(f"SELECT HEX(id) FROM user WHERE email = '{viewer.email}'")
    user = str(uuid.UUID(user))
    return {"site": site, "account": account, "admin": admin, "viewer": viewer.client(), "ids": {"domains": domain, "senders": sender, "users": user}}


def path_of(office, pattern):
    part = pattern.split("/")[2] if pattern.count("/") > 1 else ""
    return pattern.replace("{id}", office["ids"].get(part, UNKNOWN))


def content(office):
    """All rows of the account except those that a check writes."""
    account = office["account"].id.replace("-", "")
    checked = {"domain": "id, name, status, selector, return_path_label"}
    return {table: office["site"].installation.sql(f"SELECT {checked.get(table, '*')} FROM {table} WHERE account_id = UNHEX('{account}') ORDER BY 1")
            for table in TABLES}


@pytest.mark.parametrize("pattern", [p for p in POSTS if p not in OWN and p != CHECK])
def test_a_viewer_posts_nowhere_else(office, pattern):
    path, viewer = path_of(office, pattern), office["viewer"]
    fields = {"domain": "nieuw.example", "address": "x@nieuw.example", "route": "default", "key": UNKNOWN, "to": "x@nieuw.example", "email": "x@nieuw.example", "role": "admin"}
    before = content(office)
    answer = viewer.post(path, fields, csrf=viewer.csrf("/settings"))
    assert answer.status_code == 403 and alert(parse(answer))
    assert content(office) == before


def test_a_viewer_checks(office):
    domain = path_of(office, CHECK)
    assert office["viewer"].post(domain, csrf=office["viewer"].csrf("/settings")).status_code == 303


def test_the_routes_are_there_for_an_admin(office):
    """Shows that the refusal above is due to the role and not to the token."""
    admin = office["admin"]
    for pattern in POSTS:
        if pattern not in OWN and not pattern.endswith(("/delete", "/remove")):
            assert admin.post(path_of(office, pattern), csrf=admin.csrf("/settings")).status_code != 403, pattern


def pages_of(office, client):
    """Every page that this client can GET: {path: Page}."""
    found = {}
    for pattern, get, _post, _demand in PRIVATE:
        path = path_of(office, pattern)
        answer = client.get(path) if get else None
        if get and answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            found[path] = Page(answer.text)
    return found


def test_a_viewers_pages_offer_nothing_that_is_refused(office):
    viewer = office["viewer"]
    pages = pages_of(office, viewer)
    assert {"/settings", "/settings/domains", "/settings/senders", path_of(office, "/settings/domains/{id}"), path_of(office, "/settings/senders/{id}")} <= set(pages)
    allowed = OWN | {path_of(office, CHECK)}
    for path, page in pages.items():
        posts = {f["action"] for f in page.all("form") if (f["method"] or "").lower() == "post"}
        assert posts <= allowed, (path, posts - allowed)
        for href in {a["href"] for a in page.all("a", href=True) if a["href"].startswith("/")}:
            assert viewer.get(href).status_code in (200, 303), (path, href)


def test_an_admins_pages_do(office):
    """The same crawl finds for an admin what it must not find for a viewer."""
    admin = office["admin"]
    assert admin.post(path_of(office, "/settings/domains/{id}/share"), csrf=admin.csrf()).status_code == 200
    posts = {f["action"] for page in pages_of(office, admin).values() for f in page.all("form") if (f["method"] or "").lower() == "post"}
    assert {path_of(office, p) for p in ("/settings/domains", "/settings/senders", "/settings/domains/{id}/delete", "/settings/senders/{id}/delete", "/settings/domains/{id}/share",
                                         "/settings/domains/{id}/share/revoke", "/settings/domains/{id}/keys/drop", "/settings/senders/{id}", "/settings/users/{id}", "/settings/users/{id}/remove")} <= posts


def test_a_role_holds_from_the_next_request_on(site, office):
    """A changed role holds in sessions that exist."""
    account = Account(site, "admin", office["account"].id)
    client = account.client()
    token = client.csrf()
    site.installation.sql(f"UPDATE user SET role = 'viewer' WHERE email = '{account.email}'")
    assert client.post("/settings/domains", {"domain": fresh_domain()}, csrf=token).status_code == 403
    client.page("/settings/domains/new", status=403)
