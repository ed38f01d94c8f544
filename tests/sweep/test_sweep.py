"""Sweep runs on real servers: killed, stopped, shared by two processes, without DNS, without database, and when the clock changes."""

import contextlib
import glob
import json
import os
import pty
import random
import re
import signal
import subprocess
import time

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from testbed.child import free_port
from testbed.odd_dns import OddServer, ask_real, good
from testbed.site import Site
from testbed.web import SANITIZERS

from sweep_run import SweepRun

COUNT = 300
KILLS = int(os.environ.get("SWEEP_KILLS", "3"))  # make sweep-kills: 50
GONE_S = int(os.environ.get("SWEEP_GONE_S", "4"))  # make sweep-outage: 60


@pytest.fixture
def sweep(site):
    """An installation of its own on the shared servers; the resolver's cache, which may hold an earlier test's zone, is flushed."""
    own = Site(servers=site, web=False)
    own.unbound.flush()
    yield SweepRun(own)
    own.stop()


@pytest.fixture
def sweep_alone():
    """The same with servers of its own, which the test may kill."""
    own = Site(web=False)
    yield SweepRun(own)
    own.stop()


def use_resolver(sweep, address, port, **settings):
    """dns_resolver_qps: a rate at which a server in Python keeps up on a busy machine. A query without an answer in time is repeated under a new id."""
    sweep.app.write_config(dns_resolvers=f"{address}@{port}", **settings)


def test_killed_repeatedly_the_run_is_finished(sweep):
    sweep.fill(COUNT)
    right = range(0, COUNT, 3)
    sweep.publish(right, COUNT)
    for _ in range(KILLS):
        process = sweep.start("--nightly")
        time.sleep(random.uniform(0.02, 0.6))
        sweep.kill(process)
    out, _ = sweep.end(sweep.start("--nightly"))
    assert sweep.statuses() == {"verified": len(right), "pending": COUNT - len(right)}
    sweep.assert_nothing_twice()
    counts = json.loads(out)
    assert counts["verified"] == len(right) and counts["looked_at"] == COUNT
    assert sweep.number("SELECT COUNT(*) FROM sweep_run WHERE due_at IS NOT NULL") == 1


def test_two_processes_share_a_run_and_check_no_domain_twice(sweep):
    asked = []  # a repeated packet has the id of the first

    def answer(query, _wire, _tcp, _count):
        asked.append((str(query.question[0].name), query.id, query.question[0].rdtype))
        reply = good(query, aa=False, rcode=dns.rcode.NXDOMAIN)
        reply.flags |= dns.flags.RA
        return [0.02, reply.to_wire()]
    port = free_port("127.0.0.9")
    server = OddServer("127.0.0.9", port, answer)
    try:
        sweep.fill(600)
        use_resolver(sweep, "127.0.0.9", port, dns_resolver_qps=150)
        both = [sweep.start("--nightly"), sweep.start("--nightly")]
        counts = [json.loads(sweep.end(process)[0]) for process in both]
    finally:
        server.close()
    assert counts[0] == counts[1] and counts[0]["looked_at"] == 600 and counts[0]["pending"] == 600
    questions = {(name, number) for name, number, kind in asked if kind == dns.rdatatype.TXT}
    assert len({name for name, _ in questions}) == 600 and len(questions) == 600
    assert sweep.number("SELECT COUNT(*) FROM dns_check") == 0 and sweep.number("SELECT COUNT(*) FROM domain WHERE checked_at IS NOT NULL") == 0


def resolver_that_can_fail(sweep, failing):
    unbound = sweep.site.unbound

    def answer(_query, wire, _tcp, _count):
        if failing["how"] == "silent":
            return []
        reply = bytearray(ask_real(unbound.address, unbound.port, wire))
        if failing["how"] == "servfail":
            broken = dns.message.make_response(dns.message.from_wire(wire))
            broken.flags |= dns.flags.RA
            broken.set_rcode(dns.rcode.SERVFAIL)
            return [broken.to_wire()]
        return [bytes(reply)]
    port = free_port("127.0.0.9")
    server = OddServer("127.0.0.9", port, answer)
    use_resolver(sweep, "127.0.0.9", port, dns_resolver_qps=150)
    return server


