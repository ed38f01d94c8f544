"""The overview in every order, with search and filter: each domain once, in order over all pages; a malformed query still shows the list."""

import itertools

import pytest

from testbed.site import fresh_domain

COUNT = 90  # more than four pages
SORTS = {"name": "up", "status": "up", "added": "down", "checked": "down"}  # with the direction that each has by itself


@pytest.fixture(scope="module")
def many(site):
    """An account with domains of every status; several were added or checked at the same time, and every fourth was never checked."""
    account = site.account()
    client = account.client()
    tag = fresh_domain("x")[:-2]
    client.add_domain(f"d000-{tag}.nl")
    site.installation.rows.domains(account.id, [{
        "name": f"{'winkel' if i % 3 else 'bakkerij'}{(i * 37) % 1000:03d}-{tag}.nl", "unicode": f"bücher{i}-{tag}.nl" if i % 10 == 0 else None,
        "status": ("pending", "verified", "lost")[(i * 7) % 5 % 3], "created_at": 1750000000000 + i * 29 % 11,
        "checked_at": None if i % 4 == 0 else 1760000000000 + i * 13 % 7} for i in range(1, COUNT)])
    owner = account.id.replace("-", "")
    kept = site.installation.sql(f"SELECT name, status, created_at, IFNULL(checked_at, 0), IFNULL(unicode, '') FROM domain WHERE account_id = UNHEX('{owner}')")
    return {"client": client, "tag": tag, "rows": [(name, {"name": name, "status": status, "added": int(added), "checked": int(checked), "unicode": wide})
                                                   for name, status, added, checked, wide in kept]}


def walk(client, path):
    """The names on all pages, in order, and the number that the pages show."""
    seen, said = [], []
    for _ in range(COUNT):
        page = client.page(path)
        seen += [e["data-domain"] for e in page.all(data_domain=True)]
        said.append(page.one(id="found").text)
        onwards = page.all("a", rel="next")
        if not onwards:
            return seen, said
        path = onwards[0]["href"]
    pytest.fail("the pages have no end")


@pytest.mark.parametrize("sort,direction", [(s, d) for s in SORTS for d in ("up", "down", None)])
def test_every_order_shows_each_once(many, sort, direction):
    for status, search in itertools.product(("", "pending", "lost"), ("", "winkel", "bücher")):
        wanted = [row for _, row in many["rows"] if status in ("", row["status"]) and (search in row["name"] or search in row["unicode"])]
        wanted.sort(key=lambda row: (row[sort], row["name"]), reverse=(direction or SORTS[sort]) == "down")
        seen, said = walk(many["client"], f"/settings/domains?sort={sort}&status={status}&q={search}" + (f"&dir={direction}" if direction else ""))
        assert seen == [row["name"] for row in wanted], (sort, direction, status, search)
        if not search:
            assert set(said) == {f"{len(wanted)} domeinen"}


def test_the_head_says_what_sorts(many):
    for sort, direction in SORTS.items():
        page = many["client"].page(f"/settings/domains?sort={sort}")
        [head] = [e for e in page.all("th") if e["aria-sort"]]
        assert head["aria-sort"] == {"up": "ascending", "down": "descending"}[direction]
        turned = many["client"].page(page.one("a", within=head)["href"])
        [head] = [e for e in turned.all("th") if e["aria-sort"]]
        assert head["aria-sort"] == {"up": "descending", "down": "ascending"}[direction]


def test_links_keep_what_was_chosen(many):
    page = many["client"].page("/settings/domains?sort=added&dir=up&status=pending&q=winkel")
    [onwards] = page.all("a", rel="next")
    for part in ("sort=added", "dir=up", "status=pending", "q=winkel"):
        assert part in onwards["href"]
    chips = [e["href"] for e in page.all("a") if (e["href"] or "").startswith("/settings/domains?") and "status=lost" in e["href"]]
    assert chips and all("sort=added" in href and "q=winkel" in href for href in chips)
    hidden = {e["name"]: e["value"] for e in page.all("input", type="hidden", within=page.one("form", id="search"))}
    assert hidden == {"status": "pending", "sort": "added", "dir": "up"}


def test_a_search_says_how_many(many):
    _, said = walk(many["client"], "/settings/domains?q=winkel")
    assert set(said) == {"Meer dan 15 domeinen"}
    name = many["rows"][5][0]
    assert walk(many["client"], "/settings/domains?q=" + name) == ([name], ["1 domein"])
    assert walk(many["client"], "/settings/domains?sort=checked&q=bestaatniet") == ([], ["0 domeinen"])


@pytest.mark.parametrize("query", ["sort=x", "sort=name;&dir=up", "sort=&dir=", "dir=sideways", "sort=added&after=a.nl", "sort=added&after=a.nl&at=x", "sort=checked&after=a.nl&at=-1",
                                   "sort=checked&after=a.nl&at=99999999999999999999", "sort=status&after=a.nl&at=weg", "sort=added&at=5", "sort=added&after=%FF&at=5",
                                   "sort=status&after=" + "a" * 300 + "&at=lost"])
def test_what_is_asked_badly_shows_the_list(many, query):
    page = many["client"].page("/settings/domains?" + query)
    assert len(page.all(data_domain=True)) == 15


def test_no_order_shows_anothers(site, many):
    stranger = site.account().client()
    own = stranger.add_domain(fresh_domain())
    for sort, direction in itertools.product(SORTS, ("up", "down")):
        for search in ("", "nl", "winkel"):
            page = stranger.page(f"/settings/domains?sort={sort}&dir={direction}&q={search}&status=pending")
            assert all(e["href"].endswith(own) for e in page.all("a", class_="name")), (sort, direction)
            assert many["tag"] not in page.one("main").text
