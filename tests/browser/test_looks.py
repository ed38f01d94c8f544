"""Every page in every state: screenshots (wide and narrow, light and dark, Dutch and English), accessibility, no sideways scroll, no layout shift."""

import json
import os
import re

import pytest
from chromium import NARROW, WIDE, Browser
from selenium.webdriver.common.keys import Keys

from pages_of import all_states, publish, shown_of
from testbed.site import fresh_domain

STATES = ["account", "add", "add-address", "add-suffix", "bulk", "bulk-results", "delete", "domain-answers", "domain-answers-here", "domain-checked", "domain-history", "domain-history-none", "domain-idn",
          "domain-keys", "domain-long", "domain-lost", "domain-new", "domain-no-answer", "domain-removed", "domain-shared", "domain-table", "domain-verified", "domain-wrong", "forgotten", "login", "login-link-gone", "login-wrong",
          "not-found", "overview", "overview-empty", "overview-lost", "overview-none-found", "password", "password-wrong", "second-factor", "sender-delete", "sender-new", "sender-own",
          "sender-smtp", "sender-waiting", "senders", "senders-none", "sessions", "settings", "share", "share-answers", "share-gone", "user", "user-new", "users", "viewer-domain", "viewer-overview",
          "viewer-sender", "viewer-users"]
# Each state is tested in both schemes at these widths; 320 and 640 are what 1280 leaves at a zoom of 400 and 200 %.
WIDTHS = (1440, WIDE, 768, 640, NARROW, 320)
SCHEMES = ("light", "dark")
PICTURES = {("nl", WIDE, "light"), ("nl", NARROW, "dark"), ("en", WIDE, "dark"), ("en", NARROW, "light")}
NO_PAGE = {"/", "/settings/domains/export", "/settings/domains/{id}/zone", "/settings/domains/{id}/share", "/share/{token}/zone", "/brand/style.css", "/brand/icon.svg", "/brand/logo", "/healthz", "/metrics"}
TESTED_APART = {"/login/code"}  # by test_users.py: MFA pending


@pytest.fixture(scope="module")
def states(site):
    return all_states(site)


@pytest.fixture(scope="module")
def browsers(site, shots):
    """A browser for each user of the states."""
    made = {}

    def of(who):
        if who not in made:
            made[who] = Browser(site, shots)
            if who:
                made[who].login(who)
        return made[who]
    yield of
    for browser in made.values():
        browser.quit()


@pytest.fixture(scope="module")
def looking(states, browsers):
    return browsers(states["overview"].who)


AXE = """const done = arguments[1], only = arguments[0];
axe.run(document, Object.assign({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}, only.length ? {runOnly: {type: 'rule', values: only}} : {}))
    .then(r => done(JSON.stringify(r.violations)))"""
# The rules that depend on colours and positions; the others read the document and run once per width.
SEEN = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]
FIT = """const overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
const small = [...document.querySelectorAll('button, input:not([type=hidden]), select, summary, nav a, a.button, a.quiet')].filter(e => {
    const r = e.getBoundingClientRect();
    return r.width && r.height && (r.height < 24 || r.width < 24) && getComputedStyle(e).display !== 'inline' && getComputedStyle(e).position !== 'absolute'; }).map(e => e.outerHTML.slice(0, 80));
return [overflow, small];"""


def violations(browser, axe, only=()):
    """axe-core's findings, one per line; by the rules of WCAG 2.2 AA and its best practices, or only the given rules."""
    if not browser.driver.execute_script("return 'axe' in window"):
        browser.driver.execute_script(axe)
    return [f"{v['id']}: {v['help']}: {n['target']} {n['failureSummary']}" for v in json.loads(browser.driver.execute_async_script(AXE, list(only))) for n in v["nodes"]]


def assert_fits(browser, name, width):
    overflow, small = browser.driver.execute_script(FIT)
    assert overflow <= 0, f"{name}: {overflow} px sideways scroll at {width}"
    assert not small, f"{name}: under 24 px at {width}: {small}"


