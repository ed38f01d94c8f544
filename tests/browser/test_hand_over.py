"""The share link for the DNS administrator in a browser, the check observations in the page, and repeated checks."""

import re
import time

import pytest
from chromium import NARROW, WIDE, Browser
from selenium.webdriver.support.ui import WebDriverWait
from test_looks import assert_good

from pages_of import publish, shown_of
from testbed.site import fresh_domain

LOOKS = [("nl", WIDE, "light"), ("nl", NARROW, "dark"), ("en", WIDE, "dark"), ("en", NARROW, "light")]


@pytest.fixture
def domain(site, account):
    name = "overdracht-" + fresh_domain("nl")
    return {"name": name, "id": account.client().add_domain(name)}


@pytest.fixture
def admin(browser, account, domain):
    browser.login(account)
    browser.open("/settings/domains/" + domain["id"])
    return browser


@pytest.fixture
def stranger(site, shots):
    one = Browser(site, shots)
    yield one
    one.quit()


def wait(browser, condition, seconds=15):
    return WebDriverWait(browser.driver, seconds, 0.1).until(lambda _: condition())


def make_link(admin, domain):
    admin.find(f"form[action='/settings/domains/{domain['id']}/share'] button").click()
    return admin.find("[data-copy=link]").text


def follow(browser, site, link):
    """Opens the link's path at the test server, whose address differs from base_url."""
    browser.open(re.sub(r"^https?://[^/]+", "", link))


def press(browser, element):
    """Scrolls, because the offer of repeated checks may cover the element."""
    browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def check_and_wait(browser):
    before = browser.find(".next").text
    browser.find("#check-status").click()
    wait(browser, lambda: browser.find("#check-status").get_attribute("aria-busy") is None and (browser.find(".next").text != before or browser.all(".result")))


def test_from_the_admin_to_the_dns_person_and_back(site, account, domain, admin, stranger):
    link = make_link(admin, domain)
    assert "/share/" in link and admin.find("#share-mail").get_attribute("href").startswith("mailto:?subject=")
    follow(stranger, site, link)
    assert domain["name"] in stranger.find("h1").text
    assert account.email not in stranger.driver.page_source and not stranger.all(".menu, .history, .hand-over")
    check_and_wait(stranger)
    assert stranger.find("#live").get_attribute("data-status") == "pending"
    publish(site, domain["name"], shown_of(site, account, domain["name"]))
    stranger.find("#check-status").click()
    wait(stranger, lambda: stranger.find("#live").get_attribute("data-status") == "verified")
    assert not stranger.find("#watch").is_displayed()
    admin.open("/settings/domains/" + domain["id"])
    assert "vandaag" in admin.find("[data-share=opened]").text and "vandaag" in admin.find("[data-share=checked]").text
    admin.find(f"form[action='/settings/domains/{domain['id']}/share/revoke'] button").click()
    follow(stranger, site, link)
    assert stranger.all("[role=alert]") and domain["name"] not in stranger.find("main").text
    assert not admin.complaints()


def test_without_script_the_dns_person_checks_too(site, account, domain, admin, browser_without_script):
    link = make_link(admin, domain)
    publish(site, domain["name"], shown_of(site, account, domain["name"]))
    follow(browser_without_script, site, link)
    browser_without_script.find("#check-status").click()  # the form is sent with Origin: null, because of no-referrer
    assert browser_without_script.find("#live").get_attribute("data-status") == "verified"


def test_who_answered_what_unfolds_and_closes(admin):
    check_and_wait(admin)
    path = admin.path
    link = admin.find("[data-unfold]")
    press(admin, link)
    wait(admin, lambda: admin.all("#who-answered [data-answers=dkim] tr[data-outcome]"))
    assert admin.path == path and link.get_attribute("aria-expanded") == "true"
    check_and_wait(admin)  # still unfolded, with the new observations
    wait(admin, lambda: admin.all("#who-answered [data-answers=dkim]"))
    press(admin, admin.find("[data-unfold]"))
    assert not admin.all("#who-answered *")
    assert not admin.complaints()


