"""Trouble in DNS never makes a wrong verdict: every way in which a server can misbehave, as a whole check of a verified domain.

Each way is tried three times: by all servers of the zone (and so towards the resolver too), by one of two, and by the resolver. All checks
run beforehand, several at a time, because most of them wait.
"""

import concurrent.futures
import contextlib
import functools
import itertools
import os

import pytest

from dns_world import World, odd_address
from testbed.odd_dns import WAYS, OddServer, ask_real, misbehave

DEADLINE = 2500
ENDS_BY_ITSELF = 10000  # where the right answer comes through, nobody waits so long unless the machine is busy
GOOD = "127.0.5.2"


@pytest.fixture(scope="module")
def world(tmp_path_factory, build):
    world = World(tmp_path_factory.mktemp("trouble"), build)
    yield world
    world.close()


def of_nsd(world):
    return functools.partial(ask_real, GOOD, world.port)


def of_resolver(world):
    return functools.partial(ask_real, "127.0.0.1", world.unbound.port)


@contextlib.contextmanager
def odd_server(world, number, way, real):
    if way.steps is None:
        yield
        return
    server = OddServer(odd_address(number), world.port, misbehave(way, real), tcp=way.tcp)
    try:
        yield
    finally:
        server.close()


def deadline_of(way):
    return way.deadline or (DEADLINE if way.finding else ENDS_BY_ITSELF)


def by_all(world, domain, number, way):
    world.resolver_asks(domain, odd_address(number))
    with odd_server(world, number, way, of_nsd(world)):
        return world.check(domain, deadline=deadline_of(way))


def by_one_of_two(world, domain, number, way):
    with odd_server(world, number, way, of_nsd(world)):
        return world.check(domain, deadline=deadline_of(way))


def by_resolver(world, domain, number, way):
    with odd_server(world, number, way, of_resolver(world)):
        return world.check(domain, deadline=deadline_of(way), resolvers=[f"{odd_address(number)}@{world.port}"])


KINDS = {by_all: lambda n: [f"o{n}"], by_one_of_two: lambda n: [f"o{n}", "h2"], by_resolver: lambda n: ["h2", "h3"]}


@pytest.fixture(scope="module")
def checks(world):
    """{(kind, way's name): Check}"""
    jobs = [(kind, name) for kind in KINDS for name in WAYS]
    numbers = dict(zip(jobs, itertools.count()))
    domains = dict(zip(jobs, world.publish_many([(world.records(), KINDS[kind](numbers[kind, name])) for kind, name in jobs])))

    def run_check(job):
        kind, name = job
        return kind(world, domains[job], numbers[job], WAYS[name])
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("CHECKS_AT_ONCE", "3"))) as pool:
        return dict(zip(jobs, pool.map(run_check, jobs)))


def expect_right(check):
    assert check.status == "verified", check
    assert check.dkim[0] == check.return_path[0] == check.dmarc[0] == "ok", check


def expect_unknown(check, *findings):
    """No answer, and so no verdict: the status stays what it was."""
    assert check.status == "verified", check
    assert check.dkim[0] == check.return_path[0] == check.dmarc[0] == "unknown", check
    assert check.dkim[1] & set(findings) and check.return_path[1] & set(findings), check


@pytest.mark.parametrize("name", WAYS)
def test_by_all(checks, name):
    finding = WAYS[name].finding
    if finding and not WAYS[name].read_by_resolver:
        expect_unknown(checks[by_all, name], *([finding] if isinstance(finding, str) else finding))
    else:
        expect_right(checks[by_all, name])
    assert checks[by_all, name].ms <= deadline_of(WAYS[name]) + 250  # a busy machine


@pytest.mark.parametrize("name", WAYS)
def test_by_one_of_two(checks, name):
    """What the other one says decides, and is not hidden."""
    expect_right(checks[by_one_of_two, name])


@pytest.mark.parametrize("name", WAYS)
def test_by_resolver(checks, name):
    """The zone's servers are found through the resolver: without one nothing can be said, and nothing is."""
    if WAYS[name].finding:
        assert checks[by_resolver, name].status == "verified"
        assert {checks[by_resolver, name].dkim[0], checks[by_resolver, name].return_path[0]} <= {"ok", "unknown"}
    else:
        expect_right(checks[by_resolver, name])
