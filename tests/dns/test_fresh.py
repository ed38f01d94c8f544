"""Checks are fresh and complete: caches do not count, every server's answer does, delegations and aliases are followed.

NSD and Unbound with its real cache; the parent's NSD doubles as a name server that has not heard of a change yet.
"""

import base64
import datetime
import glob
import json
import os
import shutil
import subprocess
import sys

import dns.rcode
import pytest

from dns_world import ODD, PARENT_SERVER, SELECTOR, SERVERS, World, odd_address, public_key, zone_text
from testbed.child import run
from testbed.dns import Unbound, quote_txt
from testbed.odd_dns import OddServer, ask_real, good

HOST = f"{SELECTOR}._domainkey"


@pytest.fixture(scope="module")
def world(tmp_path_factory, build):
    world = World(tmp_path_factory.mktemp("fresh"), build)
    yield world
    world.close()


@pytest.fixture(scope="module")
def other_key():
    return public_key()


def verdicts(check):
    return check.dkim[0], check.return_path[0], check.dmarc[0]


OK = ("ok", "ok", "ok")


# --- caches ---

def test_added_under_a_cached_nxdomain(world):
    domain = world.publish("")
    before = world.check(domain)
    assert before.status == "lost" and verdicts(before) == ("missing",) * 3 and "nxdomain" in before.dkim[1]
    world.publish(world.records(), name=domain)
    after = world.check(domain)
    assert after.status == "verified" and verdicts(after) == OK
    assert "cached_old" in after.dkim[1] and "cached_old" in after.return_path[1]
    assert 0 < after.value["dkim"]["old_in_ms"] <= 7000, "the negative TTL of the zone is 7 s"
    world.unbound.flush()
    assert world.check(domain).dkim == ("ok", set())


def test_changed_under_a_cached_answer(world, other_key):
    domain = world.publish(world.records(dkim=world.dkim(other_key), target="other.example."))
    before = world.check(domain)
    assert before.dkim == ("wrong", {"other_key"}) and before.return_path == ("wrong", {"wrong_target"})
    world.publish(world.records(), name=domain)
    after = world.check(domain)
    assert after.status == "verified" and after.dkim == after.return_path == ("ok", {"cached_old"})
    assert 0 < after.value["dkim"]["old_in_ms"] <= 60000 and 0 < after.value["return_path"]["old_in_ms"] <= 60000


def test_removed_under_a_cached_answer(world):
    domain = world.publish(world.records())
    assert world.check(domain).status == "verified"
    world.publish("", name=domain)
    after = world.check(domain)
    assert after.status == "lost" and after.dkim == ("missing", {"nxdomain"})


def test_ttl_zero(world):
    domain = world.publish(world.records().replace(" TXT", " 0 TXT").replace(" CNAME", " 0 CNAME"))
    assert verdicts(world.check(domain)) == OK


# --- every server ---

def test_servers_disagree(world):
    domain = world.publish(world.records(), servers=("h2", "h3", "h6"))
    world.parent.publish(domain, zone_text("", ("h2", "h3", "h6")))
    check = world.check(domain)
    assert check.dkim == ("missing", {"servers_disagree"}) and (check.value["dkim"]["right"], check.value["dkim"]["asked"]) == (2, 3)
    world.parent.publish(domain, zone_text(world.records(), ("h2", "h3", "h6")))
    assert verdicts(world.check(domain)) == OK


def test_ipv6_only_dead_and_nameless_servers_hide_nothing(world):
    domain = world.publish(world.records(), servers=("h2", "six", "none", "h8", "h9"))
    check = world.check(domain)
    assert verdicts(check) == OK and check.status == "verified" and check.ms < 3500
    broken = world.publish("", servers=("h2", "six", "none", "h8", "h9"))
    assert world.check(broken).dkim == ("missing", {"nxdomain"})


def test_ipv6_only_server_is_asked(world):
    domain = world.publish(world.records(), servers=("loop6",))
    server = OddServer("::1", world.port, lambda query, wire, tcp, count: [ask_real("127.0.5.2", world.port, wire)])
    try:
        check = world.check(domain)
    finally:
        server.close()
    assert check.asked() == {"::1"} and verdicts(check) == OK


