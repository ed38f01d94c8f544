"""What all tests share: one site for the whole run (started at first use), an account a test, sites of one's own."""

import os
import signal
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
# A shell starts what it puts in the background with Ctrl-C ignored, and a program can't undo that for its shells: the tests of Ctrl-C would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

from testbed.installation import default_build, root_of_source  # noqa: E402
from testbed.site import Site  # noqa: E402


@pytest.fixture(scope="session")
def source():
    return root_of_source()


@pytest.fixture(scope="session")
def build(source):
    return default_build(source)


@pytest.fixture(scope="session")
def site():
    shared = Site()
    yield shared
    statuses = shared.stop()
    # Also where the sanitizers speak: a leak is an exit status.
    assert all(status == 0 for status in statuses.values()), f"volmacht.fcgi did not end well: {statuses}\n{shared.last_log[-4000:]}"


@pytest.fixture
def account(site):
    return site.account()


@pytest.fixture
def client(account):
    return account.client()


@pytest.fixture(scope="module")
def own_site():
    """Makes sites of a module's own, to be broken; all end with the module."""
    made = []

    def make(**options):
        made.append(Site(**options))
        return made[-1]
    yield make
    for one in made:
        one.stop()
