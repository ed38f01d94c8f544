"""All steps of an account admin in a real browser, with and without JavaScript."""

import time

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.keys import Keys

from pages_of import publish
from testbed.site import fresh_domain


def wait(condition, seconds=10):
    until = time.monotonic() + seconds
    while True:
        try:
            value = condition()
        except (NoSuchElementException, StaleElementReferenceException):
            value = None
        if value:
            return value
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def status(browser):
    return browser.find("[data-status]").get_attribute("data-status")


def add(browser, name):
    """Adds a domain from the overview by clicks; returns its id."""
    browser.open("/settings/domains")
    browser.find("a[href='/settings/domains/new']").click()
    browser.find("input[name=domain]").send_keys(name + Keys.ENTER)
    wait(lambda: browser.all("#check-status"))
    return browser.path.split("/settings/domains/")[1].split("?")[0]


def test_whole_way(site, account, browser):
    browser.open("/")
    assert browser.path.startswith("/login")
    browser.login(account)
    assert browser.path == "/settings/domains"
    name = fresh_domain()
    domain = add(browser, name)
    assert status(browser) == "pending"
    records = {r.get_attribute("data-record"): r for r in browser.all("[data-record]")}
    shown = {kind: (r.find_element("css selector", "[data-copy=host]").text.replace("\n", ""), r.find_element("css selector", "[data-copy=value]").text)
             for kind, r in records.items()}
    assert set(shown) == {"dkim", "return_path", "dmarc"} and shown["dkim"][1].startswith("v=DKIM1; k=rsa; p=")

    browser.find("#check-status").click()
    wait(lambda: browser.all("[data-record=dkim][data-verdict=missing]"))
    assert status(browser) == "pending" and browser.all("[data-record=dkim] [data-finding]")

    publish(site, name, shown)
    browser.find("#check-status").click()
    wait(lambda: status(browser) == "verified")
    assert not browser.all("[data-record]:not([data-verdict=ok])")
    assert wait(lambda: [e for e in browser.all("[role=status]") if e.text.strip()])
    assert browser.path.split("?")[0] == f"/settings/domains/{domain}"

    browser.open("/settings/domains")
    assert browser.find(f"[data-domain='{name}']").get_attribute("data-status") == "verified"
    browser.find(f"[data-domain='{name}'] a[href='/settings/domains/{domain}']").click()
    browser.find(f"a[href='/settings/domains/{domain}/delete']").click()
    browser.find(f"form[action='/settings/domains/{domain}/delete'] button[type=submit]").click()
    wait(lambda: browser.path.startswith("/settings/domains") and not browser.all(f"[data-domain='{name}']"))
    browser.find("form[action='/logout'] button").click()
    wait(lambda: browser.path.startswith("/login"))
    assert not browser.complaints()


def test_check_keeps_focus_and_place(account, browser):
    browser.login(account)
    add(browser, fresh_domain())
    browser.driver.execute_script("window.sameDocument = true")
    browser.find("#check-status").send_keys(Keys.ENTER)
    wait(lambda: browser.all("[data-verdict=missing]"))
    assert browser.driver.execute_script("return window.sameDocument === true")
    wait(lambda: browser.driver.execute_script("return document.activeElement && document.activeElement.id") == "check-status")


def test_copy_buttons(account, browser):
    browser.login(account)
    add(browser, fresh_domain())
    origin = browser.site.url
    for permission in ("clipboard-read", "clipboard-write"):
        browser.driver.execute_cdp_cmd("Browser.setPermission", {"permission": {"name": permission}, "setting": "granted", "origin": origin})
    buttons = browser.all("button[data-copy-for]")
    assert len(buttons) == 6
    for button in buttons:
        target = browser.find("#" + button.get_attribute("data-copy-for"))
        button.click()
        copied = wait(lambda: browser.driver.execute_async_script("const done = arguments[0]; navigator.clipboard.readText().then(done, () => done(''))"))
        assert copied == target.get_attribute("textContent")
    assert wait(lambda: any("Gekopieerd" in b.text for b in buttons))


def test_without_javascript(site, account, browser_without_script):
    browser = browser_without_script
    browser.login(account)
    name = fresh_domain()
    domain = add(browser, name)
    assert not [b for b in browser.all("button[data-copy-for]") if b.is_displayed()]
    browser.find("#check-status").click()
    wait(lambda: browser.all("[data-verdict=missing]"))
    client = account.client()
    site.nsd.publish(name, client.get(f"/settings/domains/{domain}/zone").text)
    browser.find("#check-status").click()
    wait(lambda: status(browser) == "verified")
    browser.open("/settings/domains?q=" + name)
    assert browser.all(f"[data-domain='{name}'][data-status=verified]")


def test_wrong_login(account, browser):
    browser.open("/login")
    browser.find("input[name=email]").send_keys(account.email)
    browser.find("input[name=password]").send_keys("niet-het-wachtwoord" + Keys.ENTER)
    assert wait(lambda: browser.find("[role=alert]").text)
    assert browser.path.startswith("/login")


def test_meant_is_one_click(account, browser):
    browser.login(account)
    name = fresh_domain("nl")
    browser.open("/settings/domains/new")
    browser.find("input[name=domain]").send_keys(f"https://www.{name}/contact" + Keys.ENTER)
    wait(lambda: browser.find("[role=alert]").text)
    browser.find(f"button[name=domain][value='{name}']").click()
    wait(lambda: browser.all("#check-status"))
    assert name in browser.find("h1").text


def test_foreign_domain_is_a_404(site, account, browser):
    other = site.account().client()
    foreign = other.add_domain(fresh_domain())
    browser.login(account)
    browser.open(f"/settings/domains/{foreign}")
    assert browser.driver.execute_script("return performance.getEntriesByType('navigation')[0].responseStatus") == 404
    assert browser.all("h1") and browser.all("a[href='/settings/domains'], a[href='/']")


@pytest.mark.parametrize("name", ["markup"])
def test_hostile_txt_runs_nothing(site, account, browser, name):
    client = account.client()
    domain = client.add_domain(hostile := fresh_domain())
    site.nsd.publish(hostile, "* TXT \"<script>window.owned=1</script><img src=x onerror='window.owned=1'>\"\n@ TXT \"v=DKIM1; p=<svg onload=alert(1)>\"\n")
    client.check(domain)
    browser.login(account)
    browser.open(f"/settings/domains/{domain}")
    for details in browser.all("details"):
        browser.driver.execute_script("arguments[0].open = true", details)
    assert browser.driver.execute_script("return window.owned") is None
    assert not browser.all("img[src=x], svg[onload]") and not browser.complaints(), name
