"""A mail server under test: MariaDB with the schema, Exim, sinks for external mail servers, accounts and domains to send with."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from post import Post  # noqa: E402


@pytest.fixture(scope="session")
def post():
    """Shared by all tests that do not stop it; the sinks are empty at the start of each test."""
    shared = Post()
    yield shared
    shared.stop()


@pytest.fixture(scope="module")
def own_post():
    """One for a module that stops, breaks or reconfigures servers."""
    made = []

    def make(**options):
        made.append(Post(**options))
        return made[-1]
    yield make
    for one in made:
        one.stop()
