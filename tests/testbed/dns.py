"""Playground DNS: NSD as the authoritative servers (two addresses), Unbound as the recursive resolver with a real cache.

Owns the two servers, the root zone and the publishing of zones; knows nothing of DKIM or of Volmacht's records.
"""

import os
import re
import time

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.zone

from .child import Child, StartError, free_port, port_is_free, run

ADDRESSES = ("127.0.0.2", "127.0.0.3")
NAME_SERVERS = ("ns1.playground.example", "ns2.playground.example")
NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")

# A new name must exist at once: with a negative TTL of 0 the resolver caches no NXDOMAIN of the root (RFC 2308 5).
ROOT_ZONE = """\
$ORIGIN .
$TTL 60
@ 0 SOA ns1.playground.example. hostmaster.playground.example. {serial} 3600 600 86400 0
@ NS ns1.playground.example.
@ NS ns2.playground.example.
"""

# The name servers' own names, for the NS records of zones.
PLAYGROUND_ZONE = """\
$TTL 60
@ SOA ns1 hostmaster {serial} 3600 600 86400 1
@ NS ns1
@ NS ns2
ns1 A {addresses[0]}
ns2 A {addresses[1]}
"""


# The resolver's EDNS size: differs from Volmacht's, so that a test server can tell their queries apart.
EDNS_SIZE = 1220


class ZoneError(Exception):
    """A zone file that cannot be served; the text is for its author."""


def zone_name(text):
    """The name in A-labels, lower case, without final dot; ZoneError if it is not a name."""
    name = text.strip().rstrip(".").lower()
    try:
        name = name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        name = ""
    if not NAME.match(name):
        raise ZoneError(f"not a domain name: {text!r}")
    return name


