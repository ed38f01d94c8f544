"""Several pytest processes (lanes) share the test files of one run: each takes the next file that no lane has taken, the longest first.

    pytest --lanes FOLDER tests/…     in as many processes as wanted, all with the same FOLDER, empty at the beginning, and the same tests

A lane keeps its servers and browsers from file to file. Knows files and how long they take; knows nothing of what they test.
"""

import fcntl
import os

import pytest

# The approximate seconds of a file, where that is more than a few: only for the order, so that no long file runs last and alone.
SECONDS = {
    "tests/browser/test_looks.py": 200, "tests/sweep/test_sweep.py": 120, "tests/browser/test_users.py": 70, "tests/http/test_notices.py": 70, "tests/dns/test_trouble.py": 60,
    "tests/dns/test_fresh.py": 60, "tests/dns/test_observe.py": 60, "tests/mail/test_mail_routes.py": 60, "tests/cli/test_cli.py": 50, "tests/browser/test_hand_over.py": 40,
    "tests/mail/test_mail_faults.py": 40, "tests/browser/test_html.py": 40, "tests/store/test_store.py": 40, "tests/browser/test_access.py": 40, "tests/browser/test_detail.py": 40,
    "tests/mail/test_mail_rotation.py": 30, "tests/cases/test_cases.py": 30, "tests/http/test_domains.py": 30, "tests/tools/test_playground.py": 30, "tests/browser/test_walk.py": 30,
    "tests/dns/test_lossy.py": 30, "tests/mail/test_mail_flips.py": 20, "tests/browser/test_list.py": 20, "tests/http/test_faults.py": 20, "tests/http/test_members.py": 20,
}
FEW = 5
# Files whose tests measure how fast a server in Python is answered: they run last, each without another lane beside it.
ALONE = ("tests/sweep/test_window.py", "tests/dns/test_lossy.py", "tests/dns/test_trouble.py")


class Lane:
    """The remaining files, and the claims in the folder: an empty file for each that a lane runs or has run."""

    def __init__(self, folder, items):
        self.folder, self.files = folder, {}
        for item in items:
            self.files.setdefault(item.nodeid.split("::")[0], []).append(item)
        self.left = sorted(self.files, key=lambda name: (name.endswith(ALONE), -SECONDS.get(name, FEW)))
        self.lock = open(os.path.join(folder, "lock"), "a", encoding="ascii")  # held by each lane that runs a file, by one alone for ALONE

    def take(self):
        """The tests of the next file; an empty list when all are taken."""
        while self.left:
            name = self.left.pop(0)
            try:
                os.close(os.open(os.path.join(self.folder, name.replace("/", "+")), os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            fcntl.flock(self.lock, fcntl.LOCK_UN)
            fcntl.flock(self.lock, fcntl.LOCK_EX if name.endswith(ALONE) else fcntl.LOCK_SH)
            return self.files[name]
        self.lock.close()
        return []


def pytest_addoption(parser):
    parser.addoption("--lanes", metavar="FOLDER", help="run the files that no other process with the same folder has taken")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    """As pytest's own, but takes the next file before the last test of this one, so that session fixtures are kept between files."""
    folder = session.config.option.lanes
    if not folder or session.testsfailed or session.config.option.collectonly:
        return None  # pytest's own
    lane = Lane(folder, session.items)
    now = lane.take()
    while now:
        item, now = now[0], now[1:] or lane.take()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=now[0] if now else None)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
    return True
