"""Everything between a submitting program and the receiver, on loopback: database, Exim, the sinks of the two platform routes.

Owns the servers and the rows; makes no assertions. Rows are written by root as the program writes them, so that a test sets the state.
"""

import email.utils
import itertools
import os
import secrets
import shutil
import tempfile
import time
import uuid

from testbed.child import Servers, run
from testbed.exim import MAIL_DOMAIN, MAIL_HOST, PLATFORM, Exim, sha512_crypt
from testbed.installation import root_of_source
from testbed.mariadb import MariaDB
from testbed.rows import Rows, hex_id, literal
from testbed.sinks import Authority, Sink
from testbed.web import empty_database

_numbers = itertools.count(1)
PASSWORD = "submission-password"
# Addresses of customers' servers: a part of loopback that the mail server treats as external. The rest of 127/8 remains internal.
OUTSIDE = "127.77.0.0/16"


class Domain:
    def __init__(self, post, account, name, status, algorithm="rsa"):
        self.post, self.account, self.name = post, account, name
        self.id = uuid.uuid4()
        self.selectors = {}
        post.rows.domains(account.id, [{"id": self.id, "name": name, "status": status, "created_at": 0, "selector": "unset", "return_path_target": MAIL_DOMAIN}])
        self.add_key(algorithm)

    def add_key(self, algorithm="rsa", state="active", pem=None):
        """Adds a selector with its key. pem: an invalid private key, stored instead."""
        selector = "vm" + secrets.token_hex(4)
        private, public = self.post.key(algorithm)
        key = uuid.uuid4()
        self.post.rows.keys(self.account.id, [{"id": key, "domain_id": self.id, "name": self.name, "selector": selector, "public_b64": public, "created_at": 0,
                                               "state": state, "algorithm": algorithm}])
        self.post.rows.private_key(self.account.id, key, pem or private)
        self.post.sql(f"UPDATE domain SET selector = {literal(selector)} WHERE id = {hex_id(self.id)}")
        self.selectors[selector] = (algorithm, public)
        return selector

    def set_key(self, selector, state):
        self.post.sql(f"UPDATE dkim_key SET state = {literal(state)} WHERE name = {literal(self.name)} AND selector = {literal(selector)}")

    def set(self, status):
        self.post.sql(f"UPDATE domain SET status = {literal(status)} WHERE id = {hex_id(self.id)}")

    def delete(self):
        self.post.sql(f"DELETE FROM domain WHERE id = {hex_id(self.id)}")

    def dns(self):
        """The records that the owner has published, with a DMARC policy of reject."""
        records = {f"{s}._domainkey.{self.name}": f"v=DKIM1; k={a}; p={p}" for s, (a, p) in self.selectors.items()}
        records[f"bounce.{self.name}"] = "v=spf1 ip4:127.0.0.1 -all"
        records[f"_dmarc.{self.name}"] = "v=DMARC1; p=reject"
        return records