def complete_zone(name, text):
    """The zone file; without an SOA (the records downloaded from the page) one is put in front."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
    bare = re.sub(r";.*", "", bare)
    head = f"$ORIGIN {name}.\n"
    if not re.search(r"(?im)(?:^|\s)SOA(?:\s|$)", bare):
        serial = int(time.time())
        head += f"$TTL 60\n@ SOA {NAME_SERVERS[0]}. hostmaster.playground.example. {serial} 3600 600 86400 10\n"
        if not re.search(r"(?im)^(?:@|" + re.escape(name) + r"\.)?\s+(?:\d+\w*\s+)?(?:IN\s+)?(?:\d+\w*\s+)?NS\s", bare):
            head += "".join(f"@ NS {server}.\n" for server in NAME_SERVERS)
    return head + text + ("" if text.endswith("\n") else "\n")


class Nsd:
    """Authoritative server on several addresses, one port. Zones are files; they and their list survive a restart."""

    def __init__(self, folder, addresses=ADDRESSES, port=None):
        self.folder = folder
        self.addresses = tuple(addresses)
        self.zones = os.path.join(folder, "zones")
        self.config = os.path.join(folder, "nsd.conf")
        self.port = port
        self.child = Child("nsd", ["nsd", "-d", "-c", self.config], folder, ready=self._ready)

    def _ready(self):
        return all(self.soa(".", address) for address in self.addresses)

    def _write_config(self):
        f = self.folder
        lines = ["server:", *(f"    ip-address: {a}@{self.port}" for a in self.addresses),
                 "    server-count: 1", '    username: ""', '    chroot: ""', '    database: ""', "    rrl-ratelimit: 0", "    do-ip6: no",
                 "    verbosity: 1", f'    zonesdir: "{self.zones}"', f'    pidfile: "{f}/nsd.pid"', f'    xfrdfile: "{f}/xfrd.state"',
                 f'    xfrdir: "{f}"', f'    zonelistfile: "{f}/zone.list"', "    zonefiles-check: yes",
                 "remote-control:", "    control-enable: yes", f"    control-interface: {f}/ctl",
                 "pattern:", '    name: "published"', '    zonefile: "%s.zone"', "    provide-xfr: 127.0.0.0/8 NOKEY",
                 "zone:", '    name: "."', '    zonefile: "root"']
        with open(self.config, "w", encoding="ascii") as out:
            out.write("\n".join(lines) + "\n")

    def start(self):
        os.makedirs(self.zones, mode=0o700, exist_ok=True)
        if self.port is None or not all(port_is_free(a, self.port) for a in self.addresses):
            self.port = self._common_port()
        serial = int(time.time())
        with open(os.path.join(self.zones, "root"), "w", encoding="ascii") as out:
            out.write(ROOT_ZONE.format(serial=serial))
        self._write_config()
        self.child.start()
        self.publish("playground.example", PLAYGROUND_ZONE.format(serial=serial, addresses=(self.addresses * 2)[:2]))
        return self

    def _common_port(self):
        for _ in range(64):
            port = free_port(self.addresses[0])
            if all(port_is_free(a, port) for a in self.addresses[1:]):
                return port
        raise StartError("no port that is free on all name server addresses")

    def stop(self):
        self.child.stop()

    def control(self, *words):
        """Runs one nsd-control command; returns its output. ZoneError with the output if it fails."""
        done = run(["nsd-control", "-c", self.config, *words], check=False)
        said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
        if done.returncode != 0 or said.startswith("error"):
            raise ZoneError(f"nsd-control {words[0]}: {said}")
        return said

    def serves(self, name):
        """True if this zone is one of the published."""
        return f"zone:\t{name}\n" in self.control("zonestatus") + "\n"

    def publish(self, name, text):
        """Serves the zone in place of an earlier one of that name; returns when every address serves it. A bad file changes nothing."""
        name = zone_name(name)
        text = complete_zone(name, text)
        path = os.path.join(self.zones, name + ".zone")
        fresh = path + f".new.{os.getpid()}"
        with open(fresh, "w", encoding="utf-8", errors="surrogateescape") as out:
            out.write(text)
        try:
            done = run(["nsd-checkzone", name, fresh], check=False)
            if done.returncode != 0:
                said = (done.stdout + done.stderr).decode("utf-8", "replace").replace(fresh, "zone file").strip()
                raise ZoneError(f"this zone file cannot be served, nothing was changed:\n{said}")
            os.replace(fresh, path)
        finally:
            if os.path.exists(fresh):
                os.unlink(fresh)
        if self.serves(name):
            self.control("reload", name)
        else:
            self.control("addzone", name, "published")
        self._wait_served(name, text)

    def drop(self, name):
        name = zone_name(name)
        if not self.serves(name):
            raise ZoneError(f"{name} is not published")
        self.control("delzone", name)
        path = os.path.join(self.zones, name + ".zone")
        if os.path.exists(path):
            os.unlink(path)
        until = time.monotonic() + 10
        while any(self.soa(name, address) for address in self.addresses):
            if time.monotonic() > until:
                raise ZoneError(f"{name} is still served after 10 s")
            time.sleep(0.01)

    def published(self):
        return sorted(f[:-5] for f in os.listdir(self.zones) if f.endswith(".zone"))

    def _wait_served(self, name, text):
        """Waits until each address answers as the file says. The serial is not enough: NSD accepts a changed file with the same one."""
        try:
            wanted = dns.zone.from_text(text, origin=name + ".", relativize=False, check_origin=False)
        except (dns.exception.DNSException, ValueError):
            wanted = None  # NSD knows more types than this parser: only the SOA is compared
        until = time.monotonic() + 10
        for address in self.addresses:
            while not self._serves_all(name, address, wanted):
                if time.monotonic() > until:
                    raise ZoneError(f"{name} is not served by {address} after 10 s:\n{self.child.log_tail(4)}")
                time.sleep(0.01)

    def _serves_all(self, name, address, wanted):
        try:
            soa = self.soa(name, address)
            if soa is None or wanted is None:
                return soa is not None
            now = dns.zone.from_xfr(dns.query.xfr(address, name + ".", port=self.port, timeout=5, relativize=False), relativize=False, check_origin=False)
        except (dns.exception.DNSException, OSError):
            return False
        return _same_records(now, wanted)

    def soa(self, name, address):
        """The zone's SOA at one address, or None if it does not serve the zone."""
        question = dns.message.make_query(name if name == "." else name + ".", dns.rdatatype.SOA, flags=0)
        try:
            answer = dns.query.udp(question, address, port=self.port, ignore_unexpected=True, timeout=0.3)
        except (dns.exception.Timeout, OSError):
            return None
        if answer.rcode() != dns.rcode.NOERROR or not answer.answer or not answer.flags & dns.flags.AA:
            return None
        return answer.answer[0][0]


