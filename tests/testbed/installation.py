"""One installation of Volmacht on the testbed's servers: schema, database users, configuration, program and command line.

Owns its folder and the order of starting. The servers that it uses (MariaDB, NSD, Unbound) are given.
"""

import json
import os
import secrets
import subprocess

from .child import StartError
from .rows import Rows
from .web import SANITIZERS, Fcgi, Nginx, default_build, root_of_source

USERS = ("web", "sweep", "mail", "owner")
PLATFORM = "volmacht.example"
RETURN_PATH_TARGET = "bounce.mail.volmacht.example"

# The platform's own zone: the target of every customer's return path.
PLATFORM_ZONE = """\
$TTL 300
@ SOA ns1.playground.example. hostmaster.playground.example. 1 3600 600 86400 10
@ NS ns1.playground.example.
@ NS ns2.playground.example.
@ A 192.0.2.10
mail A 192.0.2.25
bounce.mail A 192.0.2.25
bounce.mail MX 10 mail
bounce.mail TXT "v=spf1 ip4:192.0.2.25 -all"
"""


class Installation:
    def __init__(self, folder, mariadb, source=None, build=None, schema="volmacht", settings=None, config=None):
        self.folder = folder
        self.mariadb = mariadb
        self.source = source or root_of_source()
        self.build = build or default_build(self.source)
        self.schema = schema
        self.settings = dict(settings or {})
        self.config = config or os.path.join(folder, "volmacht.conf")
        self.bin = os.path.join(self.build, "cli", "volmacht")
        self.nginx = None
        self.fcgi = {}
        os.makedirs(folder, mode=0o700, exist_ok=True)

    # --- database ---

    def password(self, user):
        """A database user's password, stored beside the server's data, because the users belong to the server."""
        path = self.password_file(user)
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
                out.write(secrets.token_urlsafe(24) + "\n")
        with open(path, encoding="ascii") as file:
            return file.read().strip()

    def password_file(self, user):
        return os.path.join(self.mariadb.folder, "passwords", user)

    def sql_file(self, name):
        with open(os.path.join(self.source, "sql", name), encoding="utf-8") as file:
            return file.read()

    def prepare_database(self):
        """Creates schema, users, tables and grants, as an operator does at installation and at an upgrade."""
        self.mariadb.sql(f"CREATE DATABASE IF NOT EXISTS `{self.schema}` CHARACTER SET utf8mb4")
        given = "SET " + ", ".join(f"@volmacht_{u}_password = '{self.password(u)}'" for u in USERS) + ";\n"
        self.mariadb.sql(given + self.sql_file("users.sql"), database=self.schema)
        self.must("migrate")
        self.mariadb.sql(self.sql_file("grants.sql"), database=self.schema)

    def sql(self, text, user=None, check=True):
        """Runs statements as root, or as one of the program's users ("web", "sweep", "mail", "owner")."""
        if user is None:
            return self.mariadb.sql(text, database=self.schema, check=check)
        return self.mariadb.sql(text, database=self.schema, user=f"volmacht_{user}", password=self.password(user), check=check)

    @property
    def rows(self):
        """Writes rows that the program would make too slowly, or never."""
        return Rows(lambda text: self.mariadb.insert(text, self.schema))

    # --- configuration ---

    def write_config(self, **settings):
        self.settings.update(settings)
        values = {
            "db_socket": self.mariadb.socket, "db_name": self.schema,
            "db_user": "volmacht_web", "db_password_file": self.password_file("web"),
            "db_owner_user": "volmacht_owner", "db_owner_password_file": self.password_file("owner"),
            "db_sweep_user": "volmacht_sweep", "db_sweep_password_file": self.password_file("sweep"),
            "template_dir": os.path.join(self.build, "templates"),
            "platform_domain": PLATFORM, "return_path_target": RETURN_PATH_TARGET,
            **self.settings,
        }
        with open(self.config, "w", encoding="utf-8") as out:
            out.write("# made by the testbed; written anew at each start\n")
            out.writelines(f"{key} = {value}\n" for key, value in values.items() if value is not None)

    def use_playground(self, nsd, unbound):
        """The DNS settings for the testbed's own servers, and the platform's zone in them."""
        self.settings.update(dns_resolvers=f"{unbound.address}@{unbound.port}", dns_authoritative_port=nsd.port, dns_allow_private="yes")
        nsd.publish(PLATFORM, PLATFORM_ZONE)

    # --- the program ---

    def command(self, *words):
        return [self.bin, "-c", self.config, *map(str, words)]

    def cli(self, *words, stdin="", timeout=120):
        """Runs the command line; returns a subprocess.CompletedProcess with text."""
        return subprocess.run(self.command(*words), input=stdin, capture_output=True, text=True, encoding="utf-8", errors="backslashreplace",
                              timeout=timeout, check=False, env=dict(os.environ, **SANITIZERS))

    def must(self, *words, stdin=""):
        """As cli, but a failure raises an error; returns stdout, stripped."""
        done = self.cli(*words, stdin=stdin)
        if done.returncode != 0:
            raise StartError(f"volmacht {' '.join(map(str, words))} failed (exit {done.returncode}): {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout.strip()

    def add_account(self, name):
        return self.must("account", "add", name)

    def add_user(self, account, email, password, role="admin"):
        self.must("user", "add", "--account", account, "--email", email, "--role", role, stdin=password + "\n")

    def show(self, account, name):
        return json.loads(self.must("domain", "show", "--account", account, "--json", name))

    def start_fcgi(self, pools=("pages", "checks")):
        for pool in pools:
            self.fcgi[pool] = Fcgi(self.build, self.config, pool, self.folder)
            self.fcgi[pool].start()

    def start_nginx(self, port=None):
        self.nginx = Nginx(self.source, os.path.join(self.folder, "nginx"), self.fcgi["pages"].socket, self.fcgi["checks"].socket, port, build=self.build)
        self.nginx.start()

    @property
    def url(self):
        return self.nginx.url

    def logs(self):
        return "".join(fcgi.child.log_text() for fcgi in self.fcgi.values())

    def stop(self):
        """Stops what it started; returns the exit statuses of the program's processes."""
        if self.nginx:
            self.nginx.stop()
        return {pool: fcgi.stop() for pool, fcgi in self.fcgi.items()}
