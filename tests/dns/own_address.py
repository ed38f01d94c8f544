"""Run in a network namespace where this machine has the global address 9.9.9.9: is it queried as a domain's name server?

usage: own_address.py OBSERVE. A scripted resolver says that 9.9.9.9 and 9.9.9.10 serve the domain. Prints, as JSON, who was barred and
whether 9.9.9.9 was asked, without and with the address filter.
"""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import dns.flags  # noqa: E402

from testbed.odd_dns import OddServer, good, txt  # noqa: E402

PORT, DOMAIN = 5353, "d.example"


def resolver(query, *_):
    name, kind = query.question[0].to_text().split()[0], query.question[0].to_text().split()[2]
    records = {("d.example.", "NS"): ["d.example. 60 NS ns.d.example."],
               ("ns.d.example.", "A"): ["ns.d.example. 60 A 9.9.9.9", "ns.d.example. 60 A 9.9.9.10"],
               ("a.d.example.", "TXT"): ['a.d.example. 60 TXT "x"']}
    answer = good(query, *records.get((name, kind), []), aa=False)
    answer.flags |= dns.flags.RA
    return [answer.to_wire()]


def look(observe, *options):
    authority = OddServer("9.9.9.9", PORT, lambda query, *_: [txt(query)])
    try:
        command = [observe, "-r127.0.0.1@5353", f"-p{PORT}", "-d1200", *options, DOMAIN, "a." + DOMAIN, "TXT"]
        seen = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=30).stdout)
    finally:
        authority.close()
    return {"barred": [s["addr"] for s in seen["servers"] if s["barred"]], "asked": bool(authority.asked)}


def main():
    server = OddServer("127.0.0.1", PORT, resolver)
    try:
        print(json.dumps({"allowed": look(sys.argv[1], "-P"), "barred": look(sys.argv[1])}))
    finally:
        server.close()


main()
