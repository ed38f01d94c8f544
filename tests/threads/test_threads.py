"""State shared by threads, on real servers: concurrent requests and checks, a stop while they run, sweep runs and their DNS queries.

tools/check runs this on the build with ThreadSanitizer, where a race has its own exit status (testbed/web.py); the tests hold on any build.
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

from sweep_run import SweepRun  # noqa: E402

CLIENTS = 6
COUNT = 300
# FastCGI's FCGI_BEGIN_REQUEST of a responder, and the first half of a record that should follow it.
HALF_A_REQUEST = b"\x01\x01\x00\x01\x00\x08\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00" + b"\x01\x04\x00\x01"


def stop(child, timeout_s=20):
    """Sends SIGTERM; asserts that the log has no sanitizer report and the exit status is 0. Returns the seconds that the stop took."""
    begin = time.monotonic()
    child.process.send_signal(signal.SIGTERM)
    status = child.process.wait(timeout_s)
    assert "ThreadSanitizer" not in child.log_text() and status == 0, child.log_text()[-6000:]
    return time.monotonic() - begin


@pytest.fixture(scope="module")
def site_with_sink(own_site):
    """A site that sends its mail to a sink."""
    sink = Sink().start()
    yield own_site(smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="none", dns_deadline_ms=1500)
    sink.stop()


@pytest.fixture
def office(site_with_sink):
    """That site with both its processes running."""
    for fcgi in site_with_sink.installation.fcgi.values():
        if not fcgi.child.alive():
            fcgi.start()
    return site_with_sink


class Visitors:
    """Clients that send requests without a pause until end(); counts the responses by status."""

    def __init__(self, site, actions):
        self.site, self.responses, self._end = site, {}, threading.Event()
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
                self.responses[status] = self.responses.get(status, 0) + 1

    def count(self):
        with self._lock:
            return sum(self.responses.values())

    def wait(self, count, timeout_s=60):
        until = time.monotonic() + timeout_s
        while self.count() < count:
            assert time.monotonic() < until, self.responses
            time.sleep(0.02)

    def end(self):
        self._end.set()
        for thread in self._threads:
            thread.join()


def actions_of(office):
    """What the clients do concurrently: pages, logins, key generation, checks, mail that is sent after the response."""
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
    """Sends a form without a login. Returns the page's own response if that is no form, because of the stop."""
    client = office.client()
    answer = client.get(path)
    return client.post(path, fields, csrf=Page(answer.text).csrf) if answer.status_code == 200 else answer


def test_concurrent_requests_and_a_stop_while_they_run(office):
    visitors = Visitors(office, actions_of(office))
    try:
        visitors.wait(150)
        for fcgi in office.installation.fcgi.values():
            stop(fcgi.child)
    finally:
        visitors.end()
    assert visitors.responses.get(200, 0) > 30 and visitors.responses.get(303, 0) > 10, visitors.responses
    assert not visitors.responses.get(500), visitors.responses


def test_stopped_while_connections_are_silent(office):
    """Connections that sent nothing or half a header, and some that come and go: the stop waits for none of them."""
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
    """A signal that arrives before all threads have started."""
    for _ in range(5):
        pages = office.installation.fcgi["pages"]
        stop(pages.child)
        pages.start()


@pytest.fixture
def sweep(own_site, site_with_sink):
    return SweepRun(own_site(servers=site_with_sink, web=False))


def swept(sweep, process):
    out, err = sweep.end(process)
    assert "ThreadSanitizer" not in err, err[-6000:]
    return out


def test_two_processes_share_a_sweep_run(sweep):
    sweep.fill(COUNT)
    right = range(0, COUNT, 3)
    sweep.publish(right, COUNT)
    for process in [sweep.start("--nightly"), sweep.start("--nightly")]:
        swept(sweep, process)
    assert sweep.statuses() == {"verified": len(right), "pending": COUNT - len(right)}
    sweep.assert_nothing_twice()


def test_a_sweep_that_is_stopped(sweep):
    sweep.fill(COUNT, verdicts=None)
    sweep.publish(range(COUNT), COUNT)
    for after in (0.02, 0.2, 0.6):
        process = sweep.start("--nightly")
        time.sleep(after)  # at an arbitrary point of the run
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        # Before the program has set its handler, the signal itself ends it.
        assert "ThreadSanitizer" not in err and process.returncode in (0, -signal.SIGTERM), (process.returncode, out, err[-6000:])


def test_many_queries_outstanding(tmp_path):
    def answer(query, _wire, _tcp, count):
        if count == 1 and int(str(query.question[0].name).split(".", 1)[0][2:]) % 50 == 0:
            return []  # no answer: the query is repeated
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