@pytest.mark.parametrize("how", ["servfail", "silent"])
def test_a_resolver_outage_changes_nothing_and_is_waited_for(sweep, how):
    sweep.fill(COUNT)
    right = range(0, COUNT, 10)
    sweep.publish(right, COUNT)
    failing = {"how": how}
    server = resolver_that_can_fail(sweep, failing)
    try:
        process = sweep.start("--nightly")
        time.sleep(3 if how == "servfail" else 20)
        assert process.poll() is None
        assert sweep.statuses() == {"pending": COUNT}
        assert sweep.number("SELECT COUNT(*) FROM dns_check") == 0 and sweep.number("SELECT COUNT(*) FROM audit_event WHERE action = 'checked'") == 0
        assert len(server.asked) < 6 * COUNT
        failing["how"] = None
        out, err = sweep.end(process)
    finally:
        server.close()
    assert "sweep_dns_down" in err and "sweep_dns_back" in err
    if how == "silent":
        assert "event=sweep state=" in err  # every ten seconds
    assert json.loads(out)["unknown"] == 0
    assert sweep.statuses() == {"verified": len(right), "pending": COUNT - len(right)}
    sweep.assert_nothing_twice()


def test_a_database_that_is_gone_for_seconds_is_waited_for(sweep_alone):
    sweep = sweep_alone
    sweep.fill(COUNT)
    right = range(0, COUNT, 2)
    sweep.publish(right, COUNT)
    process = sweep.start("--nightly")
    until = time.monotonic() + 20
    while sweep.number("SELECT COUNT(*) FROM dns_check") == 0 and time.monotonic() < until:
        time.sleep(0.02)
    sweep.site.mariadb.child.kill()
    time.sleep(GONE_S)
    assert process.poll() is None
    sweep.site.mariadb.start()
    _, err = sweep.end(process)
    # Logged once when the database goes and once when it is back, however long that takes.
    assert err.count("event=sweep_database_gone") == err.count("event=sweep_database_back") == 1, err
    assert sweep.statuses() == {"verified": len(right), "pending": COUNT - len(right)}
    sweep.assert_nothing_twice()


@pytest.mark.parametrize("how", [None, "silent"])
def test_sigterm_ends_the_run_within_two_seconds(sweep, how):
    sweep.fill(COUNT, verdicts=None)
    sweep.publish(range(COUNT), COUNT)
    server = resolver_that_can_fail(sweep, {"how": how})
    try:
        process = sweep.start("--nightly")
        time.sleep(0.7)
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
        took = time.monotonic() - begin
    finally:
        server.close()
    assert process.returncode == 0, err[-2000:]
    assert took < 2, f"{took:.1f} s"
    if how:
        assert out == "" and "complete=no" in err


def test_without_threads_the_run_fails_and_remains_open(sweep):
    """With a stack limit larger than the machine's memory no thread starts."""
    sweep.fill(3)
    sweep.publish([], 3)
    done = subprocess.run(["prlimit", "--stack=200000000000000:200000000000000", *sweep.app.command("sweep", "--nightly")],
                          capture_output=True, text=True, env={**os.environ, **SANITIZERS}, check=False, timeout=60)
    assert done.returncode == 1 and "threads" in done.stderr, done
    assert sweep.end(sweep.start("--nightly"))
    assert sweep.number("SELECT looked_at FROM sweep_run WHERE finished_at IS NOT NULL") == 3


def test_domains_that_fail_leave_the_run_open(sweep):
    """Failures that are not DNS: the sweep's database user may not write checks. The run is incomplete, the exit status says so, the next process finishes it."""
    sweep.fill(8)
    sweep.publish([0, 1, 2], 8)
    sweep.app.sql("REVOKE INSERT ON dns_check FROM volmacht_sweep@localhost")
    try:
        process = sweep.start("--nightly")
        out, err = process.communicate(timeout=90)
        assert process.returncode == 1 and out == "" and "3 domains could not be checked" in err, err[-3000:]
        assert err.count("sweep_domain_failed") == 3
        assert sweep.number("SELECT COUNT(*) FROM sweep_run WHERE finished_at IS NULL") == 1
        assert sweep.statuses() == {"pending": 8}
    finally:
        sweep.app.sql("GRANT INSERT ON dns_check TO volmacht_sweep@localhost")
    out, _ = sweep.end(sweep.start("--nightly"))
    assert json.loads(out)["verified"] == 3 and json.loads(out)["looked_at"] == 8
    assert sweep.number("SELECT COUNT(*) FROM sweep_run WHERE finished_at IS NOT NULL") == 1
    sweep.assert_nothing_twice()


