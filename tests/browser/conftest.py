"""Browsers for the tests, screenshots into the build folder, axe-core for accessibility."""

import os

import pytest

from chromium import Browser


@pytest.fixture(scope="session")
def shots(build):
    folder = os.path.join(build, "screenshots")
    os.makedirs(folder, exist_ok=True)
    return folder


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
