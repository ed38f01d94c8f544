"""tools/up, tools/down and tools/dns as a new user runs them: the complete procedure, two playgrounds side by side, Ctrl-C, the machine's own DNS."""

import json
import os
import signal
import subprocess
import sys

import pytest

from testbed.child import process_start
from testbed.client import Client

KEYS = ["VOLMACHT_URL", "VOLMACHT_CONF", "VOLMACHT_BIN", "VOLMACHT_ACCOUNT", "VOLMACHT_EMAIL", "VOLMACHT_PASSWORD", "DNS_AUTH", "DNS_RESOLVER"]


def tool(source, name, *words, stdin=None):
    return subprocess.run([os.path.join(source, "tools", name), *words], input=stdin, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def up(source, build, tmp_path, monkeypatch):
    """Starts a playground in its own folder; returns its values. All are stopped at the end, and no process is left."""
    monkeypatch.setenv("VOLMACHT_BUILD", build)
    folders = []

    def start(name, *words):
        folder = str(tmp_path / name)
        done = tool(source, "up", "--detach", "--dir", folder, *words)
        assert done.returncode == 0, done.stderr
        folders.append(folder)
        return folder, dict(line.split("=", 1) for line in done.stdout.splitlines())
    yield start
    for folder in folders:
        with open(os.path.join(folder, "pids.json"), encoding="utf-8") as file:
            pids = json.load(file)
        assert len(pids) >= 7
        assert tool(source, "down", "--dir", folder).returncode == 0
        assert not [name for name, (pid, start_time) in pids.items() if process_start(pid) == start_time]


def volmacht(values, *words):
    return subprocess.run([values["VOLMACHT_BIN"], "-c", values["VOLMACHT_CONF"], *words], capture_output=True, text=True, timeout=60, check=False)


def test_the_complete_procedure_and_two_side_by_side(source, up):
    folder, values = up("one")
    assert list(values)[:len(KEYS)] == KEYS and len(values["DNS_AUTH"].split(",")) >= 2
    _, other = up("two")
    assert other["VOLMACHT_URL"] != values["VOLMACHT_URL"] and other["DNS_AUTH"] != values["DNS_AUTH"]
    for one in (values, other):
        assert Client(one["VOLMACHT_URL"]).login(one["VOLMACHT_EMAIL"], one["VOLMACHT_PASSWORD"])

    account = ["--account", values["VOLMACHT_ACCOUNT"]]
    assert volmacht(values, "domain", "add", *account, "voorbeeld.nl").returncode == 0
    assert volmacht(values, "domain", "check", *account, "voorbeeld.nl").returncode == 10
    shown = json.loads(volmacht(values, "domain", "show", *account, "--json", "voorbeeld.nl").stdout)
    zone = "".join(f"{r['host']}. {r['type']} " + (f'"{r["value"][:200]}" "{r["value"][200:]}"\n' if r["type"] == "TXT" else f"{r['value']}.\n") for r in shown["records"])
    assert tool(source, "dns", "--dir", folder, "publish", "voorbeeld.nl", stdin=zone).returncode == 0
    assert volmacht(values, "domain", "check", *account, "voorbeeld.nl").returncode == 0
    assert tool(source, "dns", "--dir", folder, "drop", "voorbeeld.nl").returncode == 0

    again = tool(source, "up", "--detach", "--dir", folder)
    assert again.returncode == 0 and "already running" in again.stderr and f"VOLMACHT_URL={values['VOLMACHT_URL']}\n" in again.stdout


def test_ctrl_c_twice_stops_all(source, build, tmp_path):
    run = subprocess.Popen([os.path.join(source, "tools", "up"), "--dir", str(tmp_path / "up")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                           start_new_session=True, env=dict(os.environ, VOLMACHT_BUILD=build))
    for line in run.stdout:
        if line.startswith("Stop: Ctrl-C"):
            break
    with open(tmp_path / "up" / "pids.json", encoding="utf-8") as file:
        pids = json.load(file)
    os.killpg(run.pid, signal.SIGINT)
    said = ""
    for line in run.stderr:
        said += line
        if "up: stopping" in line:
            break
    os.killpg(run.pid, signal.SIGINT)
    said += run.communicate(timeout=60)[1]
    assert run.returncode == 0 and "Traceback" not in said, said
    assert not [name for name, (pid, start_time) in pids.items() if process_start(pid) == start_time]


@pytest.mark.skipif(os.geteuid() != 0 or subprocess.run(["unshare", "-nm", "true"], check=False).returncode != 0,
                    reason="no network of one's own here: that takes root (servers run as several users), and no chroot")
def test_with_the_machines_own_dns(source, build, tmp_path):
    """In a network namespace with loopback only and its own /etc/resolv.conf, which names a resolver on port 53."""
    resolv = tmp_path / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\n")
    setup = f'ip link set lo up && mount --bind {resolv} "$(readlink -f /etc/resolv.conf)" && exec "$@"'
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "real_dns.py")
    done = subprocess.run(["unshare", "-nm", "sh", "-c", setup, "sh", sys.executable, script, str(tmp_path)],
                          capture_output=True, text=True, check=False, timeout=120, env=dict(os.environ, VOLMACHT_BUILD=build))
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout)
    assert seen["values"]["DNS_AUTH"] == seen["values"]["DNS_RESOLVER"] == "" and "nsd" not in seen["pids"] and "unbound" not in seen["pids"]
    # dns_resolvers comes from /etc/resolv.conf; loopback addresses from DNS are never queried, so the resolver's answer decides.
    assert "dns_resolvers" not in seen["settings"] and seen["settings"]["dns_allow_private"] == "no" and seen["settings"]["dns_authoritative_port"] == "53"
    assert seen["before"] == 10 and seen["after"] == 0, seen
    assert seen["publish"][0] == 1 and "without --real-dns" in seen["publish"][1]