def test_name_server_whose_name_never_resolves_holds_up_half_the_time_at_most(world):
    domain = world.publish(world.records(), servers=("h2", "h3", "gone"))

    def resolver(query, wire, tcp, count):
        return [] if "gone" in query.question[0].name.to_text() else [ask_real("127.0.0.1", world.unbound.port, wire)]
    server = OddServer(ODD, world.port, resolver)
    try:
        check = world.check(domain, deadline=2000, resolvers=[f"{ODD}@{world.port}"])
    finally:
        server.close()
    assert verdicts(check) == OK and check.asked() == {"127.0.5.2", "127.0.5.3"} and 900 < check.ms < 1500


def test_all_servers_dead_and_the_resolver_denies_from_its_cache(world):
    """The record may have been published since: the verdict is unknown."""
    domain = world.publish("", servers=("h8", "h9"))
    assert world.check(domain, deadline=3500).status == "lost", "the resolver reaches the zone, so its answer counts"
    world.resolver_asks(domain, "127.0.5.9")
    check = world.check(domain, deadline=3500)
    assert check.status == "verified" and check.dkim == ("unknown", {"timeout"}), check


def test_at_most_eight_servers(world):
    domain = world.publish(world.records(), servers=[f"h{n}" for n in (2, 3, 4, 5, *range(9, 17))])
    check = world.check(domain)
    assert len(check.asked()) == 8 and check.status == "verified" and len(check.value["questions"]) <= 64


def test_at_most_eight_servers_with_those_of_delegations_inside(world):
    """A zone of 8 servers; its key in a zone of 3 others, its policy in a zone of one more: each is queried."""
    numbers = range(40, 48)
    inside = f"_dmarc NS h5.{SERVERS}.\n" + "".join(f"_domainkey NS h{n}.{SERVERS}.\n" for n in (2, 3, 4))
    text = f"bounce CNAME bounce.mail.volmacht.example.\n{inside}"
    domain = world.publish(text, servers=[f"o{n}" for n in numbers])
    world.parent.publish(domain, zone_text(text, [f"o{n}" for n in numbers]))
    world.publish(world.records().replace("._domainkey TXT", " TXT").split("\n", 1)[0], servers=("h2", "h3", "h4"), name="_domainkey." + domain)
    world.publish('@ TXT "v=DMARC1; p=none;"', servers=("h5",), name="_dmarc." + domain)
    servers = [OddServer(odd_address(n), world.port, lambda query, wire, tcp, count: [ask_real(PARENT_SERVER, world.port, wire)]) for n in numbers]
    try:
        check = world.check(domain, deadline=3500)
    finally:
        for server in servers:
            server.close()
    key_servers = check.asked() & {"127.0.5.2", "127.0.5.3", "127.0.5.4"}
    assert len(check.asked()) <= 8 and len(key_servers) >= 1 and "127.0.5.5" in check.asked(), check
    assert verdicts(check) == OK and len(check.value["questions"]) <= 64, check


# --- delegations and aliases ---

def test_delegated_domainkey(world):
    """The zone's server gives a referral; the key's zone has other servers."""
    bounce = world.records().split("\n", 1)[1]
    delegation = f"_domainkey NS h4.{SERVERS}.\n_domainkey NS h5.{SERVERS}.\n"
    domain = world.publish(bounce + delegation, servers=("h6",))
    world.parent.publish(domain, zone_text(bounce + delegation, ("h6",)))
    world.publish(world.records().replace("._domainkey TXT", " TXT").split("\n", 1)[0], servers=("h4", "h5"), name="_domainkey." + domain)
    check = world.check(domain)
    assert verdicts(check) == OK and check.asked() == {PARENT_SERVER, "127.0.5.4", "127.0.5.5"}
    world.publish("", servers=("h4", "h5"), name="_domainkey." + domain)
    check = world.check(domain)
    assert check.dkim == ("missing", {"nxdomain"}) and check.return_path[0] == "ok"


def test_delegated_domainkey_whose_servers_are_dead(world):
    bounce = world.records().split("\n", 1)[1]
    text = bounce + f"_domainkey NS h8.{SERVERS}.\n"
    domain = world.publish(text, servers=("h6",))
    world.parent.publish(domain, zone_text(text, ("h6",)))
    world.resolver_asks("_domainkey." + domain, "127.0.5.9")
    check = world.check(domain, deadline=3500)
    assert check.dkim[0] == "unknown" and check.return_path[0] == "ok" and check.status == "verified", check


