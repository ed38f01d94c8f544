"""The overview in a browser: search as you type keeps the focus and announces the result, sorting by keyboard, both without script too."""

import pytest
from chromium import NARROW, WIDE
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from test_looks import assert_good

from testbed.site import fresh_domain

ACTIVE = "return document.activeElement.id"


def wait(browser, condition):
    return WebDriverWait(browser.driver, 15, 0.05).until(lambda _: condition())


def names(browser):
    return browser.driver.execute_script("return [...document.querySelectorAll('[data-domain]')].map(e => e.dataset.domain)")


@pytest.fixture
def domains(account):
    client = account.client()
    made = sorted(f"{word}-{fresh_domain('nl')}" for word in ("bakkerij", "fietsen", "notaris"))
    for name in made:
        client.add_domain(name)
    return made


def test_search_as_you_type(account, domains, browser):
    browser.login(account).open("/settings/domains")
    browser.driver.execute_script("window.sameDocument = true")
    field = browser.find("#q")
    field.send_keys("fiets")
    wait(browser, lambda: names(browser) == domains[1:2])
    wait(browser, lambda: browser.find("#announce").get_attribute("textContent") == "1 domein")
    assert browser.driver.execute_script(ACTIVE) == "q" and field.get_attribute("value") == "fiets"
    assert "q=fiets" in browser.path
    field.send_keys("xyz")
    wait(browser, lambda: browser.all(".nothing"))
    assert "fietsxyz" in browser.find(".nothing").text
    for _ in range(8):
        field.send_keys(Keys.BACKSPACE)
    wait(browser, lambda: names(browser) == domains)
    assert browser.driver.execute_script("return window.sameDocument && " + ACTIVE[7:]) == "q"
    assert not browser.complaints()


def test_sort_by_keyboard(account, domains, browser):
    browser.login(account).open("/settings/domains")
    browser.find("th[aria-sort=ascending] a").send_keys(Keys.ENTER)
    wait(browser, lambda: names(browser) == domains[::-1])
    assert browser.find("th[aria-sort]").get_attribute("aria-sort") == "descending"
    browser.find("#q").send_keys("i")
    wait(browser, lambda: "q=i" in browser.path)
    assert "dir=down" in browser.path  # the search keeps the order
    assert names(browser) == [name for name in domains[::-1] if "i" in name]


def test_without_script(account, domains, browser_without_script):
    browser = browser_without_script
    browser.login(account).open("/settings/domains")
    browser.find("#q").send_keys("notaris" + Keys.ENTER)
    wait(browser, lambda: "q=notaris" in browser.path)
    assert names(browser) == domains[2:]
    browser.open("/settings/domains")
    browser.find("th[aria-sort] a").send_keys(Keys.ENTER)
    wait(browser, lambda: names(browser) == domains[::-1])


def test_a_session_that_ended_leads_to_the_login(site, account, domains, browser):
    browser.login(account).open("/settings/domains")
    browser.driver.delete_all_cookies()
    browser.find("#q").send_keys("b")
    wait(browser, lambda: browser.path.startswith("/login"))


@pytest.mark.parametrize("script", [True, False])
def test_many_at_once_by_keyboard(site, account, browser, browser_without_script, script):
    one = browser if script else browser_without_script
    one.login(account).open("/settings/domains/new")
    one.find("a[href='/settings/domains/bulk']").send_keys(Keys.ENTER)
    wait(one, lambda: one.all("#domains"))
    good, meant = fresh_domain("nl"), fresh_domain("nl")
    one.find("#domains").send_keys(f"{good}\nsales@{meant}\n")
    one.find("form.bulk button").send_keys(Keys.ENTER)
    wait(one, lambda: one.all("[data-outcome=added] a"))
    assert "1 van de 2" in one.find("[role=status]").text and one.find("#domains").get_attribute("value").strip() == meant
    one.find("form.bulk button").send_keys(Keys.ENTER)
    wait(one, lambda: one.find("[data-outcome=added] a").text == meant)
    one.open("/settings/domains")
    assert set(names(one)) == {good, meant}


@pytest.mark.parametrize("language,width,scheme", [("nl", WIDE, "light"), ("en", NARROW, "dark")])
def test_pictures(account, domains, browser, axe, language, width, scheme):
    browser.login(account)
    browser.size(width)
    browser.scheme(scheme)
    browser.open(f"/settings/domains?sort=added&lang={language}")
    browser.find("#q").send_keys("i")
    wait(browser, lambda: "q=i" in browser.path)
    assert_good(browser, axe, f"overview-searched-{language}-{width}-{scheme}", width)
