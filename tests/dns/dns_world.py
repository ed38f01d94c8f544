"""Shared by the DNS tests: real name servers and a real resolver, domains to publish, and the programs that observe them.

All on addresses of 127.0.5.0/24 to 127.0.8.0/24 with one port, so that name servers differ by address as they do in the world. Owns the
servers that it starts.
"""

import base64
import binascii
import json
import os
import subprocess
import time
import uuid

from testbed.child import Child, run
from testbed.dns import Nsd, Unbound, quote_txt
from testbed.installation import PLATFORM, PLATFORM_ZONE, RETURN_PATH_TARGET
from testbed.odd_dns import OddServer

NSD = ("127.0.5.2", "127.0.5.3", "127.0.5.4", "127.0.5.5")
ODD, SILENT, CLOSED = "127.0.5.7", "127.0.5.8", "127.0.5.9"
SERVERS = "servers.example"
PARENT, PARENT_SERVER = "trouble", "127.0.5.6"
SELECTOR = "vmtest2345"
ODD_SERVERS = 600  # addresses of on.servers.example, for odd servers


def public_key():
    """A new RSA-2048 key, in the form of p=."""
    private = run(["openssl", "genrsa", "2048"]).stdout
    return base64.b64encode(run(["openssl", "rsa", "-pubout", "-outform", "DER"], stdin=private).stdout).decode()


def odd_address(n):
    return f"127.0.{6 + n // 200}.{n % 200 + 1}"


def zone_text(text, servers):
    return "$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 7\n" + "".join(f"@ NS {s}.{SERVERS}.\n" for s in servers) + text + "\n"


class Line(Child):
    """A bad line between addresses: options of dns_proxy. pairs: (from, to), each ADDR@PORT."""

    def __init__(self, build, folder, options, pairs):
        os.makedirs(folder, exist_ok=True)
        super().__init__("dns_proxy", [os.path.join(build, "tests/testbed/dns_proxy"), *options, *(end for pair in pairs for end in pair)], folder,
                         ready=lambda: "ready" in self.log_text())

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class World:
    def __init__(self, folder, build):
        self.build = build
        self.nsd = Nsd(str(folder / "nsd"), NSD).start()
        self.unbound = Unbound(str(folder / "unbound"), self.nsd).start()
        self.port = self.nsd.port
        self.parent = Nsd(str(folder / "parent"), (PARENT_SERVER,), port=self.port).start()
        self.silent = OddServer(SILENT, self.port, lambda *_: [])
        # hN is 127.0.5.N; the private one and the IPv6 one are for the address filter
        self.key = public_key()
        self.nsd.publish(PLATFORM, PLATFORM_ZONE)
        self.nsd.publish(SERVERS, "".join(f"h{n} 60 A 127.0.5.{n}\n" for n in range(1, 20)) + "".join(f"o{n} 60 A {odd_address(n)}\n" for n in range(ODD_SERVERS)) + "both 60 A 127.0.5.2\nboth 60 A 127.0.5.3\n"
                         "both 60 AAAA ::1\nnone 60 TXT none\nloop6 60 AAAA ::1\nsix 60 AAAA fec0::1\n")

    def close(self):
        self.silent.close()
        self.unbound.stop()
        self.parent.stop()
        self.nsd.stop()

    def publish(self, text, servers=("h2", "h3"), name=None):
        name = name or self.fresh_name()
        self.nsd.publish(name, zone_text(text, servers))
        return name

    @staticmethod
    def fresh_name():
        return f"d{uuid.uuid4().hex[:10]}.example"

    def publish_many(self, zones):
        """As publish, for hundreds of (text, servers) at once: a second for all instead of a tenth for each. Returns their names, in order. All are
        delegated from one zone, whose only server gives referrals and has nothing of the zones below."""
        names = [f"{self.fresh_name().split('.')[0]}.{PARENT}" for _ in zones]
        referrals = "".join(f"{name}. NS {s}.{SERVERS}.\n" for name, (_, servers) in zip(names, zones) for s in servers)
        self.parent.publish(PARENT, zone_text(referrals, ["h6"]))
        self.nsd.publish(PARENT, zone_text("", ["h6"]))  # for the resolver, which queries NSD for every name
        with open(self.nsd.config, "a", encoding="ascii") as config:
            for name, (text, servers) in zip(names, zones):
                with open(os.path.join(self.nsd.zones, name + ".zone"), "w", encoding="ascii") as out:
                    out.write(f"$ORIGIN {name}.\n" + zone_text(text, servers))
                config.write(f'zone:\n    name: "{name}"\n    include-pattern: "published"\n')
        self.nsd.control("reconfig")
        until = time.monotonic() + 20
        while not all(self.nsd.soa(name, address) for address in NSD for name in names):
            assert time.monotonic() < until, "not all zones are served after 20 s"
            time.sleep(0.05)
        return names

    def observe(self, domain, *questions, private=True, deadline=5000, resolvers=None, more=()):
        """questions: names below the domain ("": itself, with a final dot: absolute), a space, and the type."""
        asked = []
        for question in questions:
            name, kind = question.split() if " " in question else ("", question)
            asked += [name[:-1] if name.endswith(".") else (name + "." if name else "") + domain, kind]
        resolvers = resolvers or [f"127.0.0.1@{self.unbound.port}"]
        command = [os.path.join(self.build, "tests/dns/observe"), *(f"-r{r}" for r in resolvers), f"-p{self.port}", f"-d{deadline}"]
        command += (["-P"] if private else []) + [*more, domain, *asked]
        started = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=30)
        assert done.returncode == 0, done.stderr.decode()
        seen = Seen(json.loads(done.stdout), domain)
        seen.wall = time.monotonic() - started
        seen.said = done.stderr.decode()
        return seen

    # --- full checks ---

    def dkim(self, p=None):
        """The value of the expected dkim record."""
        return f"v=DKIM1; k=rsa; p={p or self.key}"

    def records(self, dkim=None, target=RETURN_PATH_TARGET + "."):
        """All three records of a domain, as zone file lines."""
        value = self.dkim() if dkim is None else dkim
        return (f"{SELECTOR}._domainkey TXT {quote_txt([value[i:i + 255] for i in range(0, len(value), 255)])}\n"
                f'bounce CNAME {target}\n_dmarc TXT "v=DMARC1; p=none; rua=mailto:d@reports.example"\n')

    def resolver_asks(self, domain, *addresses):
        """Makes the resolver query these servers for the domain instead of NSD."""
        self.unbound.control("stub_add", domain, *(f"{a}@{self.port}" for a in addresses))

    def check(self, domain, private=True, deadline=5000, resolvers=None, more=(), wrap=()):
        """Makes one check; wrap: the command that runs it."""
        resolvers = resolvers or [f"127.0.0.1@{self.unbound.port}"]
        command = [*wrap, os.path.join(self.build, "tests/dns/verdicts"), *(f"-r{r}" for r in resolvers), f"-p{self.port}", f"-d{deadline}"]
        command += (["-P"] if private else []) + [*more, domain, SELECTOR, self.key, RETURN_PATH_TARGET]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return Check(json.loads(done.stdout))


