"""What threads share, on real servers: requests and checks side by side, a stop in the midst of them, the sweep and its asking of DNS.

Run by tools/check on the build with ThreadSanitizer, where a race is an exit status of its own (testbed/web.py); holds on any build.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import dns.flags
import dns.rcode
import pytest

from testbed.child import free_port
from testbed.client import Client, Page
from testbed.installation import default_build, root_of_source
from testbed.odd_dns import OddServer, good
from testbed.sinks import Sink
from testbed.site import fresh_domain
from testbed.web import SANITIZERS

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "sweep"))

from night import Night  # noqa: E402

CLIENTS = 6
COUNT = 300
# FastCGI's FCGI_BEGIN_REQUEST of a responder, and the first half of a record that should follow it.
HALF_A_REQUEST = b"\x01\x01\x00\x01\x00\x08\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00" + b"\x01\x04\x00\x01"


def stop(child, patience=20):
    """SIGTERM; what the program said must hold no report, and its end is a good one."""
    begin = time.monotonic()
    child.process.send_signal(signal.SIGTERM)
    status = child.process.wait(patience)
    assert "ThreadSanitizer" not in child.log_text() and status == 0, child.log_text()[-6000:]
    return time.monotonic() - begin


@pytest.fixture(scope="module")
def mailing(own_site):
    """A site whose mails end in a sink."""
    sink = Sink().start()
    yield own_site(smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="none", dns_deadline_ms=1500)
    sink.stop()


@pytest.fixture
def office(mailing):
    """That site, and both its processes run."""
    for fcgi in mailing.installation.fcgi.values():
        if not fcgi.child.alive():
            fcgi.start()
    return mailing


class Visitors:
    """Clients that ask without a pause until they are told to stop; what was answered, by status."""

    def __init__(self, site, actions):
        self.site, self.answers, self._end = site, {}, threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, args=(action,)) for action in actions]
        for thread in self._threads:
            thread.start()

    def _run(self, action):
        while not self._end.is_set():
            try:
                status = action().status_code
            except OSError:
                status = None  # the web server is being stopped too
            with self._lock:
                self.answers[status] = self.answers.get(status, 0) + 1

    def count(self):
        with self._lock:
            return sum(self.answers.values())

    def wait(self, count, patience=60):
        until = time.monotonic() + patience
        while self.count() < count:
            assert time.monotonic() < until, self.answers
            time.sleep(0.02)

    def end(self):
        self._end.set()
        for thread in self._threads:
            thread.join()


def actions_of(office):
    """What visitors do at once: pages, logins, keys being made, checks, a mail that leaves after the answer."""
    account = office.account()
    first = account.client()
    domain = first.add_domain(fresh_domain())
    token = first.csrf()

    def visitor():
        other = Client(office.url)
        other.http.cookies.update(first.http.cookies)
        return other
    clients = [visitor() for _ in range(CLIENTS)]
    return [lambda: clients[0].get("/settings/domains"), lambda: clients[1].get(f"/settings/domains/{domain}"),
            lambda: clients[2].post(f"/settings/domains/{domain}/check", csrf=token), lambda: clients[3].post(f"/settings/domains/{domain}/check", csrf=token),
            lambda: clients[4].post("/settings/domains", {"domain": fresh_domain()}, csrf=token), lambda: clients[5].get("/settings/domains/export"),
            lambda: office.client().get("/login"), lambda: form(office, "/login/forgotten", {"email": account.email}),
            lambda: form(office, "/login", {"email": account.email, "password": account.password})]


def form(office, path, fields):
    """A form that somebody sends who is not logged in; the page itself if there is none, because of the stop."""
    client = office.client()
    answer = client.get(path)
    return client.post(path, fields, csrf=Page(answer.text).csrf) if answer.status_code == 200 else answer


def test_requests_side_by_side_and_a_stop_in_the_midst(office):
    visitors = Visitors(office, actions_of(office))
    try:
        visitors.wait(150)
        for fcgi in office.installation.fcgi.values():
            stop(fcgi.child)
    finally:
        visitors.end()
    assert visitors.answers.get(200, 0) > 30 and visitors.answers.get(303, 0) > 10, visitors.answers
    assert not visitors.answers.get(500), visitors.answers


def test_stopped_while_connections_are_silent(office):
    """Nothing sent, half a header sent, and a connection at any moment between the two: the stop waits for none of them."""
    pages = office.installation.fcgi["pages"]
    silent = [socket.socket(socket.AF_UNIX) for _ in range(4)]
    for i, connection in enumerate(silent):
        connection.connect(pages.socket)
        if i % 2:
            connection.sendall(HALF_A_REQUEST)
    end = threading.Event()

    def come_and_go():
        while not end.is_set():
            try:
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(pages.socket)
                    connection.sendall(HALF_A_REQUEST)
            except OSError:
                return  # nobody listens any more
    visitors = [threading.Thread(target=come_and_go) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    try:
        assert stop(pages.child) < 5
    finally:
        end.set()
        for visitor in visitors:
            visitor.join()
        for connection in silent:
            connection.close()


def test_stopped_at_once(office):
    """A signal that is there before all threads are."""
    for _ in range(5):
        pages = office.installation.fcgi["pages"]
        stop(pages.child)
        pages.start()


@pytest.fixture
def night(own_site, mailing):
    return Night(own_site(servers=mailing, web=False))


def swept(night, process):
    out, err = night.end(process)
    assert "ThreadSanitizer" not in err, err[-6000:]
    return out


def test_two_sweeps_share_a_night(night):
    night.fill(COUNT)
    right = range(0, COUNT, 3)
    night.publish(right, COUNT)
    for process in [night.start("--nightly"), night.start("--nightly")]:
        swept(night, process)
    assert night.statuses() == {"verified": len(right), "pending": COUNT - len(right)}
    night.assert_nothing_twice()


def test_a_sweep_that_is_stopped(night):
    night.fill(COUNT, verdicts=None)
    night.publish(range(COUNT), COUNT)
    for after in (0.02, 0.2, 0.6):
        process = night.start("--nightly")
        time.sleep(after)  # wherever it is then
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        # Before the program has a handler the signal ends it.
        assert "ThreadSanitizer" not in err and process.returncode in (0, -signal.SIGTERM), (process.returncode, out, err[-6000:])


def test_many_questions_in_flight(tmp_path):
    def answer(query, _wire, _tcp, count):
        if count == 1 and int(str(query.question[0].name).split(".", 1)[0][2:]) % 50 == 0:
            return []  # asked again
        reply = good(query, aa=False, rcode=dns.rcode.NXDOMAIN)
        reply.flags |= dns.flags.RA
        return [reply.to_wire()]
    address = "127.0.0.10"
    port = free_port(address)
    server = OddServer(address, port, answer)
    names = tmp_path / "names"
    names.write_text("".join(f"vm{i}._domainkey.d{i}.example TXT\n" for i in range(1000)))
    program = os.path.join(default_build(root_of_source()), "tests", "sweep", "bulk")
    try:
        done = subprocess.run([program, address, str(port), str(names)], capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ, **SANITIZERS))
    finally:
        server.close()
    assert done.returncode == 0 and "ThreadSanitizer" not in done.stderr, done.stderr[-6000:]
    assert '"nxdomain":1000' in done.stdout.replace(" ", ""), done.stdout
