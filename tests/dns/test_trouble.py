"""DNS trouble never causes a wrong verdict: every misbehaviour of a server in a full check of a verified domain.

Each misbehaviour is tested three times: by all servers of the zone (so towards the resolver too), by one of two, and by the resolver. All
checks run first, several at a time, because most of them wait for a timeout.
"""

import concurrent.futures
import contextlib
import functools
import itertools
import os

import pytest

from dns_world import World, odd_address
from testbed.odd_dns import MISBEHAVIOURS, OddServer, ask_real, misbehave

DEADLINE = 2500
ENDS_BY_ITSELF = 10000  # ms; where the correct answer arrives, a check takes this long only on a busy machine
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
def odd_server(world, number, misbehaviour, real):
    if misbehaviour.steps is None:
        yield
        return
    server = OddServer(odd_address(number), world.port, misbehave(misbehaviour, real), tcp=misbehaviour.tcp)
    try:
        yield
    finally:
        server.close()


def deadline_of(misbehaviour):
    return misbehaviour.deadline or (DEADLINE if misbehaviour.finding else ENDS_BY_ITSELF)


def by_all(world, domain, number, misbehaviour):
    world.resolver_asks(domain, odd_address(number))
    with odd_server(world, number, misbehaviour, of_nsd(world)):
        return world.check(domain, deadline=deadline_of(misbehaviour))


def by_one_of_two(world, domain, number, misbehaviour):
    with odd_server(world, number, misbehaviour, of_nsd(world)):
        return world.check(domain, deadline=deadline_of(misbehaviour))


def by_resolver(world, domain, number, misbehaviour):
    with odd_server(world, number, misbehaviour, of_resolver(world)):
        return world.check(domain, deadline=deadline_of(misbehaviour), resolvers=[f"{odd_address(number)}@{world.port}"])


KINDS = {by_all: lambda n: [f"o{n}"], by_one_of_two: lambda n: [f"o{n}", "h2"], by_resolver: lambda n: ["h2", "h3"]}


@pytest.fixture(scope="module")
def checks(world):
    """{(kind, misbehaviour's name): Check}"""
    jobs = [(kind, name) for kind in KINDS for name in MISBEHAVIOURS]
    numbers = dict(zip(jobs, itertools.count()))
    domains = dict(zip(jobs, world.publish_many([(world.records(), KINDS[kind](numbers[kind, name])) for kind, name in jobs])))

    def run_check(job):
        kind, name = job
        return kind(world, domains[job], numbers[job], MISBEHAVIOURS[name])
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("CHECKS_AT_ONCE", "3"))) as pool:
        return dict(zip(jobs, pool.map(run_check, jobs)))


def expect_right(check):
    assert check.status == "verified", check
    assert check.dkim[0] == check.return_path[0] == check.dmarc[0] == "ok", check


def expect_unknown(check, *findings):
    """No usable answer, so no verdict: the status is unchanged."""
    assert check.status == "verified", check
    assert check.dkim[0] == check.return_path[0] == check.dmarc[0] == "unknown", check
    assert check.dkim[1] & set(findings) and check.return_path[1] & set(findings), check


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_by_all(checks, name):
    finding = MISBEHAVIOURS[name].finding
    if finding and not MISBEHAVIOURS[name].read_by_resolver:
        expect_unknown(checks[by_all, name], *([finding] if isinstance(finding, str) else finding))
    else:
        expect_right(checks[by_all, name])
    assert checks[by_all, name].ms <= deadline_of(MISBEHAVIOURS[name]) + 250  # a busy machine


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_by_one_of_two(checks, name):
    """The other server's answer decides and is not hidden."""
    expect_right(checks[by_one_of_two, name])


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_by_resolver(checks, name):
    """The zone's servers are found through the resolver: without an answer of it the verdict is never wrong."""
    if MISBEHAVIOURS[name].finding:
        assert checks[by_resolver, name].status == "verified"
        assert {checks[by_resolver, name].dkim[0], checks[by_resolver, name].return_path[0]} <= {"ok", "unknown"}
    else:
        expect_right(checks[by_resolver, name])
