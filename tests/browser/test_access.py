"""Accessibility: every action by keyboard only, focus that is kept, announced results, zoom, and system preferences (reduced motion, forced colours)."""

import pytest
from chromium import NARROW, WIDE, Browser
from selenium.webdriver.common.keys import Keys

from pages_of import publish, shown_of
from testbed.site import fresh_domain

# What has the focus, and whether it can be seen: an outline of 2 px or more, inside the viewport, with nothing over it.
FOCUS = """const e = document.activeElement, s = getComputedStyle(e), after = getComputedStyle(e, '::after'), r = e.getBoundingClientRect();
const at = document.elementFromPoint(r.left + Math.min(r.width / 2, 8), r.top + r.height / 2);
return {tag: e.tagName, what: e.outerHTML.slice(0, 120), words: (e.textContent || '').trim(), id: e.id, href: e.getAttribute('href'), name: e.getAttribute('name'),
        ring: Math.max(parseFloat(s.outlineWidth) * (s.outlineStyle !== 'none'), parseFloat(after.outlineWidth) * (after.outlineStyle !== 'none')),
        seen: r.width > 0 && r.top >= 0 && r.bottom <= window.innerHeight + 1 && (e.contains(at) || (at && at.contains(e)))}"""


class Keyboard:
    """A user without a mouse: Tab, Enter, Space and characters, sent to the focused element."""

    def __init__(self, browser):
        self.browser = browser

    def focus(self):
        return self.browser.driver.execute_script(FOCUS)

    def press(self, *keys):
        self.browser.driver.switch_to.active_element.send_keys(*keys)

    def tab_to(self, matches, most=60):
        """Presses Tab until matches(focus); asserts that each focused element is visible."""
        for _ in range(most):
            self.press(Keys.TAB)
            focus = self.focus()
            if focus["tag"] == "BODY":
                continue
            assert focus["ring"] >= 2, f"no ring on {focus['what']}"
            assert focus["seen"], f"focus not visible on {focus['what']}"
            if matches(focus):
                return focus
        raise AssertionError("Tab never came there")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_whole_way_by_keyboard(site, account, browser, width):
    keyboard = Keyboard(browser)
    browser.size(width, 700)
    browser.open("/login")
    keyboard.tab_to(lambda f: f["id"] == "email")
    keyboard.press(account.email, Keys.TAB)
    keyboard.press(account.password, Keys.ENTER)
    assert browser.path == "/settings/domains"
    keyboard.press(Keys.TAB)
    assert keyboard.focus()["href"] == "#content", "the first focused element skips the menu"
    keyboard.press(Keys.ENTER)
    assert browser.driver.execute_script("return document.activeElement.id") == "content"
    keyboard.tab_to(lambda f: f["href"] == "/settings/domains/new", 4)
    keyboard.press(Keys.ENTER)
    assert keyboard.focus()["id"] == "domain", "the only field of the page has the focus"
    name = fresh_domain("nl")
    keyboard.press(name, Keys.ENTER)
    domain = browser.path.split("/settings/domains/")[1].split("?")[0]
    keyboard.tab_to(lambda f: f["id"] == "check-status")
    keyboard.press(Keys.ENTER)
    browser.wait(lambda: browser.all("[data-verdict=missing]") and not browser.all("[aria-busy=true]"))
    assert keyboard.focus()["id"] == "check-status", "the focus is still on the button"
    publish(site, name, shown_of(site, account, name))
    keyboard.press(Keys.SPACE)
    browser.wait(lambda: browser.find("#live").get_attribute("data-status") == "verified")
    for stop in ("dkim-host", "dkim-value", "dmarc-value"):
        keyboard.tab_to(lambda f, s=stop: f"data-copy-for=\"{s}\"" in f["what"])
    keyboard.tab_to(lambda f: f["href"] == f"/settings/domains/{domain}/delete")
    keyboard.press(Keys.ENTER)
    keyboard.tab_to(lambda f: f["tag"] == "BUTTON" and "danger" in f["what"])
    keyboard.press(Keys.ENTER)
    assert browser.path.startswith("/settings/domains") and not browser.all(f"[data-domain='{name}']")
    assert not browser.complaints()


def test_focus_in_the_result_stays_where_it_was(site, account, browser):
    """A check started lower on the page: the focused element has the focus in the new result too."""
    browser.login(account)
    domain = account.client().add_domain(fresh_domain("nl"))
    browser.open(f"/settings/domains/{domain}")
    for css in ("[data-copy-for=dmarc-value]", f"a[href='/settings/domains/{domain}/history']", "#check-here"):
        if not browser.all(css):
            continue
        before = browser.driver.execute_script("const e = document.querySelector(arguments[0]); e.focus(); e.old = true; return e.getBoundingClientRect().top", css)
        browser.driver.execute_script("document.getElementById('check').requestSubmit()")
        browser.wait(lambda c=css: not browser.driver.execute_script("return document.querySelector(arguments[0]).old", c) and not browser.all("[aria-busy=true]"))
        assert browser.driver.execute_script("return document.activeElement === document.querySelector(arguments[0])", css), css
        assert before is not None


