"""The night on real servers: killed, stopped, shared, without DNS, without database, and when the clock changes."""

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

from night import Night

COUNT = 300
KILLS = int(os.environ.get("SWEEP_KILLS", "3"))  # make sweep-kills: 50
GONE_S = int(os.environ.get("SWEEP_GONE_S", "4"))  # make sweep-outage: 60


@pytest.fixture
def night(site):
    """An installation of its own on the servers of all; what the resolver knows of the zone of another night is forgotten."""
    own = Site(servers=site, web=False)
    own.unbound.flush()
    yield Night(own)
    own.stop()


@pytest.fixture
def night_alone():
    """With servers of its own, to be killed."""
    own = Site(web=False)
    yield Night(own)
    own.stop()


def use_resolver(night, address, port):
    night.app.write_config(dns_resolvers=f"{address}@{port}")


def test_killed_again_and_again_it_finishes_the_night(night):
    night.fill(COUNT)
    right = range(0, COUNT, 3)
    night.publish(right, COUNT)
    for _ in range(KILLS):
        process = night.start("--nightly")
        time.sleep(random.uniform(0.02, 0.6))
        night.kill(process)
    out, _ = night.end(night.start("--nightly"))
    assert night.statuses() == {"verified": len(right), "pending": COUNT - len(right)}
    night.assert_nothing_twice()
    counts = json.loads(out)
    assert counts["verified"] == len(right) and counts["looked_at"] == COUNT
    assert night.number("SELECT COUNT(*) FROM sweep_run WHERE due_at IS NOT NULL") == 1


def test_two_share_a_pass_and_do_no_domain_twice(night):
    asked = []  # a repeated packet has the id of the first

    def answer(query, _wire, _tcp, _count):
        asked.append((str(query.question[0].name), query.id, query.question[0].rdtype))
        reply = good(query, aa=False, rcode=dns.rcode.NXDOMAIN)
        reply.flags |= dns.flags.RA
        return [0.02, reply.to_wire()]
    port = free_port("127.0.0.9")
    server = OddServer("127.0.0.9", port, answer)
    try:
        night.fill(600)
        use_resolver(night, "127.0.0.9", port)
        both = [night.start("--nightly"), night.start("--nightly")]
        counts = [json.loads(night.end(process)[0]) for process in both]
    finally:
        server.close()
    assert counts[0] == counts[1] and counts[0]["looked_at"] == 600 and counts[0]["pending"] == 600
    questions = {(name, number) for name, number, kind in asked if kind == dns.rdatatype.TXT}
    assert len({name for name, _ in questions}) == 600 and len(questions) == 600
    assert night.number("SELECT COUNT(*) FROM dns_check") == 0 and night.number("SELECT COUNT(*) FROM domain WHERE checked_at IS NOT NULL") == 0


def resolver_that_can_fail(night, failing):
    unbound = night.site.unbound

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
    use_resolver(night, "127.0.0.9", port)
    return server


@pytest.mark.parametrize("how", ["servfail", "silent"])
def test_a_resolver_that_is_down_changes_nothing_and_is_waited_for(night, how):
    night.fill(COUNT)
    right = range(0, COUNT, 10)
    night.publish(right, COUNT)
    failing = {"how": how}
    server = resolver_that_can_fail(night, failing)
    try:
        process = night.start("--nightly")
        time.sleep(3 if how == "servfail" else 20)
        assert process.poll() is None
        assert night.statuses() == {"pending": COUNT}
        assert night.number("SELECT COUNT(*) FROM dns_check") == 0 and night.number("SELECT COUNT(*) FROM audit_event WHERE action = 'checked'") == 0
        assert len(server.asked) < 6 * COUNT
        failing["how"] = None
        out, err = night.end(process)
    finally:
        server.close()
    assert "sweep_dns_down" in err and "sweep_dns_back" in err
    if how == "silent":
        assert "event=sweep state=" in err  # every ten seconds
    assert json.loads(out)["unknown"] == 0
    assert night.statuses() == {"verified": len(right), "pending": COUNT - len(right)}
    night.assert_nothing_twice()


def test_a_database_that_is_gone_for_seconds_is_waited_for(night_alone):
    night = night_alone
    night.fill(COUNT)
    right = range(0, COUNT, 2)
    night.publish(right, COUNT)
    process = night.start("--nightly")
    until = time.monotonic() + 20
    while night.number("SELECT COUNT(*) FROM dns_check") == 0 and time.monotonic() < until:
        time.sleep(0.02)
    night.site.mariadb.child.kill()
    time.sleep(GONE_S)
    assert process.poll() is None
    night.site.mariadb.start()
    _, err = night.end(process)
    # Said once when it goes and once when it is back, however long that is.
    assert err.count("event=sweep_database_gone") == err.count("event=sweep_database_back") == 1, err
    assert night.statuses() == {"verified": len(right), "pending": COUNT - len(right)}
    night.assert_nothing_twice()


