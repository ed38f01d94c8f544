"""The cases of cases.json on real name servers: a new domain, the case's zone, one check by the command line."""

import base64
import json
import os
import re
import subprocess

import pytest

from testbed.dns import quote_txt
from testbed.site import fresh_domain

with open(os.path.join(os.path.dirname(__file__), "cases.json"), encoding="utf-8") as file:
    CASES = json.load(file)["cases"]

EXIT_OF = {"verified": 0, "pending": 10}

ZONE_HEAD = """\
$ORIGIN {zone}.
$TTL 60
@ SOA ns1.playground.example. hostmaster.playground.example. 1 3600 600 86400 1
@ NS ns1.playground.example.
@ NS ns2.playground.example.
"""


@pytest.fixture(scope="session")
def other_p():
    """Another RSA-2048 key, as p=."""
    der = subprocess.run("openssl genrsa 2048 2>/dev/null | openssl rsa -pubout -outform DER 2>/dev/null", shell=True, capture_output=True, check=True).stdout
    return base64.b64encode(der).decode()


def fill(text, values):
    """Replaces {x} and {x[a:b]}."""
    def one(match):
        value = values[match[1]]
        if match[2] is None:
            return value
        begin, end = match[2].split(":")
        return value[int(begin) if begin else None:int(end) if end else None]
    return re.sub(r"\{(\w+)(?:\[(\d*:\d*)\])?\}", one, text)


def zone_line(record, values):
    owner, kind, *rdata = (fill(part, values) for part in record)
    if kind == "TXT":
        return f"{owner}. TXT {quote_txt(rdata)}\n"
    return f"{owner}. {kind} {rdata[0]}{'.' if kind == 'CNAME' else ''}\n"


def published(case, shown, values):
    """The records of a case; a group that it omits is published as the program shows it."""
    for kind in ("dkim", "return_path", "dmarc"):
        if kind in case:
            yield from case[kind]
        elif kind == "return_path":
            yield [shown[kind]["host"], "CNAME", shown[kind]["value"]]
        else:
            value = shown[kind]["value"]
            yield [shown[kind]["host"], "TXT", *(value[i:i + 255] for i in range(0, len(value), 255))]
    yield from case.get("extra", [])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case, site, other_p):
    account = site.installation.add_account("Case")
    zone = fresh_domain()
    domain = f"{case['org']}.{zone}" if "org" in case else zone
    site.installation.must("domain", "add", "--account", account, domain)
    shown = {r["record"]: r for r in site.installation.show(account, domain)["records"]}
    dkim = shown["dkim"]["value"]
    values = {"domain": domain, "org_domain": zone, "dkim_host": shown["dkim"]["host"], "dkim": dkim, "p": dkim.split("p=")[1].rstrip(";"),
              "rp_host": shown["return_path"]["host"], "rp_target": shown["return_path"]["value"], "other_p": other_p}
    site.nsd.publish(zone, ZONE_HEAD.format(zone=zone) + "".join(zone_line(record, values) for record in published(case, shown, values)))

    done = site.installation.cli("domain", "check", "--account", account, "--json", domain)
    assert done.stderr == ""
    answer = json.loads(done.stdout)
    results = {r["record"]: [r["verdict"], *r["findings"]] for r in answer["records"]}
    expected = dict(case["expect"])
    status = expected.pop("status")
    assert answer["status"] == status, results
    assert done.returncode == EXIT_OF[status]
    for record, (verdict, *findings) in expected.items():
        assert results[record][0] == verdict, results
        assert set(findings) <= set(results[record][1:]), results