def test_alias_to_another_zone(world):
    keys = world.publish(f'k TXT {quote_txt([world.dkim()[:200], world.dkim()[200:]])}\npolicy TXT "v=DMARC1; p=reject"\nstep CNAME bounce.mail.volmacht.example.')
    domain = world.publish(f"{HOST} CNAME k.{keys}.\nbounce CNAME step.{keys}.\n_dmarc CNAME policy.{keys}.")
    assert verdicts(world.check(domain)) == OK
    dangling = world.publish(f"{HOST} CNAME gone.{keys}.\nbounce CNAME gone.{keys}.")
    check = world.check(dangling)
    assert check.dkim == ("missing", {"nxdomain"}) and check.return_path == ("wrong", {"wrong_target"})


@pytest.mark.parametrize("name", ["@", "_domainkey"])
def test_dname(world, name):
    other = world.publish(world.records())
    if name == "@":
        domain = world.publish(f"@ DNAME {other}.")
    else:
        domain = world.publish(f"_domainkey DNAME _domainkey.{other}.\n" + world.records().split("\n", 1)[1])
    check = world.check(domain)
    assert verdicts(check) == OK, check


def test_dname_in_the_zone(world):
    domain = world.publish(world.records().replace("._domainkey", ".keys") + "_domainkey DNAME keys")
    assert world.check(domain).dkim == ("ok", set())


def test_loop_of_aliases(world):
    domain = world.publish(f"{HOST} CNAME a\na CNAME b\nb CNAME a\nbounce CNAME bounce")
    check = world.check(domain)
    assert check.dkim[1] == {"cname_loop"} and check.return_path[1] == {"cname_loop"}


# --- records in odd forms ---

def txt_in(world, form, other_key):
    value = world.dkim()
    lengths = {"two strings": [255], "three strings": [100, 200], "four strings": [1, 2, 200], "empty strings": [0, 0, 255]}
    if form in lengths:
        edges = [0, *lengths[form], len(value)]
        return [[value[a:b] for a, b in zip(edges, edges[1:])]]
    return [[value[:255], value[255:]], *([f"note {n}" + "x" * 100] for n in range(39))]


@pytest.mark.parametrize("form", ["two strings", "three strings", "four strings", "empty strings", "forty records"])
def test_forms_of_the_key(world, form, other_key):
    records = "".join(f"{HOST} TXT {quote_txt(strings)}\n" for strings in txt_in(world, form, other_key))
    domain = world.publish(records + world.records().split("\n", 1)[1])
    check = world.check(domain)
    assert verdicts(check) == OK, check


def test_key_of_4096_bits(world):
    """Another platform's key, in three strings, and too long for one datagram of some servers."""
    modulus = b"\x00\xc1" + os.urandom(510) + b"\x01"
    rsa = b"\x30\x82\x02\x0a\x02\x82\x02\x01" + modulus + b"\x02\x03\x01\x00\x01"
    spki = b"\x30\x82\x02\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x82\x02\x0f\x00" + rsa
    domain = world.publish(world.records(dkim="v=DKIM1; k=rsa; p=" + base64.b64encode(spki).decode()))
    assert world.check(domain).dkim == ("wrong", {"other_key"})


def test_empty_non_terminal(world):
    domain = world.publish(f"x.{HOST} TXT deeper\n" + world.records().split("\n", 1)[1])
    assert world.check(domain).dkim == ("missing", {"nodata"})


@pytest.mark.parametrize("rcode", [dns.rcode.NXDOMAIN, dns.rcode.NOERROR])
def test_denial_without_soa(world, rcode):
    """A simple server's correct answer: there is no record."""
    domain = world.publish("", servers=("h7",))
    server = OddServer(ODD, world.port, lambda query, *_: [good(query, rcode=rcode).to_wire()])
    try:
        check = world.check(domain)
    finally:
        server.close()
    assert check.dkim == ("missing", {"nxdomain" if rcode else "nodata"})


# --- DNSSEC ---

