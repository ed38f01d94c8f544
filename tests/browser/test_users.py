"""People and their logins in a browser: looks and accessibility of every page, and the ways through them."""

import pytest
from chromium import NARROW, WIDE, Browser
from selenium.webdriver.common.keys import Keys
from test_looks import assert_good

LOOKS = [("nl", WIDE, "light"), ("nl", NARROW, "dark"), ("en", WIDE, "dark"), ("en", NARROW, "light")]
looks = pytest.mark.parametrize("language,width,scheme", LOOKS, ids=["-".join(map(str, look)) for look in LOOKS])


def look(browser, path, language, width, scheme):
    browser.size(width)
    browser.scheme(scheme)
    browser.open(path + ("&" if "?" in path else "?") + "lang=" + language)


@pytest.fixture(scope="module")
def at_home(site, shots):
    """Somebody who is logged in, here and elsewhere."""
    account = site.account()
    account.client(), account.client()
    browser = Browser(site, shots)
    browser.login(account)
    yield browser
    browser.quit()


@looks
@pytest.mark.parametrize("name,path", [("account", "/settings/account"), ("password", "/settings/account/password"), ("sessions", "/settings/account/sessions")])
def test_own_pages(at_home, axe, name, path, language, width, scheme):
    look(at_home, path, language, width, scheme)
    assert_good(at_home, axe, f"{name}-{language}-{width}-{scheme}", width)


@pytest.mark.parametrize("width,scheme", [(WIDE, "dark"), (NARROW, "light")])
def test_a_wrong_password_is_said_at_its_field(at_home, axe, width, scheme):
    look(at_home, "/settings/account/password", "nl", width, scheme)
    for field in ("old", "new", "again"):
        at_home.find("#" + field).send_keys("heel iets anders")
    at_home.find("#again").send_keys(Keys.ENTER)
    assert at_home.driver.switch_to.active_element.get_attribute("id") == "old" and at_home.find("#old-fault").text
    assert_good(at_home, axe, f"password-wrong-{width}-{scheme}", width)


def test_changing_the_password_by_keyboard(site, browser, account):
    browser.login(account)
    browser.open("/settings/account/password")
    browser.find("#old").send_keys(account.password + Keys.TAB)
    browser.driver.switch_to.active_element.send_keys("paard accu nietje" + Keys.TAB)
    browser.driver.switch_to.active_element.send_keys("paard accu nietje" + Keys.ENTER)
    assert browser.path.startswith("/settings/account?") and browser.find("[role=status]").text
    assert not browser.complaints()
