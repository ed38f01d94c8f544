"""Members, login and MFA in a browser: looks and accessibility of every page, and the procedures."""

import os
import re
import sys
from email import message_from_bytes, policy

import pytest
from chromium import NARROW, WIDE, Browser
from selenium.webdriver.common.keys import Keys
from test_looks import assert_good
from test_walk import wait

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "http"))

from test_mfa import totp  # noqa: E402

from testbed.sinks import Sink  # noqa: E402

LOOKS = [("nl", WIDE, "light"), ("nl", NARROW, "dark"), ("en", WIDE, "dark"), ("en", NARROW, "light")]
looks = pytest.mark.parametrize("language,width,scheme", LOOKS, ids=["-".join(map(str, look)) for look in LOOKS])


def look(browser, path, language, width, scheme):
    browser.size(width)
    browser.scheme(scheme)
    browser.open(path + ("&" if "?" in path else "?") + "lang=" + language)


@pytest.fixture(scope="module")
def at_home(site, shots):
    """A user with this session and another one."""
    account = site.account()
    account.client(), account.client()
    browser = Browser(site, shots)
    browser.login(account)
    yield browser
    browser.quit()


class Office:
    """A site that sends mails; this module reads their links."""

    def __init__(self, own_site, site, shots):
        self.sink = Sink().start()
        self.site = own_site(servers=site, smtp_host="127.0.0.1", smtp_port=self.sink.port, smtp_security="none")
        self.account = self.site.account()
        self.viewer = self.site.account("viewer", self.account.id)
        self.admin, self.stranger = Browser(self.site, shots), Browser(self.site, shots)
        self.admin.login(self.account)

    def link(self, email):
        """The newest link in a mail to that address; the mail is sent after the response."""
        mail = wait(lambda: next((m for m in reversed(self.sink.mails) if m.recipients == [email]), None))
        self.sink.clear()
        return re.search(r"/login/link/[\w-]{43}", message_from_bytes(mail.data, policy=policy.default).get_content())[0]

    def invite(self, email, role="viewer"):
        client = self.account.client()
        assert client.post("/settings/users", {"email": email, "role": role}, csrf=client.csrf("/settings/users")).status_code == 303
        return self.link(email)

    def close(self):
        self.admin.quit()
        self.stranger.quit()
        self.sink.stop()


@pytest.fixture(scope="module")
def office(own_site, site, shots):
    one = Office(own_site, site, shots)
    yield one
    one.close()


@pytest.fixture(scope="module")
def office_paths(office):
    """{name: path} of the pages for admins, and of those without a login."""
    office.invite("wacht@klant.example")
    page = office.account.client().page("/settings/users")
    user = page.one("a", within=page.one("li", data_user=office.viewer.email))["href"]
    return {"users": "/settings/users", "user-invite": "/settings/users/new", "user": user, "forgotten": "/login/forgotten",
            "forgotten-sent": "/login/forgotten?sent=1", "login-reset": "/login?reset=1", "link-gone": "/login/link/" + "A" * 43, "link-invited": office.invite("welkom@klant.example"), "link-password": forgotten(office)}


def forgotten(office):
    client = office.site.client()
    assert client.post("/login/forgotten", {"email": office.viewer.email}, csrf=client.page("/login/forgotten").csrf).status_code == 303
    return office.link(office.viewer.email)


@looks
@pytest.mark.parametrize("name", ["users", "user-invite", "user"])
def test_pages_of_users(office, office_paths, axe, name, language, width, scheme):
    look(office.admin, office_paths[name], language, width, scheme)
    assert_good(office.admin, axe, f"{name}-{language}-{width}-{scheme}", width)


@looks
@pytest.mark.parametrize("name", ["forgotten", "forgotten-sent", "login-reset", "link-gone", "link-invited", "link-password"])
def test_pages_before_a_login(office, office_paths, axe, name, language, width, scheme):
    look(office.stranger, office_paths[name], language, width, scheme)
    assert_good(office.stranger, axe, f"{name}-{language}-{width}-{scheme}", width)


@pytest.mark.parametrize("width,scheme", [(WIDE, "light"), (NARROW, "dark")])
def test_what_is_refused_is_said_where_it_is(office, office_paths, axe, width, scheme):
    look(office.admin, "/settings/users/new", "nl", width, scheme)
    office.admin.find("#email").send_keys("geen adres" + Keys.ENTER)
    assert office.admin.find("#email-fault").text and office.admin.find("#email").get_attribute("value") == "geen adres"
    assert_good(office.admin, axe, f"user-invite-refused-{width}-{scheme}", width)
    client = office.account.client()
    page = client.page("/settings/users")
    office.admin.open(page.one("a", within=page.one("li", data_user=office.account.email))["href"])
    office.admin.find("#role-viewer").click()
    office.admin.find("form.sender-form button").click()
    assert "enige beheerder" in office.admin.find("[role=alert]").text
    assert_good(office.admin, axe, f"user-last-admin-{width}-{scheme}", width)
    look(office.stranger, office_paths["link-password"], "nl", width, scheme)
    office.stranger.find("#new").send_keys("paard accu nietje" + Keys.TAB)
    office.stranger.driver.switch_to.active_element.send_keys("iets anders" + Keys.ENTER)
    assert office.stranger.driver.switch_to.active_element.get_attribute("id") == "again" and office.stranger.find("#again-fault").text
    assert_good(office.stranger, axe, f"link-password-wrong-{width}-{scheme}", width)