class Check:
    """The result of a check of a verified domain: status, and verdict and findings of each record."""

    def __init__(self, value):
        self.value = value
        self.status, self.ms, self.servers = value["status"], value["ms"], value["servers"]

    def __getattr__(self, record):
        if record not in ("dkim", "return_path", "dmarc"):
            raise AttributeError(record)
        return self.value[record]["verdict"], set(self.value[record]["findings"])

    def asked(self):
        """The addresses of the zone's servers that were queried."""
        return {s["addr"] for s in self.servers if not s["recursive"] and not s["barred"]}

    def barred(self):
        return {s["addr"] for s in self.servers if s["barred"]}

    def __repr__(self):
        short = {k: (v["verdict"], v["findings"]) for k, v in self.value.items() if isinstance(v, dict)}
        return f"{self.status} {short} in {self.ms} ms by {[(s['addr'], s['outcomes']) for s in self.servers]}"


class Seen:
    def __init__(self, value, domain):
        self.value, self.domain = value, domain
        self.state, self.zone, self.ms = value["zone_state"], value["zone"], value["ms"]

    def of(self, question, recursive=False):
        name, kind = question.split() if " " in question else ("", question)
        name = name[:-1] if name.endswith(".") else (name + "." if name else "") + self.domain
        return [o for o in self.value["observed"] if o["name"] == name and o["type"] == kind and o["recursive"] == recursive]

    def outcomes(self, question):
        return sorted((o["addr"], o["outcome"]) for o in self.of(question))

    def words(self, question):
        return [o["outcome"] for o in self.of(question)]

    def recursive(self, question):
        return self.of(question, recursive=True)[0]["outcome"]

    def data(self, question, recursive=False):
        return [[binascii.unhexlify(r["data"]) for r in o["rr"] if r["data"]] for o in self.of(question, recursive)]

    def barred(self):
        return sorted(s["addr"] for s in self.value["servers"] if s["barred"])
