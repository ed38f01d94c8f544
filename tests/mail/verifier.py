"""Verification of a received mail by two independent verifiers: python3-dkim for the signatures, npm's mailauth for DKIM, SPF and DMARC.

Reads the DNS of the test (a table); knows nothing of how the mail was made.
"""

import base64
import json
import os
import shutil
import subprocess

import dkim
import pytest
from testbed.installation import default_build, root_of_source

HERE = os.path.dirname(os.path.abspath(__file__))


def _packages():
    """The folder with node_modules: installed once from the lock file, in the build folder."""
    if not shutil.which("npm"):
        pytest.skip("needs nodejs and npm for the verifier")
    folder = os.path.join(default_build(root_of_source()), "mail-verifier")
    done = os.path.join(folder, "installed")
    lock = os.path.join(HERE, "package-lock.json")
    if not os.path.exists(done) or os.path.getmtime(done) < os.path.getmtime(lock):
        os.makedirs(folder, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(HERE, name), folder)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], cwd=folder, check=True, timeout=300)
        with open(done, "w", encoding="ascii"):
            pass
    return folder


def verify(mails, dns):
    """One verdict per mail: dkim (a list), spf, dmarc. Asserts that both verifiers agree about DKIM."""
    lines = [json.dumps({"dns": dns, "ip": m.peer, "helo": m.helo, "mail_from": m.mail_from, "data": base64.b64encode(m.data).decode()}) for m in mails]
    done = subprocess.run(["node", os.path.join(HERE, "verifier.js"), _packages()], input="\n".join(lines) + "\n", capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(verdicts) == len(mails)
    for mail, verdict in zip(mails, verdicts):
        passed = [d["result"] == "pass" for d in verdict["dkim"]]
        assert [second_verdict(mail, dns, i) for i in range(len(passed))] == passed, (verdict, mail.data)
    return verdicts


def second_verdict(mail, dns, index):
    """python3-dkim's verdict on the signature at index."""
    def txt(name, timeout=5):
        value = dns.get(name.decode().lower().rstrip("."))
        return value.encode() if value is not None else None
    try:
        return dkim.DKIM(mail.data).verify(idx=index, dnsfunc=txt)
    except (dkim.DKIMException, ValueError):
        return False


def assert_passes(mail, verdict, domain, signatures=1):
    """DKIM pass and aligned, SPF pass and aligned, DMARC pass, for this domain."""
    good = [d for d in verdict["dkim"] if d["result"] == "pass" and d["domain"] == domain]
    assert len(good) == signatures == len(verdict["dkim"]), verdict
    assert verdict["spf"]["result"] == "pass" and mail.mail_from.endswith("@bounce." + domain), (verdict, mail.mail_from)
    assert verdict["dmarc"]["result"] == "pass" and ("." + domain).endswith("." + verdict["dmarc"]["domain"]), verdict
    assert verdict["dmarc"]["alignment"]["spf"]["result"] and verdict["dmarc"]["alignment"]["dkim"]["result"], verdict


def assert_does_not_pass_as(verdict, domain):
    """No receiver accepts this mail as one of domain: no DMARC pass, no valid signature of the domain."""
    assert not (verdict["dmarc"]["result"] == "pass" and (verdict["dmarc"]["domain"] or "").endswith(domain)), verdict
    assert not [d for d in verdict["dkim"] if d["domain"] == domain and d["result"] == "pass"], verdict
