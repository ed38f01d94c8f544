"""Sweep runs to test: an installation, many domains written straight to the database, and what must hold whatever happens to a run."""

import os
import signal
import subprocess
import uuid

from testbed.web import SANITIZERS

ZONE = "nacht.example"


def label_of(number):
    """A DNS label of eight letters, another for each number."""
    return "".join("abcdefghijklmnop"[int(digit, 16)] for digit in f"{number:08x}")


class SweepRun:
    def __init__(self, site):
        self.site = site
        self.app = site.installation
        self.account = self.app.add_account("Nacht")

    def hex(self):
        return self.account.replace("-", "")

    def fill(self, count, verdicts="mmm"):
        """Adds pending domains. verdicts: those of an earlier check, None: never checked. All have the same key."""
        own = [uuid.uuid4() for _ in range(count)]
        names = [f"{label_of(i)}.{ZONE}" for i in range(count)]
        self.app.rows.domains(self.account, [{"id": own[i], "name": names[i], "selector": "vm" + label_of(i), "verdicts": verdicts} for i in range(count)])
        self.app.rows.keys(self.account, [{"domain_id": own[i], "name": names[i], "selector": "vm" + label_of(i), "public_b64": self.key()} for i in range(count)])

    def key(self):
        """A real public key, made by adding a domain and deleting it."""
        if not hasattr(self, "_key"):
            self.app.must("domain", "add", "--account", self.account, "sleutel.example")
            value = self.app.show(self.account, "sleutel.example")["records"][0]["value"]
            self.app.must("domain", "delete", "--account", self.account, "sleutel.example")
            self._key = value.split("p=")[1]
        return self._key

    def publish(self, right, count, head=""):
        """Publishes one zone for all domains; those in `right` have correct records. head: lines before the records."""
        key = "v=DKIM1; k=rsa; p=" + self.key()
        strings = " ".join(f'"{key[i:i + 200]}"' for i in range(0, len(key), 200))
        lines = [head]
        for i in right:
            assert i < count
            lines += [f"vm{label_of(i)}._domainkey.{label_of(i)} TXT {strings}", f"bounce.{label_of(i)} CNAME bounce.mail.volmacht.example."]
        lines += [f"{label_of(i)} A 192.0.2.1" for i in range(count)]
        self.site.nsd.publish(ZONE, "\n".join(lines) + "\n")
        self.site.unbound.flush()

    def start(self, *words, env=None):
        command = self.app.command("sweep", "--json", *words)
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **SANITIZERS, **(env or {})})

    def end(self, process, timeout_s=90):
        out, err = process.communicate(timeout=timeout_s)
        assert process.returncode == 0, err[-3000:]
        return out, err

    def number(self, sql):
        return int(self.app.sql(sql)[0][0])

    def statuses(self):
        return {status: int(n) for status, n in self.app.sql(f"SELECT status, COUNT(*) FROM domain WHERE account_id = X'{self.hex()}' GROUP BY status")}

    def assert_nothing_twice(self):
        """Each domain became verified once: one event, one check that changed its status, counts that agree with the rows."""
        twice = self.app.sql("SELECT domain_name, action, COUNT(*) FROM audit_event WHERE action IN ('verified', 'lost') GROUP BY domain_id, domain_name, action HAVING COUNT(*) > 1")
        assert not twice, twice[:5]
        verified = self.statuses().get("verified", 0)
        assert self.number("SELECT COUNT(*) FROM audit_event WHERE action = 'verified'") == verified
        assert self.number("SELECT COUNT(*) FROM dns_check WHERE status_before <> status_after") == verified
        assert self.number(f"SELECT verified FROM domain_count WHERE account_id = X'{self.hex()}'") == verified
        assert not self.app.sql("SELECT d.name FROM domain d JOIN dns_check c ON c.domain_id = d.id GROUP BY d.id, d.name HAVING COUNT(*) > 1")

    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.communicate()
