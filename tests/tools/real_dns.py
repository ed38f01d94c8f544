"""Run in a network of its own: real_dns.py FOLDER. NSD and Unbound on port 53 are the Internet here; tools/up --real-dns has to find its way by
/etc/resolv.conf. Prints as JSON what it saw.
"""

import json
import os
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, "tests"))

from testbed.dns import Nsd, Unbound  # noqa: E402
from testbed.installation import PLATFORM, PLATFORM_ZONE  # noqa: E402


def tool(name, *words, stdin=None):
    return subprocess.run([os.path.join(SOURCE, "tools", name), *words], input=stdin, capture_output=True, text=True, timeout=60, check=False)


def look(nsd, unbound, up):
    done = tool("up", "--detach", "--real-dns", "--dir", up)
    if done.returncode != 0:
        sys.exit(done.stderr)
    values = dict(line.split("=", 1) for line in done.stdout.splitlines())

    def domain(verb, *words):
        return subprocess.run([values["VOLMACHT_BIN"], "-c", values["VOLMACHT_CONF"], "domain", verb, "--account", values["VOLMACHT_ACCOUNT"], *words, "voorbeeld.nl"],
                              capture_output=True, text=True, timeout=60, check=False)
    domain("add")
    nsd.publish("voorbeeld.nl", "")
    before = domain("check").returncode
    records = {record["record"]: record for record in json.loads(domain("show", "--json").stdout)["records"]}
    key = records["dkim"]["value"]
    nsd.publish("voorbeeld.nl", f"{records['dkim']['host']}. TXT \"{key[:200]}\" \"{key[200:]}\"\n{records['return_path']['host']}. CNAME {records['return_path']['value']}.\n")
    unbound.flush()  # nobody but the resolver is asked, and it has just said no
    after = domain("check", "--json")
    publish = tool("dns", "--dir", up, "publish", "voorbeeld.nl", stdin="")
    with open(values["VOLMACHT_CONF"], encoding="utf-8") as file:
        settings = dict(line.strip().split(" = ", 1) for line in file if " = " in line)
    with open(os.path.join(up, "pids.json"), encoding="utf-8") as file:
        pids = list(json.load(file))
    return {"values": values, "pids": pids, "settings": settings, "before": before, "after": after.returncode, "said": after.stdout,
            "publish": [publish.returncode, publish.stderr]}


def main():
    folder = sys.argv[1]
    nsd = Nsd(os.path.join(folder, "nsd"), port=53)
    unbound = Unbound(os.path.join(folder, "unbound"), nsd, port=53)
    up = os.path.join(folder, "up")
    try:
        os.mkdir(nsd.folder)
        nsd.start()
        unbound.start()
        nsd.publish(PLATFORM, PLATFORM_ZONE)
        print(json.dumps(look(nsd, unbound, up)))
    finally:
        tool("down", "--dir", up)
        unbound.stop()
        nsd.stop()


main()
