"""How many queries a sweep run has outstanding: resolvers with a rate limit, and domains whose own servers do not answer."""

import json
import os
import subprocess
import threading
import time

import dns.flags
import dns.rcode
import pytest

from testbed.child import free_port
from testbed.installation import default_build, root_of_source
from testbed.odd_dns import OddServer, good
from testbed.web import SANITIZERS

ADDRESS = "127.0.0.9"


def denial(query):
    reply = good(query, aa=False, rcode=dns.rcode.NXDOMAIN)
    reply.flags |= dns.flags.RA
    return reply.to_wire()


@pytest.fixture
def ask(tmp_path):
    """Makes a function (count, answer): queries that many names at a server that answers by `answer`; returns the program's figures."""
    servers = []

    def run(count, answer):
        port = free_port(ADDRESS)
        servers.append(OddServer(ADDRESS, port, answer))
        names = tmp_path / "names"
        names.write_text("".join(f"vm{i}._domainkey.d{i}.example TXT\n" for i in range(count)))
        program = os.path.join(default_build(root_of_source()), "tests", "sweep", "bulk")
        done = subprocess.run([program, ADDRESS, str(port), str(names)], capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ, **SANITIZERS))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    yield run
    for server in servers:
        server.close()


def test_the_window_fits_a_resolver_that_drops_excess_queries(ask):
    """No query may end as a false timeout because too many were sent."""
    lock, state = threading.Lock(), {"tokens": 100.0, "at": time.monotonic()}

    def answer(query, _wire, _tcp, _count):
        with lock:
            now = time.monotonic()
            state["tokens"] = min(100.0, state["tokens"] + (now - state["at"]) * 500)
            state["at"] = now
            if state["tokens"] < 1:
                return []
            state["tokens"] -= 1
        return [denial(query)]
    seen = ask(2000, answer)
    assert seen["nxdomain"] == 2000 and seen["timeout"] == 0
    assert seen["lost"] > 0  # the rate was too high at first


def test_domains_with_dead_servers_do_not_slow_down_the_others(ask):
    """One in eight is never answered: the window must not shrink for that."""
    def answer(query, _wire, _tcp, _count):
        number = int(str(query.question[0].name).split(".", 1)[0][2:])
        return [] if number % 8 == 0 else [denial(query)]
    seen = ask(6000, answer)
    assert seen["timeout"] == 750 and seen["nxdomain"] == 5250
    assert seen["window"] >= 128, seen
