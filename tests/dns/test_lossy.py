"""Checks over bad lines: packets of the servers and of the resolver are lost, duplicated, late and out of order. Never a wrong verdict."""

import pytest

from dns_world import Line, World, public_key

THROUGH = ("127.0.5.17", "127.0.5.18", "127.0.5.19")  # the proxies of h17 to h19 to three of NSD's addresses
RESOLVER = "127.0.5.16"


@pytest.fixture(scope="module")
def world(tmp_path_factory, build):
    world = World(tmp_path_factory.mktemp("lossy"), build)
    yield world
    world.close()


@pytest.fixture(scope="module")
def domains(world):
    """Domains with all records, with none, and with another key and target."""
    wrong = world.records(dkim=world.dkim(public_key()), target="other.example.")
    return {what: world.publish(text, servers=("h17", "h18", "h19")) for what, text in (("ok", world.records()), ("missing", ""), ("wrong", wrong))}


def line(world, folder, *options):
    pairs = [(f"{a}@{world.port}", f"{b}@{world.port}") for a, b in zip(THROUGH, ("127.0.5.2", "127.0.5.3", "127.0.5.4"))]
    return Line(world.build, str(folder), options, [*pairs, (f"{RESOLVER}@{world.port}", f"127.0.0.1@{world.unbound.port}")])


@pytest.mark.parametrize("truth", ["ok", "missing", "wrong"])
@pytest.mark.parametrize("loss,seed", [(0, 1), (5, 1), (15, 1), (30, 1), (60, 1)])
def test_loss(world, domains, tmp_path, loss, seed, truth):
    look(world, domains, tmp_path, loss, seed, truth)


def look(world, domains, tmp_path, loss, seed, truth):
    with line(world, tmp_path / "line", f"-l{loss}", "-u10", "-d10", "-j30", f"-s{seed}"):
        check = world.check(domains[truth], deadline=3000, resolvers=[f"{RESOLVER}@{world.port}"])
    for verdict in (check.dkim[0], check.return_path[0]):
        assert verdict == truth or (loss > 0 and verdict == "unknown"), check
    if loss <= 5:
        assert check.dkim[0] == check.return_path[0] == truth, check
    assert check.status == "verified" or truth != "ok", check
    assert check.ms <= 3250


def test_slow_servers_are_asked_at_once(world, domains, tmp_path):
    """A delay of 150 ms: one round trip to the resolver for the delegation, one for the addresses, one to the servers."""
    with line(world, tmp_path / "line", "-d150"):
        check = world.check(domains["ok"], resolvers=[f"{RESOLVER}@{world.port}"])
    assert check.status == "verified" and 450 <= check.ms <= 750, check