@pytest.mark.parametrize("how", [None, "silent"])
def test_sigterm_ends_it_within_two_seconds(night, how):
    night.fill(COUNT, verdicts=None)
    night.publish(range(COUNT), COUNT)
    server = resolver_that_can_fail(night, {"how": how})
    try:
        process = night.start("--nightly")
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


def test_without_threads_it_says_so_and_the_night_stays(night):
    """A stack of more than a machine has lets no thread start."""
    night.fill(3)
    night.publish([], 3)
    done = subprocess.run(["prlimit", "--stack=200000000000000:200000000000000", *night.app.command("sweep", "--nightly")],
                          capture_output=True, text=True, env={**os.environ, **SANITIZERS}, check=False, timeout=60)
    assert done.returncode == 1 and "threads" in done.stderr, done
    assert night.end(night.start("--nightly"))
    assert night.number("SELECT looked_at FROM sweep_run WHERE finished_at IS NOT NULL") == 3


def test_domains_that_fail_leave_the_run_open(night):
    """Not by DNS: the sweep's user may not write checks. The run is not complete, the exit status says so, and the next one finishes it."""
    night.fill(8)
    night.publish([0, 1, 2], 8)
    night.app.sql("REVOKE INSERT ON dns_check FROM volmacht_sweep@localhost")
    try:
        process = night.start("--nightly")
        out, err = process.communicate(timeout=90)
        assert process.returncode == 1 and out == "" and "3 domains could not be checked" in err, err[-3000:]
        assert err.count("sweep_domain_failed") == 3
        assert night.number("SELECT COUNT(*) FROM sweep_run WHERE finished_at IS NULL") == 1
        assert night.statuses() == {"pending": 8}
    finally:
        night.app.sql("GRANT INSERT ON dns_check TO volmacht_sweep@localhost")
    out, _ = night.end(night.start("--nightly"))
    assert json.loads(out)["verified"] == 3 and json.loads(out)["looked_at"] == 8
    assert night.number("SELECT COUNT(*) FROM sweep_run WHERE finished_at IS NOT NULL") == 1
    night.assert_nothing_twice()


def test_many_failures_break_the_run_off(night):
    night.fill(400)
    night.publish(range(400), 400)
    night.app.sql("REVOKE INSERT ON dns_check FROM volmacht_sweep@localhost")
    try:
        process = night.start("--nightly")
        _, err = process.communicate(timeout=90)
        assert process.returncode == 1 and 100 <= err.count("sweep_domain_failed") < 200, err[-3000:]
    finally:
        night.app.sql("GRANT INSERT ON dns_check TO volmacht_sweep@localhost")


def test_nothing_new_writes_nothing(night):
    night.fill(COUNT)
    night.publish([], COUNT)
    night.end(night.start("--nightly"))
    before = night.app.sql("SELECT HEX(id), status, checked_at, verdicts FROM domain ORDER BY id")
    out, _ = night.end(night.start())
    assert json.loads(out) == {"looked_at": COUNT, "verified": 0, "pending": COUNT, "unknown": 0, "findings": {"nxdomain": COUNT}}
    assert night.app.sql("SELECT HEX(id), status, checked_at, verdicts FROM domain ORDER BY id") == before
    assert night.number("SELECT COUNT(*) FROM dns_check") == 0


def test_what_was_never_checked_gets_its_first_look(night):
    night.fill(20, verdicts=None)
    night.publish([], 20)
    night.end(night.start())
    assert night.number("SELECT COUNT(*) FROM dns_check") == 20
    night.end(night.start())
    assert night.number("SELECT COUNT(*) FROM dns_check") == 20


def test_a_name_server_is_asked_no_more_than_so_often(night):
    """All twenty domains lie at one name server, a line to NSD that counts, and twelve threads want to ask it at once."""
    count, allowed, address = 20, 60, "127.0.0.29"
    night.fill(count, verdicts=None)
    night.publish(range(count), count, head="@ NS telt\ntelt A 127.0.0.29\n")
    night.app.write_config(dns_per_server_qps=allowed)
    moments = []

    def answer(query, wire, _tcp, _count):
        if not query.flags & dns.flags.RD:
            moments.append(time.monotonic())
        return [ask_real("127.0.0.2", night.site.nsd.port, wire)]
    server = OddServer(address, night.site.nsd.port, answer)
    try:
        out, _ = night.end(night.start())
    finally:
        server.close()
    assert json.loads(out)["verified"] == count
    assert len(moments) > 3 * allowed
    assert (len(moments) - 1) / (moments[-1] - moments[0]) <= allowed * 1.02
    night.assert_nothing_twice()


