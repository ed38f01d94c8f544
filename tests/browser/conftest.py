"""Browsers for the tests, screenshots in the build folder, axe-core for accessibility."""

import html
import os
import re

import pytest

from chromium import Browser, Chromium


@pytest.fixture(scope="package", autouse=True)
def chromiums():
    yield
    Chromium.end_all()


@pytest.fixture(scope="session")
def shots(build):
    folder = os.path.join(build, "screenshots")
    os.makedirs(folder, exist_ok=True)
    yield folder
    contact_sheet(folder)


def contact_sheet(folder):
    """Writes index.html with all screenshots, one row per state, for a visual review."""
    rows = {}
    for name in sorted(n for n in os.listdir(folder) if n.endswith(".png")):
        rows.setdefault(re.sub(r"(-(nl|en))?(-\d+)?(-(light|dark))?\.png$", "", name), []).append(name)
    with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as out:
        out.write("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Contact sheet</title><style>body { font: 14px sans-serif; background: #888 }"
                  "section { display: flex; flex-wrap: wrap; gap: 8px; align-items: start } figure { margin: 0; max-width: 30% } img { max-width: 100%; max-height: 640px }</style>\n")
        for state, names in rows.items():
            out.write(f"<h2>{html.escape(state)}</h2>\n<section>\n")
            out.writelines(f'<figure><a href="{n}"><img src="{n}" alt="" loading="lazy"></a><figcaption>{html.escape(n[:-4])}</figcaption></figure>\n' for n in names)
            out.write("</section>\n")


@pytest.fixture(scope="session")
def axe(build):
    """The source of axe-core, installed by tools/check into the build folder."""
    path = os.path.join(build, "browser", "node_modules", "axe-core", "axe.min.js")
    with open(path, encoding="utf-8") as file:
        return file.read()


@pytest.fixture
def browser(site, shots):
    one = Browser(site, shots)
    yield one
    one.quit()


@pytest.fixture
def browser_without_script(site, shots):
    one = Browser(site, shots, javascript=False)
    yield one
    one.quit()