class Account:
    def __init__(self, post):
        self.post, self.id = post, uuid.uuid4()
        self.login, self.domains = f"login{next(_numbers)}", []
        post.rows.account(self.id)
        post.rows.credential(self.login, self.id, post.hash)

    def domain(self, name=None, status="verified", algorithm="rsa"):
        self.domains.append(Domain(self.post, self, name or f"d{next(_numbers)}.voorbeeld.test", status, algorithm))
        return self.domains[-1]

    def sender(self, address, route, host=None, port=2525, security="starttls", username="user", secret=None, name=""):
        sender = uuid.uuid4()
        server = {"host": host, "port": port, "security": security, "username": username} if route == "smtp" else {}
        self.post.rows.sender(self.id, sender, secret, address=address, display_name=name, route=route, **server)
        return sender

    def client(self, exim=None, **options):
        return (exim or self.post.exim).client(self.login, PASSWORD, **options)

    def send(self, sender, to="bob@ontvanger.test", subject=None, mail_from=None, headers=None, body="Dag,\n\ndit is een bericht.\n", raw=None, exim=None):
        """Submits one mail; returns its subject, which identifies it. headers: replace the default ones, None omits one; raw: the whole mail as bytes."""
        subject = subject or secrets.token_hex(6)
        lines = {"From": sender, "To": to, "Subject": subject, "Date": email.utils.formatdate(), "Message-ID": f"<{secrets.token_hex(8)}@voorbeeld.test>"}
        lines.update(headers or {})
        message = "".join(f"{k}: {v}\n" for k, v in lines.items() if v is not None) + "\n" + body
        data = raw.replace(b"SUBJECT", subject.encode()) if raw is not None else message.encode("utf-8")
        with self.client(exim) as smtp:
            smtp.sendmail(email.utils.parseaddr(sender)[1] if mail_from is None else mail_from, [to] if isinstance(to, str) else to,
                          data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        return subject


class Post:
    def __init__(self, exim=True, queue_run="1s", **values):
        self.folder = tempfile.mkdtemp(prefix="volmacht-mail-")
        self.source = root_of_source()
        self._own, self._keys, self._values, self._queue_run = Servers(), {}, values, queue_run
        self.exim = None
        try:
            self.mariadb = self._own.begin(MariaDB(os.path.join(self.folder, "db"), empty=empty_database()))
            self.mail_password = secrets.token_urlsafe(12)
            self._schema()
            self.hash = sha512_crypt(PASSWORD)
            self.authority = Authority(os.path.join(self.folder, "ca"))
            self.own_route = self._own.begin(Sink())
            self.default = self._own.begin(Sink())
            if exim:
                self.start_exim()
        except BaseException:
            self.stop()
            raise

    def outside(self, address=None, port=2525, names=(), certificate=True, **options):
        """A customer's SMTP server, with a certificate for its address (or other names); login user / secret."""
        address = address or f"127.77.{secrets.randbelow(250) + 1}.{secrets.randbelow(250) + 1}"
        options.setdefault("users", {"user": "secret"})
        if certificate:
            options.setdefault("tls", self.authority.context(*(names or [address])))
        return self._own.begin(Sink(address, port, **options))

    def _schema(self):
        self.mariadb.sql("CREATE DATABASE volmacht CHARACTER SET utf8mb4")
        users = f"SET @volmacht_mail_password = '{self.mail_password}', @volmacht_web_password = '{self.mail_password}';\n"
        parts = [users, self._sql_file("users.sql")]
        migrations = os.path.join(self.source, "sql", "migrations")
        parts += [self._sql_file(os.path.join("migrations", name)) for name in sorted(os.listdir(migrations)) if name.endswith(".sql")]
        # Grants name a table that the program creates.
        parts.append("CREATE TABLE IF NOT EXISTS schema_migration (version INT NOT NULL PRIMARY KEY);\n")
        parts.append(self._sql_file("grants.sql"))
        self.mariadb.sql("".join(parts), database="volmacht")

    def _sql_file(self, name):
        with open(os.path.join(self.source, "sql", name), encoding="utf-8") as file:
            return file.read() + "\n"

    def start_exim(self, **values):
        self.exim = self._own.begin(self._exim("exim", **values))

    def another_exim(self, **values):
        """A second mail server of the same installation, with its own spool."""
        return self._own.begin(self._exim(f"exim{next(_numbers)}", **values))

    def _exim(self, name, queue_run=None, **values):
        db = f"({self.mariadb.socket})/volmacht/volmacht_mail/{self.mail_password}"
        settings = {"DEFAULT_HOST": "127.0.0.1", "DEFAULT_PORT": self.default.port, "PLATFORM_SMARTHOST": "127.0.0.1", "PLATFORM_PORT": self.own_route.port,
                    "TRUSTED_CA": self.authority.certificate, "INWARD_EXCEPT": "! " + OUTSIDE, "SENDGRID_HOST": "127.77.0.1",
                    **self._values, **values}
        return Exim(os.path.join(self.folder, name), self.source, db, queue_run=queue_run or self._queue_run, **settings)

    def sql(self, statement, user="root", check=True):
        if user == "root":
            return self.mariadb.sql(statement, database="volmacht", check=check)
        return self.mariadb.sql(statement, database="volmacht", user=f"volmacht_{user}", password=self.mail_password, check=check)

    @property
    def rows(self):
        return Rows(lambda text: self.mariadb.insert(text, "volmacht"))

    def key(self, algorithm):
        """A key pair, (PEM, base64); a few are reused, because generating one takes long."""
        made = self._keys.setdefault(algorithm, [])
        if len(made) < 2:
            path = os.path.join(self.folder, f"{algorithm}{len(made)}.pem")
            run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path] if algorithm == "rsa" else
                ["openssl", "genpkey", "-algorithm", "ED25519", "-out", path])
            der = run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"]).stdout
            import base64
            with open(path, encoding="ascii") as file:
                made.append((file.read(), base64.b64encode(der if algorithm == "rsa" else der[-32:]).decode()))
            return made[-1]
        made.append(made.pop(0))
        return made[0]

    def account(self):
        return Account(self)

    def dns(self, *accounts):
        """The DNS that the verifier reads: the platform's records and those of the accounts' domains."""
        records = {MAIL_DOMAIN: "v=spf1 ip4:127.0.0.1 -all", MAIL_HOST: "v=spf1 ip4:127.0.0.1 -all", PLATFORM: "v=spf1 ip4:127.0.0.1 -all",
                   f"_dmarc.{PLATFORM}": "v=DMARC1; p=reject"}
        for account in accounts:
            for domain in account.domains:
                records.update(domain.dns())
        return records

    def bounces(self, account):
        """(domain, sender, recipient, status, reason, mail) of each, oldest first."""
        return self.sql(f"SELECT domain_name, sender_address, recipient, status_code, reason, mail_id FROM bounce WHERE account_id = {hex_id(account.id)} ORDER BY at, id")

    def settle(self, timeout=20.0):
        """Waits until nothing is queued."""
        until = time.monotonic() + timeout
        while queue := self.exim.queue():
            assert time.monotonic() < until, f"still queued after {timeout:.0f} s: {queue}\n{self.exim.log()[-3000:]}"
            time.sleep(0.1)

    def stop(self):
        self._own.stop()
        if not os.environ.get("VOLMACHT_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)