def assert_good(browser, axe, name, width):
    """Tests one page, with a screenshot."""
    browser.shot(name)
    found = violations(browser, axe)
    assert not found, "\n".join(found)
    assert_fits(browser, name, width)
    assert len(browser.all("h1")) == 1


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", STATES)
def test_page(browsers, states, axe, name, language):
    state = states[name]
    browser = browsers(state.who)
    browser.size(WIDE)
    browser.open(state.path + ("&" if "?" in state.path else "?") + "lang=" + language)
    if state.act:
        state.act(browser)
    assert browser.find("html").get_attribute("lang") == language
    assert len(browser.all("h1")) == 1
    wrong = []
    for width in WIDTHS:
        browser.size(width)
        assert_fits(browser, name, width)
        for scheme in SCHEMES:
            # The languages differ in length, which every width tests; in colours and roles hardly: English is tested once.
            checked = width in (1440, 768, NARROW) and language == "nl" or (language, width, scheme) == ("en", WIDE, "light")
            pictured = (language, width, scheme) in PICTURES
            if checked or pictured:
                browser.scheme(scheme)
            if checked:
                wrong += [f"{width} {scheme}: {v}" for v in violations(browser, axe, () if scheme == "light" else SEEN)]
            if pictured:
                browser.shot(f"{name}-{language}-{width}-{scheme}")
    assert not wrong, "\n".join(wrong)
    assert not browser.complaints() or name in ("not-found", "share-gone", "login-link-gone", "login-wrong", "add-address", "add-suffix", "password-wrong"), "the console has errors"


def test_every_page_is_looked_at(states, source):
    """Each GET of the route table has screenshots."""
    assert set(states) == set(STATES)
    with open(os.path.join(source, "cgi-bin", "route.c"), encoding="utf-8") as file:
        patterns = [m[1] for m in re.finditer(r'^    \{"([^"]+)", (page_\w+|NULL)', file.read(), re.M) if m[2] != "NULL"]
    assert len(patterns) > 15
    paths = [state.path.split("?")[0] for state in states.values()]
    unseen = [p for p in patterns if p not in NO_PAGE | TESTED_APART and not any(re.fullmatch(re.sub(r"\{\w+\}", r"[\\w-]{36,43}", p), path) for path in paths)]
    assert not unseen, unseen


PLACES = """return ['h1', '#check-status', '.steps', '#records-title', '.record', '.record dl', '.side'].map(q => {
    const r = document.querySelector(q).getBoundingClientRect(); return [q, Math.round(r.left), Math.round(r.top), Math.round(r.width)]; })"""


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_result_moves_nothing_above_it(site, looking, states, width, language):
    """From never checked to wrong to right: title, button, steps and the first record keep their positions. (The browser's layout-shift
    metric does not count replaced elements, so the positions are compared.)"""
    name = fresh_domain("nl")
    domain = states["overview"].who.client().add_domain(name)
    looking.size(width)
    looking.scheme("light")
    looking.open(f"/settings/domains/{domain}?lang={language}")
    places = looking.driver.execute_script(PLACES)
    if width == NARROW:
        places.pop()  # on narrow screens the side column is below the records
    for verdict in ("missing", "ok"):
        if verdict == "ok":
            publish(site, name, shown_of(site, states["overview"].who, name))
        looking.driver.execute_script("document.getElementById('check-status').click()")
        looking.wait(lambda v=verdict: looking.all(f"[data-record=dkim][data-verdict={v}]") and not looking.all("[aria-busy=true]"))
        assert looking.driver.execute_script(PLACES)[:len(places)] == places


def test_a_result_keeps_the_scroll_position(site, looking, states):
    """After scrolling to the last record it is still at the same position, although the records above it have grown."""
    domain = states["overview"].who.client().add_domain(fresh_domain("nl"))
    looking.size(NARROW, 700)
    looking.open(f"/settings/domains/{domain}?lang=nl")
    looking.driver.execute_script("document.querySelector('[data-record=dmarc]').scrollIntoView()")
    place = "const r = document.querySelector('[data-record=dmarc]').getBoundingClientRect(); return Math.round(r.top)"
    above = "return document.querySelector('[data-record=dkim]').getBoundingClientRect().height"
    before, height = looking.driver.execute_script(place), looking.driver.execute_script(above)
    looking.driver.execute_script("document.getElementById('check-status').click()")
    looking.wait(lambda: looking.all("[data-record=dkim][data-verdict=missing]") and not looking.all("[aria-busy=true]"))
    assert looking.driver.execute_script(above) > height
    assert abs(looking.driver.execute_script(place) - before) <= 1  # a page scrolls by whole pixels