class Signed:
    """A signed zone, and a resolver that validates it."""

    def __init__(self, world, folder):
        self.world, self.folder = world, str(folder)
        self.name = world.fresh_name()
        for flags in ([], ["-k"]):
            run(["sh", "-c", 'cd "$1" && shift && exec ldns-keygen "$@"', "sh", self.folder, "-a", "ECDSAP256SHA256", *flags, self.name])
        self.keys = [path[:-4] for path in glob.glob(self.folder + "/K*.key")]
        self.resolver = Unbound(self.folder + "/validating", world.nsd)
        self.resolver.extra = ['    module-config: "validator iterator"', "    val-log-level: 0",
                               *(f'    trust-anchor-file: "{path}.key"' for path in self.keys)]
        self.publish(world.records())
        self.resolver.start()

    def publish(self, text, age=0):
        """age: days since the signatures expired; 0: they are valid."""
        plain = os.path.join(self.folder, "zone")
        with open(plain, "w", encoding="ascii") as out:
            out.write(f"$ORIGIN {self.name}.\n" + zone_text(text, ("h2", "h3")))
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = (now - datetime.timedelta(days=30), now - datetime.timedelta(days=age)) if age else (now - datetime.timedelta(days=1), now + datetime.timedelta(days=1))
        run(["ldns-signzone", "-i", begin.strftime("%Y%m%d%H%M%S"), "-e", end.strftime("%Y%m%d%H%M%S"), "-f", plain + ".signed", plain, *self.keys])
        with open(plain + ".signed", encoding="ascii") as signed:
            self.world.nsd.publish(self.name, signed.read())

    def check(self):
        return self.world.check(self.name, resolvers=[f"127.0.0.1@{self.resolver.port}"])


@pytest.fixture
def signed(world, tmp_path):
    if not shutil.which("ldns-signzone"):
        pytest.fail("needs ldns-signzone (ldnsutils)")
    one = Signed(world, tmp_path)
    yield one
    one.resolver.stop()


def test_bogus(signed):
    """Expired signatures: the servers have the record, validating receivers do not get it."""
    assert verdicts(signed.check()) == OK
    signed.publish(signed.world.records(), age=3)
    signed.resolver.flush()
    check = signed.check()
    assert check.dkim == check.return_path == ("unknown", {"bogus"}) and check.status == "verified", check
    signed.publish(signed.world.records())
    signed.resolver.flush()
    assert verdicts(signed.check()) == OK


def test_bogus_denial(signed):
    """No record, and an invalid proof of that: the resolver's answer does not make it missing; the servers' own answer does."""
    signed.publish("", age=3)
    check = signed.check()
    assert check.dkim[0] in ("missing", "unknown") and "timeout" not in check.dkim[1]


# --- internal addresses ---

INWARDS = {"IPv4": ("127.0.5.7", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.251", "255.255.255.255"),
           "IPv6": ("::1", "::", "fe80::1", "fc00::1", "ff02::fb", "::ffff:127.0.5.7", "64:ff9b::7f00:507", "2002:7f00:507::1", "2001:db8::1"),
           "servers": ("127.0.5.2", "127.0.5.3", "127.0.5.7")}


@pytest.mark.parametrize("kind", INWARDS)
def test_addresses_that_lead_inwards_are_not_asked(world, kind):
    addresses = INWARDS[kind]
    domain = world.publish(world.records() + "".join(f"ns {'AAAA' if ':' in a else 'A'} {a}\n" for a in addresses) + "@ NS ns", servers=())
    server = OddServer(ODD, world.port, lambda query, wire, tcp, count: [ask_real("127.0.5.2", world.port, wire)])
    try:
        check = world.check(domain, private=False)
    finally:
        server.close()
    assert check.asked() == set() and len(check.barred()) == min(8, len(addresses)) and server.asked == []
    assert verdicts(check) == OK, "the resolver decides where no server may be queried"


def test_private_addresses_by_referral(world):
    """The zone's own server refers to internal addresses."""
    domain = world.publish(world.records(), servers=("h2", "h7"))
    server = OddServer(ODD, world.port, lambda query, wire, tcp, count: [ask_real("127.0.5.2", world.port, wire)])
    try:
        assert ODD in world.check(domain).asked() and server.asked
        count = len(server.asked)
        check = world.check(domain, private=False)
    finally:
        server.close()
    assert check.asked() == set() and ODD in check.barred() and len(server.asked) == count


def test_the_platforms_own_addresses(build):
    """In a network namespace where this machine has a global address: queried if the settings allow it, else barred."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "own_address.py")
    setup = "ip link set lo up && ip address add 9.9.9.9/32 dev lo && ip route add 9.9.9.10/32 dev lo && exec \"$@\""
    alone = "-n" if os.geteuid() == 0 else "-rn"  # root needs no user namespace, which not every container grants
    done = subprocess.run(["unshare", alone, "sh", "-c", setup, "sh", sys.executable, script, os.path.join(build, "tests/dns/observe")],
                          capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["allowed"] == {"barred": [], "asked": True}
    assert said["barred"] == {"barred": ["9.9.9.9"], "asked": False}