def test_results_are_announced(account, browser):
    """A polite live region, in the page from the start, announces that a check runs and then the result."""
    browser.login(account)
    domain = account.client().add_domain(fresh_domain("nl"))
    browser.open(f"/settings/domains/{domain}")
    assert browser.find("#announce").get_attribute("aria-live") == "polite" and not browser.find("#announce").get_attribute("textContent")
    browser.driver.execute_script("""window.said = []; new MutationObserver(() => { const t = document.getElementById('announce').textContent; if (t) window.said.push(t); })
        .observe(document.getElementById('announce'), {childList: true, characterData: true, subtree: true});""")
    browser.find("#check-status").click()
    browser.wait(lambda: len(browser.driver.execute_script("return window.said")) >= 1 and not browser.all("[aria-busy=true]"))
    said = browser.wait(lambda: [s for s in browser.driver.execute_script("return window.said") if "0 van 3" in s])
    assert said and browser.find(".state .badge").text in said[0]


@pytest.mark.parametrize("state", ["/settings/domains", "/settings/domains/new", "detail", "/settings/senders/new"])
def test_at_200_percent(site, account, browser, state):
    """A window of 1280 px at a zoom of 200 %: 640 CSS px of two device pixels each. Nothing is clipped and nothing scrolls sideways."""
    browser.login(account)
    path = "/settings/domains/" + account.client().add_domain(fresh_domain("nl")) if state == "detail" else state
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 640, "height": 450, "deviceScaleFactor": 2, "mobile": False})
    browser.open(path)
    assert browser.driver.execute_script("return [window.innerWidth, window.devicePixelRatio]") == [640, 2]
    assert browser.driver.execute_script("return document.documentElement.scrollWidth") <= 640
    clipped = browser.driver.execute_script("""return [...document.querySelectorAll('main *')].filter(e => { const s = getComputedStyle(e);
        return s.overflowX === 'hidden' && s.position !== 'absolute' && e.scrollWidth > e.clientWidth + 1 && !e.closest('.crumbs') && !e.closest('.who'); }).map(e => e.outerHTML.slice(0, 100))""")
    assert not clipped, clipped


def test_less_motion(account, browser):
    browser.login(account)
    browser.open("/settings/domains/" + account.client().add_domain(fresh_domain("nl")))
    moves = """const b = document.getElementById('check-status'); b.setAttribute('aria-busy', 'true');
        const on = [...document.querySelectorAll('*')].flatMap(e => [getComputedStyle(e), getComputedStyle(e, '::before')])
            .filter(s => s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0).length; b.removeAttribute('aria-busy'); return on"""
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "no-preference"}]})
    assert browser.driver.execute_script(moves) > 0
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})
    assert browser.driver.execute_script(moves) == 0


def test_colours_of_the_system(site, account, shots):
    """Forced colours: statuses keep their shapes; chosen and focused elements keep their marks."""
    browser = Browser(site, shots)
    try:
        browser.login(account)
        domain = account.client().add_domain(fresh_domain("nl"))
        account.client().check(domain)
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "forced-colors", "value": "active"}]})
        for name, path in (("overview", "/settings/domains"), ("domain", f"/settings/domains/{domain}")):
            browser.open(path)
            assert browser.driver.execute_script("return matchMedia('(forced-colors: active)').matches")
            browser.shot(f"{name}-forced-colors")
            shapes = browser.driver.execute_script("""const ground = getComputedStyle(document.body).backgroundColor;
                return [...document.querySelectorAll('.badge')].map(e => { const s = getComputedStyle(e, '::before'); return [s.backgroundColor !== ground, s.maskImage || s.webkitMaskImage]; })""")
            assert shapes and all(visible and "data:image/svg" in mask for visible, mask in shapes), shapes
            chosen = browser.driver.execute_script("""return [...document.querySelectorAll('.menu li [aria-current], .chips [aria-current], .either input:checked + label')]
                .map(e => { const s = getComputedStyle(e); return Math.max(parseFloat(s.borderTopWidth) * (s.borderTopStyle !== 'none'), parseFloat(s.outlineWidth) * (s.outlineStyle !== 'none')); })""")
            assert chosen and all(width >= 2 for width in chosen), chosen
    finally:
        browser.quit()


def test_no_status_by_colour_alone(site, account, browser):
    """Each status and verdict has its own text and its own shape."""
    browser.login(account)
    client = account.client()
    good, bad = fresh_domain("nl"), fresh_domain("nl")
    ids = {name: client.add_domain(name) for name in (good, bad)}
    publish(site, good, shown_of(site, account, good))
    client.check(ids[good])
    publish(site, bad, shown_of(site, account, bad))
    client.check(ids[bad])
    publish(site, bad, shown_of(site, account, bad), leave_out=("dkim",))
    client.check(ids[bad])
    client.add_domain(fresh_domain("nl"))
    browser.open("/settings/domains")
    seen = browser.driver.execute_script("""return [...document.querySelectorAll('tr[data-status]')].map(r => [r.dataset.status, r.querySelector('.badge').textContent.trim(),
        getComputedStyle(r.querySelector('.badge'), '::before').webkitMaskImage])""")
    assert {status for status, _, _ in seen} == {"verified", "lost", "pending"}
    assert len({word for _, word, _ in seen}) == 3 and len({shape for _, _, shape in seen}) == 3