def start_watch(admin, pause, limit=60):
    check_and_wait(admin)
    assert admin.find("#watch").is_displayed()
    admin.driver.execute_script(f"const d = document.getElementById('watch').dataset; d.pause = '{pause}'; d.longest = '{pause * 2}'; d.limit = '{limit}'")
    admin.find("#watch-start").click()
    assert admin.driver.switch_to.active_element.get_attribute("id") == "watch-stop"


def test_looking_again_by_itself_until_it_is_good(site, account, domain, admin):
    assert not admin.find("#watch").is_displayed()
    start_watch(admin, 1)
    publish(site, domain["name"], shown_of(site, account, domain["name"]))
    wait(admin, lambda: admin.find("#live").get_attribute("data-status") == "verified")
    wait(admin, lambda: not admin.find("#watch").is_displayed())
    assert not admin.complaints()


def test_looking_again_grows_slower_and_ends(site, domain, admin):
    start_watch(admin, 1, limit=5)
    wait(admin, lambda: admin.find("#watch-start").is_displayed())
    assert "lang genoeg" in admin.find(".watch-say").text
    [[count]] = site.installation.sql("SELECT COUNT(*) FROM dns_check c JOIN domain d ON d.id = c.domain_id WHERE d.name = '%s'" % domain["name"])
    assert 3 <= int(count) <= 5, count  # the click, then after 1, 1.5, 2 s


def test_out_of_view_it_stops(site, domain, admin):
    start_watch(admin, 1)
    admin.driver.execute_script("Object.defineProperty(document, 'hidden', {value: true, configurable: true}); document.dispatchEvent(new Event('visibilitychange'))")
    assert "niet meer in beeld" in admin.find(".watch-say").text
    count = "SELECT COUNT(*) FROM dns_check c JOIN domain d ON d.id = c.domain_id WHERE d.name = '%s'" % domain["name"]
    before = site.installation.sql(count)
    time.sleep(1.5)
    assert site.installation.sql(count) == before


def test_it_waits_as_long_as_the_server_asks(site, own_site, shots):
    narrow = own_site(servers=site, limit_check="2/60")
    account = narrow.account()
    domain = account.client().add_domain(fresh_domain("nl"))
    one = Browser(narrow, shots)
    try:
        one.login(account).open("/settings/domains/" + domain)
        start_watch(one, 1, limit=25)
        wait(one, lambda: "lang genoeg" in one.find(".watch-say").text)  # 429 with a Retry-After over 25 s: no further check
        assert one.find("#live").get_attribute("data-status") == "pending"
    finally:
        one.quit()


@pytest.mark.parametrize("language,width,scheme", LOOKS, ids=["-".join(map(str, look)) for look in LOOKS])
def test_pictures(site, account, domain, admin, stranger, axe, language, width, scheme):
    look = f"{language}-{width}-{scheme}"
    for browser in (admin, stranger):
        browser.size(width)
        browser.scheme(scheme)
    admin.open(f"/settings/domains/{domain['id']}?lang={language}")
    link = make_link(admin, domain)
    assert_good(admin, axe, f"shared-{look}", width)
    follow(stranger, site, link + "?lang=" + language)
    assert_good(stranger, axe, f"share-new-{look}", width)
    shown = shown_of(site, account, domain["name"])
    publish(site, domain["name"], shown, leave_out=("return_path",))
    check_and_wait(stranger)
    press(stranger, stranger.find("[data-unfold]"))
    wait(stranger, lambda: stranger.all("#who-answered [data-answers]"))
    assert_good(stranger, axe, f"share-answers-{look}", width)
    admin.open(f"/settings/domains/{domain['id']}?lang={language}")
    check_and_wait(admin)
    assert_good(admin, axe, f"watch-{look}", width)
    for page in ("history", "answers"):
        admin.open(f"/settings/domains/{domain['id']}/{page}?lang={language}")
        assert_good(admin, axe, f"{page}-{look}", width)
    stranger.open("/share/" + "x" * 43 + "?lang=" + language)
    assert_good(stranger, axe, f"share-gone-{look}", width)