def _same_records(a, b):
    def records(zone):
        return {(name, rdata.rdtype, rdata.to_digestable(dns.name.root)) for name, _ttl, rdata in zone.iterate_rdatas()}
    return records(a) == records(b)


class Unbound:
    """Recursive resolver with the playground's NSD as its root; it caches as a real one does."""

    def __init__(self, folder, nsd, address="127.0.0.1", port=None):
        self.folder = folder
        self.nsd = nsd
        self.address = address
        self.port = port
        self.extra = []  # more lines for the section "server"; they override
        self.config = os.path.join(folder, "unbound.conf")
        self.child = Child("unbound", ["unbound", "-d", "-c", self.config], folder, ready=self._ready)

    def _ready(self):
        question = dns.message.make_query("playground.example.", dns.rdatatype.SOA)
        try:
            answer = dns.query.udp(question, self.address, port=self.port, ignore_unexpected=True, timeout=0.3)
        except dns.exception.Timeout:
            return False
        return answer.rcode() == dns.rcode.NOERROR and bool(answer.answer)

    def start(self):
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        if self.port is None or not port_is_free(self.address, self.port):
            self.port = free_port(self.address)
        forward = [f"    forward-addr: {a}@{self.nsd.port}" for a in self.nsd.addresses]
        # Names that a resolver answers itself by default (RFC 6303, RFC 6761): here they are resolved like others.
        nodefault = [f'    local-zone: "{zone}" nodefault' for zone in ("test.", "example.", "invalid.", "home.arpa.")]
        lines = ["server:", f"    interface: {self.address}", f"    port: {self.port}", "    access-control: 127.0.0.0/8 allow",
                 f'    directory: "{self.folder}"', '    username: ""', '    chroot: ""', f'    pidfile: "{self.folder}/unbound.pid"',
                 '    logfile: ""', "    use-syslog: no", "    verbosity: 0", "    num-threads: 1", "    do-ip6: no", "    do-not-query-localhost: no",
                 '    module-config: "iterator"', "    qname-minimisation: no", "    outgoing-range: 512", "    num-queries-per-thread: 256",
                 "    msg-cache-size: 4m", f"    edns-buffer-size: {EDNS_SIZE}", "    rrset-cache-size: 8m", "    infra-host-ttl: 5", *nodefault, *self.extra,
                 "remote-control:", "    control-enable: yes", f"    control-interface: {self.folder}/ctl",
                 "forward-zone:", '    name: "."', *forward]
        with open(self.config, "w", encoding="ascii") as out:
            out.write("\n".join(lines) + "\n")
        self.child.start()
        return self

    def flush(self):
        """Empties the cache."""
        self.control("flush_zone", ".")

    def control(self, *words):
        """Runs one unbound-control command; returns its output."""
        return run(["unbound-control", "-c", self.config, *words]).stdout.decode()

    def stop(self):
        self.child.stop()


def quote_txt(strings):
    """Character-strings (str, as latin-1 bytes, or bytes) for a zone file, RFC 1035 5.1."""
    def one(s):
        raw = s if isinstance(s, bytes) else s.encode("latin-1")
        return '"' + "".join(chr(b) if 0x20 <= b <= 0x7e and b not in b'"\\' else f"\\{b:03d}" for b in raw) + '"'
    return " ".join(one(s) for s in strings)


def zone_lines(records):
    """Lines of a zone file for (host, type, value) as the program offers them: a long text in several character-strings, a target with its final dot."""
    return "".join(f"{host}. {kind} " + (quote_txt([value[i:i + 255] for i in range(0, len(value), 255)]) if kind == "TXT" else value + ".") + "\n" for host, kind, value in records)
