"""Fixtures of all tests: one site for the whole run (started at first use), an account per test, separate sites."""

import os
import signal
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
# A shell starts background jobs with SIGINT ignored, which their own shells inherit and cannot undo: the tests of Ctrl-C would wait for ever.
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
    # The sanitizers report a leak by the exit status.
    assert all(status == 0 for status in statuses.values()), f"volmacht.fcgi did not end well: {statuses}\n{shared.last_log[-4000:]}"


@pytest.fixture
def account(site):
    return site.account()


@pytest.fixture
def client(account):
    return account.client()


@pytest.fixture(scope="module")
def own_site():
    """Makes separate sites for a module, which its tests may break; all end with the module."""
    made = []

    def make(**options):
        made.append(Site(**options))
        return made[-1]
    yield make
    for one in made:
        one.stop()
