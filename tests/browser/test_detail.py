"""A domain's page as a guide: both forms of a name and the clipboard, all records as text, cards and table, and printing."""

import base64
import re

import pytest
from chromium import NARROW, WIDE
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from test_looks import assert_good

from pages_of import publish, shown_of
from testbed.site import fresh_domain

CHOSEN = "return [...document.querySelectorAll('.either input:checked')].map(e => e.id)"


@pytest.fixture
def domain(site, account):
    name = "gids-" + fresh_domain("nl")
    return {"name": name, "id": account.client().add_domain(name)}


@pytest.fixture
def admin(browser, account, domain):
    for permission in ("clipboard-read", "clipboard-write"):
        browser.driver.execute_cdp_cmd("Browser.setPermission", {"permission": {"name": permission}, "setting": "granted", "origin": browser.site.url})
    browser.login(account)
    browser.open("/settings/domains/" + domain["id"])
    return browser


def wait(browser, condition):
    return WebDriverWait(browser.driver, 15, 0.05).until(lambda _: condition())


def copied(browser, css):
    """Presses a button by keyboard; returns the clipboard's text."""
    browser.driver.execute_async_script("const done = arguments[0]; navigator.clipboard.writeText('').then(done)")
    browser.find(css).send_keys(Keys.ENTER)
    return wait(browser, lambda: browser.driver.execute_async_script("const done = arguments[0]; navigator.clipboard.readText().then(done, () => done(''))"))


def choose(browser, ident):
    browser.find("#" + ident).send_keys(Keys.SPACE)
    assert ident in browser.driver.execute_script(CHOSEN)


def check(browser, css="#check-status"):
    browser.find(css).send_keys(Keys.ENTER)
    wait(browser, lambda: browser.all("[data-record]:not([data-verdict=unknown])") and not browser.all("[aria-busy]"))


def known_provider(site, domain, provider):
    """Sets the DNS provider in the details of the domain's last check."""
    site.installation.sql("UPDATE dns_check c JOIN domain d ON d.last_check_id = c.id "
                          f"SET c.details = CONCAT(c.details, 'record dkim\\nprovider {provider}\\nzone ', d.name, '\\n') WHERE d.name = '{domain['name']}'")


def test_both_forms_of_a_name(admin, domain):
    button = "[data-copy-for=return_path-host]"
    assert copied(admin, button) == "bounce." + domain["name"]
    choose(admin, "host-relative")
    assert copied(admin, button) == "bounce"
    assert copied(admin, "[data-copy-for=return_path-value]") == admin.find("#return_path-value").text
    check(admin, "#check-here")  # the choice and the focus survive a check
    assert admin.driver.execute_script(CHOSEN) == ["host-relative", "view-cards"]
    assert admin.driver.switch_to.active_element.get_attribute("id") == "check-here"
    assert copied(admin, button) == "bounce"
    admin.find("#host-relative").send_keys(Keys.ARROW_RIGHT)
    assert copied(admin, button) == "bounce." + domain["name"]
    assert not admin.complaints()


def test_all_as_text(site, account, admin, domain):
    choose(admin, "host-relative")
    words = copied(admin, "[data-copy-all]")
    for host, value in shown_of(site, account, domain["name"]).values():
        assert f"Naam: {host}\nWaarde: {value}\n" in words
    assert words.startswith("DKIM-sleutel (verplicht), TXT\n")


@pytest.mark.parametrize("provider,ident,page", [("transip", "host-relative", "https://www.transip.nl/"), ("he", "host-full", "https://dns.he.net/")])
def test_the_provider_presets_the_form(site, admin, domain, provider, ident, page):
    check(admin)
    known_provider(site, domain, provider)
    admin.open("/settings/domains/" + domain["id"])
    assert ident in admin.driver.execute_script(CHOSEN)
    link = admin.find(".records-lead a")
    assert link.get_attribute("href").startswith(page) and "noreferrer" in link.get_attribute("rel")
    assert copied(admin, "[data-copy-for=dmarc-host]") == ("_dmarc" if ident == "host-relative" else "_dmarc." + domain["name"])


def test_without_script_both_forms_can_be_seen(account, domain, browser_without_script):
    browser = browser_without_script
    browser.login(account).open("/settings/domains/" + domain["id"])
    host = browser.find("[data-copy=host]")
    assert host.text.endswith("." + domain["name"])
    browser.find("#host-relative").send_keys(Keys.SPACE)
    assert host.find_element("css selector", ".own").text.endswith("._domainkey") and host.find_element("css selector", ".rest").is_displayed()
    assert not browser.find("[data-copy-all]").is_displayed()


def sheets(browser):
    """The number of A4 sheets of the printed page."""
    printed = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    pdf = base64.b64decode(printed["data"])
    assert re.search(rb"/MediaBox \[0 0 59[45]\.?\d* 84[12]", pdf), "not A4"
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def test_the_link_is_printed_on_one_sheet(site, account, admin, domain):
    """A new domain, one with every record wrong, and in English; in each form and view."""
    client = account.client()
    link = re.search(r"/share/[\w-]{43}", client.post(f"/settings/domains/{domain['id']}/share", csrf=client.csrf()).text)
    assert link
    admin.open(link[0])
    assert sheets(admin) == 1
    shown = {kind: (host, value[:200] if kind == "dkim" else value) for kind, (host, value) in shown_of(site, account, domain["name"]).items()}
    shown["return_path"] = (shown["return_path"][0], "bounce.other.example")
    publish(site, domain["name"], shown, leave_out=("dmarc",))
    check(admin)
    assert len(admin.all("[data-finding]")) >= 3
    known_provider(site, domain, "transip")
    for language in ("nl", "en"):
        admin.open(link[0] + "?lang=" + language)
        assert sheets(admin) == 1
        choose(admin, "view-table")
        choose(admin, "host-full")
        assert sheets(admin) == 1


@pytest.mark.parametrize("language,width,scheme", [("nl", WIDE, "light"), ("en", WIDE, "dark"), ("nl", NARROW, "dark")])
def test_pictures(site, admin, axe, domain, language, width, scheme):
    check(admin)
    known_provider(site, domain, "transip")
    admin.size(width)
    admin.scheme(scheme)
    admin.open(f"/settings/domains/{domain['id']}?lang={language}")
    assert_good(admin, axe, f"guide-short-{language}-{width}-{scheme}", width)
    if width == WIDE:
        choose(admin, "view-table")
        assert_good(admin, axe, f"guide-table-{language}-{width}-{scheme}", width)
