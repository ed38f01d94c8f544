"""Complete sites for tests: servers, an installation, accounts; one shared site, or separate sites that a test may break.

Owns folders under the system's temporary folder and removes them.
"""

import itertools
import os
import secrets
import shutil
import tempfile
import uuid

from .child import Servers
from .client import Client
from .dns import Nsd, Unbound, zone_lines
from .installation import Installation
from .mariadb import MariaDB
from .web import empty_database

# All tests have one client address: the rate limits must not stop them. Tests of the limits set their own.
NO_LIMITS = {"limit_login": "100000/60", "limit_add": "100000/60", "limit_check": "100000/60", "limit_mail": "100000/60"}

_numbers = itertools.count(1)


def fresh_domain(tld="example"):
    """A domain name that no other test uses."""
    return f"t{next(_numbers)}-{secrets.token_hex(3)}.{tld}"


class Account:
    """An account with a user, or another user of the same account. Written as rows, because nearly every test needs one; with by_program by the command line."""

    def __init__(self, site, role="admin", account=None, by_program=False):
        self.site = site
        self.email = f"{role}-{secrets.token_hex(4)}@klant.example"
        self.password = secrets.token_urlsafe(12)
        name = "Klant " + secrets.token_hex(3)
        if by_program:
            self.id = account or site.installation.add_account(name)
            site.installation.add_user(self.id, self.email, self.password, role)
            return
        self.id = account or str(uuid.uuid4())
        rows = site.installation.rows
        if not account:
            rows.account(self.id, name)
        rows.user(self.id, self.email, self.password, role)

    def client(self, url=None):
        """A client that is logged in as this user."""
        client = Client(url or self.site.url)
        client.login(self.email, self.password)
        return client


class Site:
    """Everything that one installation needs; servers of another site are shared if given, else started."""

    def __init__(self, servers=None, web=True, **settings):
        self.folder = tempfile.mkdtemp(prefix="volmacht-test-")
        os.chmod(self.folder, 0o711)  # Apache's workers run as another user
        self._own = Servers()
        try:
            self.mariadb = servers.mariadb if servers else self._own.begin(MariaDB(os.path.join(self.folder, "db"), empty=empty_database()))
            self.nsd = servers.nsd if servers else self._own.begin(Nsd(os.path.join(self.folder, "nsd")))
            self.unbound = servers.unbound if servers else self._own.begin(Unbound(os.path.join(self.folder, "unbound"), self.nsd))
            schema = f"volmacht_{next(_numbers)}" if servers else "volmacht"
            self.installation = Installation(os.path.join(self.folder, "app"), self.mariadb, schema=schema, settings={**NO_LIMITS, **settings})
            self.installation.use_playground(self.nsd, self.unbound)
            self.installation.write_config()
            self.installation.prepare_database()
            if web:
                self.start_web()
        except BaseException:
            self.stop()
            raise

    def start_web(self):
        self.installation.start_fcgi()
        self.installation.start_nginx()

    @property
    def url(self):
        return self.installation.url

    def client(self):
        return Client(self.url)

    def account(self, role="admin", account=None, by_program=False):
        return Account(self, role, account, by_program)

    def publish(self, account, name, without=(), flush=False):
        """Publishes the records of an account's domain, without some kinds. flush: empties the resolver's cache."""
        self.nsd.publish(name, zone_lines((r["host"], r["type"], r["value"]) for r in self.installation.show(account, name)["records"] if r["record"] not in without))
        if flush:
            self.unbound.flush()

    def stop(self):
        """Ends everything; returns the program's exit statuses, which are not 0 after a leak or a crash."""
        installation = getattr(self, "installation", None)
        statuses = installation.stop() if installation else {}
        self.last_log = installation.logs() if installation else ""
        self._own.stop()
        if not os.environ.get("VOLMACHT_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)
        return statuses