def test_on_a_terminal_it_shows_how_far_it_is(night):
    night.fill(40)

    def answer(query, _wire, _tcp, _count):
        reply = good(query, aa=False, rcode=dns.rcode.NXDOMAIN)
        reply.flags |= dns.flags.RA
        return [0.8, reply.to_wire()]
    port = free_port("127.0.0.9")
    server = OddServer("127.0.0.9", port, answer)
    use_resolver(night, "127.0.0.9", port)
    ours, its = pty.openpty()
    try:
        process = subprocess.Popen(night.app.command("sweep", "--json"), stdout=subprocess.PIPE, stderr=its, text=True, env={**os.environ, **SANITIZERS})
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


def test_the_last_whole_night_is_in_the_metrics(night):
    night.fill(30)
    right = range(0, 30, 3)
    night.publish(right, 30)
    night.site.start_web()
    assert "volmacht_sweep" not in night.site.client().get("/metrics").text
    began = int(time.time())
    night.end(night.start("--nightly"))
    metrics = dict(line.rsplit(" ", 1) for line in night.site.client().get("/metrics").text.splitlines() if line.startswith("volmacht_sweep"))
    assert began <= int(metrics["volmacht_sweep_finished_timestamp_seconds"]) <= time.time()
    assert [int(metrics[f'volmacht_sweep_domains{{result="{what}"}}']) for what in ("looked_at", "verified", "pending", "unknown")] == [30, 10, 20, 0]
    assert int(metrics['volmacht_sweep_findings{finding="nxdomain"}']) == 30  # those that were verified have no DMARC record


# --- the clock ---

def at_clock(night, moment, timers=1):
    """A nightly pass, or several at once, as if it were that moment (UTC), by the library of faketime; the due moments that are known after it."""
    [library] = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")  # of the package libfaketime
    env = {"LD_PRELOAD": library, "FAKETIME": moment, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC", "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}
    for process in [night.start("--nightly", env=env) for _ in range(timers)]:
        night.end(process)
    return [int(row[0]) // 1000 for row in night.app.sql("SELECT due_at FROM sweep_run WHERE due_at IS NOT NULL ORDER BY due_at")]


def test_each_night_once_when_the_clock_changes(night):
    """02:30 is skipped on 29 March 2026 and comes twice on 25 October 2026; an hourly timer fires all the while."""
    night.fill(3)
    night.publish([], 3)
    night.app.write_config(sweep_at="02:30", timezone="Europe/Amsterdam")
    for moment in ("@2026-03-28 02:00:00", "@2026-03-29 00:30:00", "@2026-03-29 01:00:01", "@2026-03-29 01:40:00", "@2026-03-29 22:00:00"):
        due = at_clock(night, moment)
    assert due == [1774661400, 1774746000]  # 28 March 01:30 UTC, 29 March 01:00 UTC
    for moment in ("@2026-10-25 00:31:00", "@2026-10-25 01:31:00", "@2026-10-25 02:00:00", "@2026-10-26 01:00:00", "@2026-10-26 01:31:00"):
        due = at_clock(night, moment)
    assert due == [1792888200, 1792978200]  # 25 October 00:30 UTC, 26 October 01:30 UTC; those of March are long gone
    assert night.number("SELECT SUM(looked_at) FROM sweep_run") == 6


def test_off_at_midnight_for_days_and_then_two_timers_at_once(night):
    night.fill(300)
    night.publish([0], 300)
    night.app.write_config(sweep_at="00:00", timezone="Europe/Amsterdam")
    assert at_clock(night, "@2026-07-01 22:00:05", timers=2) == [1782943200]  # 2 July, midnight
    assert night.number("SELECT looked_at FROM sweep_run") == 300 and night.number("SELECT COUNT(*) FROM dns_check") == 1
    assert at_clock(night, "@2026-07-05 13:00:00", timers=2) == [1782943200, 1783202400]  # nights that were missed are made up for by one
    assert at_clock(night, "@2026-07-05 21:59:59") == [1782943200, 1783202400]
    assert night.number("SELECT SUM(looked_at) FROM sweep_run") == 599
    night.assert_nothing_twice()


def test_who_was_off_at_midnight_catches_up(night):
    night.fill(3)
    night.publish([], 3)
    process = night.start("--every-midnight")
    until = time.monotonic() + 20
    while night.number("SELECT COUNT(*) FROM sweep_run WHERE finished_at IS NOT NULL AND due_at IS NOT NULL") == 0 and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=5)
    assert night.number("SELECT looked_at FROM sweep_run WHERE finished_at IS NOT NULL") == 3
    assert night.end(night.start("--nightly"))
    assert night.number("SELECT COUNT(*) FROM sweep_run") == 1