def type_on(browser, *keys):
    browser.driver.switch_to.active_element.send_keys(*keys)


def test_a_new_user_from_invitation_to_overview_by_keyboard(office, shots):
    """The admin invites, the mail's link is opened in another browser, both by keyboard only."""
    admin, email = office.admin, "toetsen@klant.example"
    look(admin, "/settings/users/new", "nl", WIDE, "light")
    type_on(admin, email + Keys.TAB)  # the field has the focus
    type_on(admin, Keys.ARROW_DOWN)   # viewer, then admin
    assert admin.driver.switch_to.active_element.get_attribute("value") == "admin"
    type_on(admin, Keys.TAB)
    type_on(admin, Keys.ENTER)
    assert admin.path.startswith("/settings/users?") and admin.find(f"[data-invited='{email}']").is_displayed()
    guest = Browser(office.site, shots)
    try:
        guest.open(office.link(email))
        guest.find("body").send_keys(Keys.TAB)  # the skip link
        while guest.driver.switch_to.active_element.get_attribute("id") != "new":
            type_on(guest, Keys.TAB)
        type_on(guest, "paard accu nietje" + Keys.TAB)
        type_on(guest, "paard accu nietje" + Keys.ENTER)
        assert guest.path == "/settings/domains" and guest.all("a[href='/settings/domains/new']")
        assert email in guest.find(".who").text and not guest.complaints()
    finally:
        guest.quit()


def test_a_forgotten_password_without_script(office, shots):
    guest = Browser(office.site, shots, javascript=False)
    account = office.site.account("viewer", office.account.id)
    try:
        guest.open("/login")
        guest.find("a[href='/login/forgotten']").click()
        guest.find("#email").send_keys(account.email + Keys.ENTER)
        assert guest.find("[role=status]").text
        guest.open(office.link(account.email))
        guest.find("#new").send_keys("paard accu nietje")
        guest.find("#again").send_keys("paard accu nietje" + Keys.ENTER)  # the form is sent with Origin: null, because of no-referrer
        assert guest.path.startswith("/login?") and guest.find("[role=status]").text
        account.password = "paard accu nietje"
        guest.login(account)
        assert guest.path == "/settings/domains"
    finally:
        guest.quit()


@looks
@pytest.mark.parametrize("name,path", [("account", "/settings/account"), ("password", "/settings/account/password"), ("sessions", "/settings/account/sessions"), ("second-factor-off", "/settings/account/second-factor")])
def test_own_pages(at_home, axe, name, path, language, width, scheme):
    look(at_home, path, language, width, scheme)
    assert_good(at_home, axe, f"{name}-{language}-{width}-{scheme}", width)


@looks
def test_the_second_factor_switched_on_and_used(site, shots, axe, language, width, scheme):
    """All MFA pages as a user enables it, with codes computed by this test."""
    browser, account, name = Browser(site, shots), site.account(), f"{language}-{width}-{scheme}"
    try:
        look(browser, "/login", language, width, scheme)
        browser.login(account)
        browser.open("/settings/account/second-factor")
        browser.find("main form button").click()
        assert_good(browser, axe, f"second-factor-started-{name}", width)
        browser.find("summary").click()
        secret = browser.find("[data-secret=secret]").text.replace(" ", "")
        browser.find("#code").send_keys("12345" + Keys.ENTER)
        assert browser.driver.switch_to.active_element.get_attribute("id") == "code" and browser.find("#code-fault").text
        browser.find("#code").send_keys(totp(secret) + Keys.ENTER)
        assert len(browser.all(".codes li")) == 10
        assert_good(browser, axe, f"second-factor-on-{name}", width)
        code = browser.find(".codes li").text
        assert not [c for c in browser.complaints() if "status of 422" not in c]
        browser.driver.delete_all_cookies()
        look(browser, "/login", language, width, scheme)
        browser.login(account)
        assert browser.path == "/login/code"
        browser.find("#code").send_keys("000000" + Keys.ENTER)
        assert_good(browser, axe, f"login-code-{name}", width)
        browser.find("#code").send_keys(code + Keys.ENTER)
        assert browser.path == "/settings/domains"
    finally:
        browser.quit()


@pytest.fixture(scope="module")
def sso(own_site, site, shots):
    browser = Browser(own_site(servers=site, auth="remote_user"), shots)
    yield browser
    browser.quit()


@looks
def test_where_logging_in_goes_by_an_organisation(sso, axe, language, width, scheme):
    look(sso, "/login", language, width, scheme)
    assert_good(sso, axe, f"external-{language}-{width}-{scheme}", width)


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
