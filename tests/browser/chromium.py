"""A real browser for the tests: headless Chromium in the state of a fresh profile, screenshots in the build folder, axe-core for accessibility.

A Chromium takes seconds to start: one that a test gave back forgets all and serves the next.
"""

import contextlib
import os
import re
import shutil
import tempfile

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = ["--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--hide-scrollbars", "--force-device-scale-factor=1", "--lang=nl"]
WIDE, NARROW = 1280, 375

# Sets window.leaves when a form is sent or a link is followed and no script of the page handles that. The window gets an event last.
WATCH = """
window.leaves = false;
if (!window.watched) {
    window.watched = true;
    window.addEventListener("submit", function (event) { window.leaves = window.leaves || !event.defaultPrevented; });
    window.addEventListener("click", function (event) {
        var link = event.target.closest ? event.target.closest("a[href]") : null;
        if (link && !event.defaultPrevented && !link.hasAttribute("download") && !link.target && /^http/.test(link.protocol)
            && link.href.split("#")[0] !== location.href.split("#")[0]) { window.leaves = true; }
    });
}
"""
# The same without script, where there are no event handlers: the kind of element decides.
LEAVES = """
var button = arguments[0].closest("button, input"), link = arguments[0].closest("a[href]");
if (button && button.form) { return button.type !== "button" && button.type !== "checkbox" && (button.formNoValidate || button.form.noValidate || button.form.checkValidity()); }
return !!link && !link.hasAttribute("download") && /^http/.test(link.protocol) && link.href.split("#")[0] !== location.href.split("#")[0];
"""


def is_gone(element):
    """True if the element's page was left; ChromeDriver has several errors for that."""
    try:
        element.is_enabled()
    except WebDriverException:
        return True
    return False


class Element(WebElement):
    """An element whose click waits for the next page: ChromeDriver returns from a click before a slow response, and a test would read the old page."""

    def click(self):
        with self._leaving():
            super().click()

    def send_keys(self, *value):
        text = "".join(map(str, value))
        if text[-1:] not in (Keys.ENTER, Keys.RETURN):
            super().send_keys(*value)
            return
        if text[:-1]:
            super().send_keys(text[:-1])
        with self._leaving():
            super().send_keys(text[-1])

    @contextlib.contextmanager
    def _leaving(self):
        driver = self.parent
        page = driver.find_element("css selector", "html")
        leaves = None
        if driver.javascript:
            driver.execute_script(WATCH)
        else:
            leaves = driver.execute_script(LEAVES, self)
        yield
        if leaves is None:
            leaves = driver.execute_script("return window.leaves === true")
        if leaves:
            WebDriverWait(driver, 20, 0.02).until(lambda _: is_gone(page))
            WebDriverWait(driver, 20, 0.02).until(lambda _: driver.execute_script("return document.readyState") == "complete")


class Chromium:
    """A running process and its profile."""

    idle = []  # unused processes, each with a new tab and empty storage
    IDLE_MAX = 1

    def __init__(self, javascript):
        self.javascript = javascript
        self.profile = tempfile.mkdtemp(prefix="volmacht-chromium-")
        options = Options()
        options.binary_location = shutil.which("chromium")
        for flag in [*FLAGS, f"--user-data-dir={self.profile}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]:
            options.add_argument(flag)
        preferences = {"intl.accept_languages": "nl,en"}
        if not javascript:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver._web_element_cls = Element
        self.driver.javascript = javascript
        self.driver.set_page_load_timeout(30)

    @classmethod
    def take(cls, javascript):
        for one in cls.idle:
            if one.javascript == javascript:
                cls.idle.remove(one)
                return one
        return cls(javascript)

    def give_back(self):
        """Resets the browser: emulation, input and pages end with the tabs; cookies, cache, storage and permissions are cleared."""
        try:
            windows = self.driver.window_handles
            self.driver.switch_to.new_window("tab")
            tab = self.driver.current_window_handle
            for window in windows:
                self.driver.switch_to.window(window)
                self.driver.close()
            self.driver.switch_to.window(tab)
            for command in ("Network.clearBrowserCookies", "Network.clearBrowserCache", "Browser.resetPermissions"):
                self.driver.execute_cdp_cmd(command, {})
            self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
            self.driver.get_log("browser")
        except WebDriverException:
            self.end()
        else:
            self.idle.append(self)
        while len(self.idle) > self.IDLE_MAX:  # an unused one still takes memory and some of the processor
            self.idle.pop(0).end()

    def end(self):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    @classmethod
    def end_all(cls):
        while cls.idle:
            cls.idle.pop().end()


class Browser:
    """Chromium on one site, with the actions of the tests."""

    def __init__(self, site, shots, javascript=True):
        self.site, self.shots = site, shots
        self._chromium = Chromium.take(javascript)
        self.driver = self._chromium.driver
        self.size(WIDE)

    def size(self, width, height=900):
        """Sets the viewport's size, which may be narrower than a window."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def scheme(self, name):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": name},
                                                                                {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def open(self, path):
        self.driver.get(self.site.url + path)
        return self

    def find(self, css):
        return self.driver.find_element("css selector", css)

    def all(self, css):
        return self.driver.find_elements("css selector", css)

    @property
    def path(self):
        return re.sub(r"^https?://[^/]+", "", self.driver.current_url)

    def login(self, account):
        self.open("/login")
        self.find("#email, input[name=email]").send_keys(account.email)
        self.find("input[name=password]").send_keys(account.password)
        self.find("form[action='/login'] button[type=submit]").click()
        return self

    def shot(self, name):
        """A screenshot of the complete page, in the build folder."""
        width, height = self.driver.execute_script("return [window.innerWidth, Math.max(document.documentElement.scrollHeight, 600)]")
        self.size(width, min(height, 6000))
        self.driver.save_screenshot(os.path.join(self.shots, name + ".png"))
        self.size(width)

    def wait(self, condition, seconds=15):
        """Waits until the condition returns a true value and returns it; elements that change meanwhile are found again."""
        waiting = WebDriverWait(self.driver, seconds, 0.05, ignored_exceptions=(NoSuchElementException, StaleElementReferenceException))
        return waiting.until(lambda _: condition())

    def complaints(self):
        """The console's errors, among them violations of the Content-Security-Policy."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE" and "favicon.ico" not in entry["message"]]

    def quit(self):
        self._chromium.give_back()
