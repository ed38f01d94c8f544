"""The long matrix, not part of tools/check: make check-dns-matrix. Every misbehaviour against a record that is correct, missing or wrong, and
many seeds of lossy lines. The only verdicts allowed are the true one and "unknown".
"""

import concurrent.futures
import functools
import itertools
import os

import pytest

from dns_world import World, odd_address, public_key
from test_lossy import domains, look, world  # noqa: F401 (fixtures)
from test_trouble import odd_server
from testbed.odd_dns import MISBEHAVIOURS, ask_real

TRUTHS = ("ok", "missing", "wrong")
PLACES = ("all", "one of two", "two of three")


def servers_of(place, n):
    return {"all": [f"o{n}"], "one of two": [f"o{n}", "h2"], "two of three": [f"o{n}", "h2", "h3"]}[place]


@pytest.fixture(scope="module")
def checks(tmp_path_factory, build):
    own = World(tmp_path_factory.mktemp("matrix"), build)
    texts = {"ok": own.records(), "missing": "", "wrong": own.records(dkim=own.dkim(public_key()), target="other.example.")}
    jobs = list(itertools.product(TRUTHS, PLACES, MISBEHAVIOURS))
    names = own.publish_many([(texts[truth], servers_of(place, n)) for n, (truth, place, _) in enumerate(jobs)])

    def run_check(n):
        _, place, name = jobs[n]
        misbehaviour = MISBEHAVIOURS[name]
        if place == "all":
            own.resolver_asks(names[n], odd_address(n))
        with odd_server(own, n, misbehaviour, functools.partial(ask_real, "127.0.5.2", own.port)):
            return own.check(names[n], deadline=misbehaviour.deadline or 3000)
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("CHECKS_AT_ONCE", "6"))) as pool:
        done = dict(zip(jobs, pool.map(run_check, range(len(jobs)))))
    own.close()
    return done


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_misbehaviour(checks, truth, place, name):
    check, heard = checks[truth, place, name], place != "all" or not MISBEHAVIOURS[name].finding
    allowed = {truth} if heard else {truth, "unknown"} if MISBEHAVIOURS[name].read_by_resolver else {"unknown"}
    assert check.dkim[0] in allowed and check.return_path[0] in allowed, check


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("seed", range(2, 12))
@pytest.mark.parametrize("loss", [2, 10, 20, 40, 80])
def test_loss(world, domains, tmp_path, loss, seed, truth):  # noqa: F811
    look(world, domains, tmp_path, loss, seed, truth)
