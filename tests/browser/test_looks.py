"""Every page in every state: pictures (wide and narrow, light and dark, Dutch and English), accessibility, no sideways scroll, no layout shift."""

import json

import pytest
from chromium import NARROW, WIDE, Browser
from selenium.webdriver.common.keys import Keys

from pages_of import make_states, publish, shown_of
from testbed.site import fresh_domain

STATES = ["settings", "overview", "overview-none-found", "overview-lost", "add", "domain-new", "domain-wrong", "domain-verified", "domain-lost", "domain-no-answer", "domain-idn",
          "domain-long", "delete", "not-found",
          "senders", "sender-new", "sender-smtp", "sender-own", "sender-waiting", "sender-delete", "domain-keys"]
LOOKS = [("nl", WIDE, "light"), ("nl", NARROW, "dark"), ("en", WIDE, "dark"), ("en", NARROW, "light")]


@pytest.fixture(scope="module")
def states(site):
    return make_states(site)


@pytest.fixture(scope="module")
def looking(site, shots, states):
    browser = Browser(site, shots)
    browser.login(states[0])
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def stranger(site, shots):
    """Not logged in."""
    browser = Browser(site, shots)
    yield browser
    browser.quit()


def violations(browser, axe):
    """What axe-core finds, a line each."""
    browser.driver.execute_script(axe)
    result = browser.driver.execute_async_script("const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(r => done(JSON.stringify(r.violations)))")
    return [f"{v['id']}: {v['help']}: {n['target']} {n['failureSummary']}" for v in json.loads(result) for n in v["nodes"]]


def assert_good(browser, axe, name, width):
    browser.shot(name)
    found = violations(browser, axe)
    assert not found, "\n".join(found)
    overflow = browser.driver.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{name}: {overflow} px sideways scroll at {width}"
    assert len(browser.all("h1")) == 1
    small = browser.driver.execute_script("""return [...document.querySelectorAll('button, input:not([type=hidden]), nav a, a.button')].filter(e => {
        const r = e.getBoundingClientRect(); return r.width && r.height && (r.height < 24 || r.width < 24) && getComputedStyle(e).display !== 'inline'; }).map(e => e.outerHTML.slice(0, 80))""")
    assert not small, small


@pytest.mark.parametrize("language,width,scheme", LOOKS, ids=["-".join(map(str, look)) for look in LOOKS])
@pytest.mark.parametrize("state", STATES)
def test_page(looking, states, axe, state, language, width, scheme):
    looking.size(width)
    looking.scheme(scheme)
    path = states[2][state]
    looking.open(path + ("&" if "?" in path else "?") + "lang=" + language)
    assert looking.find("html").get_attribute("lang") == language
    assert_good(looking, axe, f"{state}-{language}-{width}-{scheme}", width)
    looking.open("/settings?lang=nl")


@pytest.mark.parametrize("language,width,scheme", LOOKS, ids=["-".join(map(str, look)) for look in LOOKS])
def test_login_pages(stranger, axe, language, width, scheme):
    stranger.size(width)
    stranger.scheme(scheme)
    stranger.open(f"/login?lang={language}")
    assert_good(stranger, axe, f"login-{language}-{width}-{scheme}", width)
    stranger.find("input[name=email]").send_keys("niemand@klant.example")
    stranger.find("input[name=password]").send_keys("onjuist-wachtwoord" + Keys.ENTER)
    assert_good(stranger, axe, f"login-wrong-{language}-{width}-{scheme}", width)


@pytest.mark.parametrize("width,scheme", [(WIDE, "dark"), (NARROW, "light")])
@pytest.mark.parametrize("typed", ["sales@voorbeeld.nl", "co.uk"])
def test_refused_name(looking, axe, typed, width, scheme):
    looking.size(width)
    looking.scheme(scheme)
    looking.open("/settings/domains/new?lang=nl")
    looking.find("input[name=domain]").send_keys(typed + Keys.ENTER)
    assert looking.find("[role=alert]").text
    assert_good(looking, axe, f"add-refused-{typed.split('@')[0]}-{width}-{scheme}", width)


@pytest.mark.parametrize("width,scheme", [(WIDE, "light"), (NARROW, "dark")])
def test_empty_account(site, shots, states, axe, width, scheme):
    browser = Browser(site, shots)
    try:
        browser.login(states[1])
        browser.size(width)
        browser.scheme(scheme)
        browser.open("/settings/domains")
        assert_good(browser, axe, f"overview-empty-nl-{width}-{scheme}", width)
    finally:
        browser.quit()


PLACES = """return ['h1', '#check-status', '.steps', '#records-title', '.record', '.record dl', '.side'].map(q => {
    const r = document.querySelector(q).getBoundingClientRect(); return [q, Math.round(r.left), Math.round(r.top), Math.round(r.width)]; })"""


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_result_moves_nothing_above_it(site, looking, states, width, language):
    """From never checked to wrong to right: title, button, steps and the first record stay where they are. (The web's own measure of
    shifts does not count elements that are replaced, so the places themselves are compared.)"""
    name = fresh_domain("nl")
    domain = states[0].client().add_domain(name)
    looking.size(width)
    looking.scheme("light")
    looking.open(f"/settings/domains/{domain}?lang={language}")
    places = looking.driver.execute_script(PLACES)
    if width == NARROW:
        places.pop()  # the helpers stand below the records
    for verdict in ("missing", "ok"):
        if verdict == "ok":
            publish(site, name, shown_of(site, states[0], name))
        looking.driver.execute_script("document.getElementById('check-status').click()")
        looking.wait(lambda v=verdict: looking.all(f"[data-record=dkim][data-verdict={v}]") and not looking.all("[aria-busy=true]"))
        assert looking.driver.execute_script(PLACES)[:len(places)] == places


def test_a_result_leaves_what_is_in_sight(site, looking, states):
    """Who has scrolled down to the last record still has it in the same place, though the ones above it have grown."""
    domain = states[0].client().add_domain(fresh_domain("nl"))
    looking.size(NARROW, 700)
    looking.open(f"/settings/domains/{domain}?lang=nl")
    looking.driver.execute_script("document.querySelector('[data-record=dmarc]').scrollIntoView()")
    place = "const r = document.querySelector('[data-record=dmarc]').getBoundingClientRect(); return Math.round(r.top)"
    above = "return document.querySelector('[data-record=dkim]').getBoundingClientRect().height"
    before, height = looking.driver.execute_script(place), looking.driver.execute_script(above)
    looking.driver.execute_script("document.getElementById('check-status').click()")
    looking.wait(lambda: looking.all("[data-record=dkim][data-verdict=missing]") and not looking.all("[aria-busy=true]"))
    assert looking.driver.execute_script(above) > height
    assert looking.driver.execute_script(place) == before


def test_keyboard_alone(looking):
    """Tab reaches the skip link first and each stop is visible."""
    looking.size(WIDE)
    looking.open("/settings/domains")
    body = looking.find("body")
    body.send_keys(Keys.TAB)
    first = looking.driver.switch_to.active_element
    assert (first.get_attribute("href") or "").split("#")[-1] in {e.get_attribute("id") for e in looking.all("main, [id]")}
    for _ in range(12):
        outline = looking.driver.execute_script("""const e = document.activeElement, s = getComputedStyle(e);
            return e === document.body || parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== 'none'""")
        assert outline, looking.driver.switch_to.active_element.get_attribute("outerHTML")[:200]
        looking.driver.switch_to.active_element.send_keys(Keys.TAB)