def test_many_failures_abort_the_run(sweep):
    sweep.fill(400)
    sweep.publish(range(400), 400)
    sweep.app.sql("REVOKE INSERT ON dns_check FROM volmacht_sweep@localhost")
    try:
        process = sweep.start("--nightly")
        _, err = process.communicate(timeout=90)
        assert process.returncode == 1 and 100 <= err.count("sweep_domain_failed") < 200, err[-3000:]
    finally:
        sweep.app.sql("GRANT INSERT ON dns_check TO volmacht_sweep@localhost")


def test_nothing_new_writes_nothing(sweep):
    sweep.fill(COUNT)
    sweep.publish([], COUNT)
    sweep.end(sweep.start("--nightly"))
    before = sweep.app.sql("SELECT HEX(id), status, checked_at, verdicts FROM domain ORDER BY id")
    out, _ = sweep.end(sweep.start())
    assert json.loads(out) == {"looked_at": COUNT, "verified": 0, "pending": COUNT, "unknown": 0, "findings": {"nxdomain": COUNT}}
    assert sweep.app.sql("SELECT HEX(id), status, checked_at, verdicts FROM domain ORDER BY id") == before
    assert sweep.number("SELECT COUNT(*) FROM dns_check") == 0


def test_a_domain_never_checked_gets_its_first_check(sweep):
    sweep.fill(20, verdicts=None)
    sweep.publish([], 20)
    sweep.end(sweep.start())
    assert sweep.number("SELECT COUNT(*) FROM dns_check") == 20
    sweep.end(sweep.start())
    assert sweep.number("SELECT COUNT(*) FROM dns_check") == 20


def test_queries_to_one_name_server_are_rate_limited(sweep):
    """All twenty domains are on one name server, a counting proxy to NSD; twelve threads query it at the same time."""
    count, allowed, address = 20, 60, "127.0.0.29"
    sweep.fill(count, verdicts=None)
    sweep.publish(range(count), count, head="@ NS telt\ntelt A 127.0.0.29\n")
    sweep.app.write_config(dns_per_server_qps=allowed)
    moments = []

    def answer(query, wire, _tcp, _count):
        if not query.flags & dns.flags.RD:
            moments.append(time.monotonic())
        return [ask_real("127.0.0.2", sweep.site.nsd.port, wire)]
    server = OddServer(address, sweep.site.nsd.port, answer)
    try:
        out, _ = sweep.end(sweep.start())
    finally:
        server.close()
    assert json.loads(out)["verified"] == count
    assert len(moments) > 3 * allowed
    assert (len(moments) - 1) / (moments[-1] - moments[0]) <= allowed * 1.02
    sweep.assert_nothing_twice()


def test_a_terminal_shows_a_progress_bar(sweep):
    sweep.fill(40)

    def answer(query, _wire, _tcp, _count):
        reply = good(query, aa=False, rcode=dns.rcode.NXDOMAIN)
        reply.flags |= dns.flags.RA
        return [0.8, reply.to_wire()]
    port = free_port("127.0.0.9")
    server = OddServer("127.0.0.9", port, answer)
    use_resolver(sweep, "127.0.0.9", port)
    ours, its = pty.openpty()
    try:
        process = subprocess.Popen(sweep.app.command("sweep", "--json"), stdout=subprocess.PIPE, stderr=its, text=True, env={**os.environ, **SANITIZERS})
        os.close(its)
        shown = b""
        with contextlib.suppress(OSError):  # the other end is closed
            while more := os.read(ours, 4096):
                shown += more
        out, _ = process.communicate(timeout=30)
    finally:
        os.close(ours)
        server.close()
    lines = shown.decode().split("\r")
    bars = [line for line in lines if re.match(r"\[=* *\] +\d+% \d+ a second, ", line)]
    assert len(bars) >= 2, lines
    assert all("event=sweep state=" not in line for line in lines)
    assert json.loads(out)["looked_at"] == 40


