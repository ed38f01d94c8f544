"""A real browser for the tests: headless Chromium with a fresh profile, screenshots into the build folder, axe-core for accessibility."""

import os
import re
import shutil
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = ["--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--hide-scrollbars", "--force-device-scale-factor=1", "--lang=nl"]
WIDE, NARROW = 1280, 375


class Browser:
    """Chromium on one site, with what the tests ask of it."""

    def __init__(self, site, shots, javascript=True):
        self.site, self.shots = site, shots
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
        self.driver.set_page_load_timeout(30)
        self.size(WIDE)

    def size(self, width, height=900):
        """The viewport, also narrower than a window may be."""
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
        button = self.find("form[action='/login'] button[type=submit]")
        button.click()
        # Until the answer is there: opening a page before it would go without the session.
        WebDriverWait(self.driver, 20, 0.05).until(expected_conditions.staleness_of(button))
        return self

    def shot(self, name):
        """The whole page as a picture, in the build folder."""
        height = self.driver.execute_script("return Math.max(document.documentElement.scrollHeight, 600)")
        width = self.driver.execute_script("return window.innerWidth")
        self.size(width, min(height, 6000))
        self.driver.save_screenshot(os.path.join(self.shots, name + ".png"))
        self.size(width)

    def complaints(self):
        """What the console said: errors, and above all violations of the Content-Security-Policy."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE" and "favicon.ico" not in entry["message"]]

    def quit(self):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)
