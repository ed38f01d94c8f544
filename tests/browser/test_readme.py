"""The screenshots of README: overview and one domain, light and dark, with realistic names.

They are made at each run and lie in the build folder; with VOLMACHT_README=1 they also replace those of docs/screenshots.
"""

import os
import shutil
import struct

import pytest
from chromium import Browser
from PIL import Image

from pages_of import publish, shown_of
from testbed.site import Account, Site

LARGEST = 60 * 1000  # bytes: README must load fast on a slow line
NAMES = ("overview-light", "overview-dark", "domain-light", "domain-dark")


class Bakery(Account):
    """An account with a presentable name and address."""

    def __init__(self, site):
        self.site, self.email, self.password = site, "sales@voorbeeld.nl", "een lang wachtwoord"
        self.id = site.installation.add_account("Voorbeeld BV")
        site.installation.add_user(self.id, self.email, self.password, "admin")


@pytest.fixture(scope="module")
def pictures(site, shots):
    """The folder of the screenshots, made at the size of a laptop's window."""
    own = Site(servers=site)
    browser = None
    try:
        account = Bakery(own)
        client = account.client()
        ids = {name: client.add_domain(name) for name in ("voorbeeld.nl", "bücher-shop.nl", "dakwerk.be", "fietsenwinkel.nl", "zonnepanelen-direct.nl")}
        shown = {name: shown_of(own, account, name) for name in ids}
        for name in ("voorbeeld.nl", "zonnepanelen-direct.nl", "dakwerk.be"):
            publish(own, name, shown[name])
            client.check(ids[name])
        publish(own, "dakwerk.be", shown["dakwerk.be"], leave_out=("dkim",))
        client.check(ids["dakwerk.be"])
        truncated = dict(shown["fietsenwinkel.nl"])
        truncated["dkim"] = (truncated["dkim"][0], truncated["dkim"][1][:255])
        publish(own, "fietsenwinkel.nl", truncated)
        client.check(ids["fietsenwinkel.nl"])
        browser = Browser(own, shots)
        browser.login(account)
        for scheme in ("light", "dark"):
            browser.scheme(scheme)
            for name, path, height in (("overview", "/settings/domains", 700), ("domain", "/settings/domains/" + ids["fietsenwinkel.nl"], 980)):
                browser.size(1120, height)
                browser.open(path)
                small_picture(browser, os.path.join(shots, f"readme-{name}-{scheme}.png"))
        yield shots
    finally:
        if browser:
            browser.quit()
        own.stop()


def small_picture(browser, path):
    """As many colours as fit into the size limit; rare ones, which show the statuses, weigh as much as backgrounds."""
    browser.driver.save_screenshot(path)
    with Image.open(path) as picture:
        whole = picture.convert("RGB")
    for colors in (256, 160, 112, 80, 64):
        whole.quantize(colors, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
        if os.path.getsize(path) < LARGEST:
            break


def size_of(path):
    with open(path, "rb") as file:
        head = file.read(24)
    assert head[:8] == b"\x89PNG\r\n\x1a\n", path
    return struct.unpack(">II", head[16:24])


@pytest.mark.parametrize("name", NAMES)
def test_picture(source, pictures, name):
    made, kept = os.path.join(pictures, f"readme-{name}.png"), os.path.join(source, "docs", "screenshots", name + ".png")
    assert os.path.getsize(made) < LARGEST, os.path.getsize(made)
    if os.environ.get("VOLMACHT_README"):
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        shutil.copy(made, kept)
    assert os.path.getsize(kept) < LARGEST and size_of(kept) == size_of(made)
    with open(os.path.join(source, "README"), encoding="utf-8") as file:
        assert f"docs/screenshots/{name}.png" in file.read()