def test_metrics_show_the_last_complete_run(sweep):
    sweep.fill(30)
    right = range(0, 30, 3)
    sweep.publish(right, 30)
    sweep.site.start_web()
    assert "volmacht_sweep" not in sweep.site.client().get("/metrics").text
    began = int(time.time())
    sweep.end(sweep.start("--nightly"))
    metrics = dict(line.rsplit(" ", 1) for line in sweep.site.client().get("/metrics").text.splitlines() if line.startswith("volmacht_sweep"))
    assert began <= int(metrics["volmacht_sweep_finished_timestamp_seconds"]) <= time.time()
    assert [int(metrics[f'volmacht_sweep_domains{{result="{what}"}}']) for what in ("looked_at", "verified", "pending", "unknown")] == [30, 10, 20, 0]
    assert int(metrics['volmacht_sweep_findings{finding="nxdomain"}']) == 30  # those that were verified have no DMARC record


# --- the clock ---

def at_clock(sweep, moment, timers=1):
    """Makes a nightly run, or several at once, at a faked time (UTC, by libfaketime). Returns all due times after it (s)."""
    [library] = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")  # package libfaketime
    env = {"LD_PRELOAD": library, "FAKETIME": moment, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC", "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}
    for process in [sweep.start("--nightly", env=env) for _ in range(timers)]:
        sweep.end(process)
    return [int(row[0]) // 1000 for row in sweep.app.sql("SELECT due_at FROM sweep_run WHERE due_at IS NOT NULL ORDER BY due_at")]


def test_one_run_a_day_when_the_clock_changes(sweep):
    """02:30 does not exist on 29 March 2026 and occurs twice on 25 October 2026; a timer starts several runs."""
    sweep.fill(3)
    sweep.publish([], 3)
    sweep.app.write_config(sweep_at="02:30", timezone="Europe/Amsterdam")
    for moment in ("@2026-03-28 02:00:00", "@2026-03-29 00:30:00", "@2026-03-29 01:00:01", "@2026-03-29 01:40:00", "@2026-03-29 22:00:00"):
        due = at_clock(sweep, moment)
    assert due == [1774661400, 1774746000]  # 28 March 01:30 UTC, 29 March 01:00 UTC
    for moment in ("@2026-10-25 00:31:00", "@2026-10-25 01:31:00", "@2026-10-25 02:00:00", "@2026-10-26 01:00:00", "@2026-10-26 01:31:00"):
        due = at_clock(sweep, moment)
    assert due == [1792888200, 1792978200]  # 25 October 00:30 UTC, 26 October 01:30 UTC; the March runs are deleted by then
    assert sweep.number("SELECT SUM(looked_at) FROM sweep_run") == 6


def test_days_without_a_run_then_two_timers_at_once(sweep):
    sweep.fill(300)
    sweep.publish([0], 300)
    sweep.app.write_config(sweep_at="00:00", timezone="Europe/Amsterdam")
    assert at_clock(sweep, "@2026-07-01 22:00:05", timers=2) == [1782943200]  # 2 July, midnight
    assert sweep.number("SELECT looked_at FROM sweep_run") == 300 and sweep.number("SELECT COUNT(*) FROM dns_check") == 1
    assert at_clock(sweep, "@2026-07-05 13:00:00", timers=2) == [1782943200, 1783202400]  # one run replaces all that were missed
    assert at_clock(sweep, "@2026-07-05 21:59:59") == [1782943200, 1783202400]
    assert sweep.number("SELECT SUM(looked_at) FROM sweep_run") == 599
    sweep.assert_nothing_twice()


def test_a_missed_midnight_is_caught_up(sweep):
    sweep.fill(3)
    sweep.publish([], 3)
    process = sweep.start("--every-midnight")
    until = time.monotonic() + 20
    while sweep.number("SELECT COUNT(*) FROM sweep_run WHERE finished_at IS NOT NULL AND due_at IS NOT NULL") == 0 and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=5)
    assert sweep.number("SELECT looked_at FROM sweep_run WHERE finished_at IS NOT NULL") == 3
    assert sweep.end(sweep.start("--nightly"))
    assert sweep.number("SELECT COUNT(*) FROM sweep_run") == 1
