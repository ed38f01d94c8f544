"""The mail server of mail/ run privately: own folder, own spool, high ports on loopback; as root or not.

Owns the process, its spool and the values of exim-site.conf. Uses the machine's Exim; where another mail server is installed, Exim
is unpacked into a folder (never installed beside it: Debian's packages exclude each other).
"""

import glob
import os
import pwd
import re
import secrets
import shutil
import smtplib
import subprocess

from .child import Child, StartError, free_port, port_is_free, run, tcp_answers

PLATFORM, MAIL_HOST, MAIL_DOMAIN = "volmacht.example", "mail.volmacht.example", "mta.volmacht.example"


def find_exim(source):
    """The machine's Exim if it has MySQL lookups (exim4-daemon-light has none), else the one that tools/unpack-exim unpacked into the tree."""
    machine = "/usr/sbin/exim4"
    if os.path.exists(machine):
        said = subprocess.run([machine, "-C", os.devnull, "-bV"], capture_output=True, text=True, check=False).stdout
        if re.search(r"^Lookups.*\bmysql\b", said, re.M):
            return machine
    unpacked = os.path.join(source, ".exim", "usr/sbin/exim4")
    if os.path.exists(unpacked):
        return unpacked
    raise StartError("Exim is missing: install the Debian package exim4-daemon-heavy, or, beside another mail server, run tools/unpack-exim .exim")


class Exim:
    """values: macros of exim-site.conf, added to the testbed's or overriding them. resolver: the address of a DNS resolver (port 53) to use
    instead of the machine's own; needs root."""

    def __init__(self, folder, source, db_server, port=None, address="127.0.0.1", queue_run="1s", resolver=None, **values):
        self.folder, self.source, self.address, self.port = folder, source, address, port
        self.queue_run, self.resolver = queue_run, resolver
        self.values = {
            "PLATFORM_DOMAIN": PLATFORM, "MAIL_HOST": MAIL_HOST, "MAIL_DOMAIN": MAIL_DOMAIN, "DB_SERVER": db_server,
            "VERP_KEY": None, "SPOOL": os.path.join(folder, "spool"), "LOGS": os.path.join(folder, "log"),
            "PIDFILE": os.path.join(folder, "exim.pid"), "PLATFORM_SELF": "send", "RETRY_TIMES": "F,4d,1s", **values}
        self.config = os.path.join(folder, "exim.conf")
        self.binary = os.path.join(folder, "exim4")
        self.env = {}
        self.child = None

    # --- the user: an ordinary user runs it as itself; root as another user, because Exim delivers nothing as root ---

    def _user(self):
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        for name in ("Debian-exim", "nobody"):
            try:
                entry = pwd.getpwnam(name)
                return entry.pw_uid, entry.pw_gid
            except KeyError:
                pass
        raise StartError("no user to run Exim as: neither Debian-exim nor nobody exists")

    def _argv(self, *words):
        uid, gid = self._user()
        as_user = []
        if os.geteuid() == 0:
            # A playground's folders are accessible to root only: the capabilities let Exim reach its own.
            capabilities = "+dac_override,+dac_read_search"
            as_user = ["setpriv", "--reuid", str(uid), "--regid", str(gid), "--clear-groups", "--inh-caps", capabilities, "--ambient-caps", capabilities,
                       "--pdeathsig", "TERM"]
        return [*self._with_resolver(), *as_user, self.binary, "-C", self.config, *words]

    def _with_resolver(self):
        """A private resolv.conf in a mount namespace, because Exim has no setting for the resolver."""
        if not self.resolver:
            return []
        path = os.path.join(self.folder, "resolv.conf")
        with open(path, "w", encoding="ascii") as out:
            out.write(f"nameserver {self.resolver}\n")
        os.chmod(path, 0o644)
        return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', path]

    def write_config(self):
        f = self.folder
        os.makedirs(f, mode=0o700, exist_ok=True)
        uid, gid = self._user()
        for name in ("spool", "log"):
            os.makedirs(os.path.join(f, name), mode=0o750, exist_ok=True)
            os.chown(os.path.join(f, name), uid, gid)
        os.chown(f, uid, gid)
        # Without the setuid bit it keeps its user, also where it executes itself again.
        if not os.path.exists(self.binary):
            shutil.copy(find_exim(self.source), self.binary)
            os.chmod(self.binary, 0o755)
        self._use_unpacked()
        self.values["VERP_KEY"] = self.values["VERP_KEY"] or self._kept("verp-key")
        shutil.copy(os.path.join(self.source, "mail", "exim.conf"), self.config)
        with open(os.path.join(f, "exim-site.conf"), "w", encoding="ascii") as out:
            out.write(f"exim_path = {self.binary}\nRUN_USER = {uid}\nRUN_GROUP = {gid}\n")
            out.write(f"LISTEN = {self.address}\nSMTP_PORTS = {self.port}\n")
            out.writelines(f"{key} = {value}\n" for key, value in self.values.items() if value is not None)
        for name in ("exim.conf", "exim-site.conf"):
            os.chmod(os.path.join(f, name), 0o640)
            os.chown(os.path.join(f, name), uid, gid)

    def _use_unpacked(self):
        """The libraries beside the binary, and a user database with Exim's user, which only the installed package creates."""
        tree = find_exim(self.source).removesuffix("/usr/sbin/exim4")
        if not tree:
            return
        libraries = [*glob.glob(os.path.join(tree, "usr/lib/*-linux-gnu")), os.path.join(tree, "usr/lib")]  # libspf2 lies in the latter
        wrapper = [path for folder in libraries for path in glob.glob(os.path.join(folder, "libnss_wrapper.so"))]
        if not wrapper:
            raise StartError(f"{tree} is not whole: remove it and run tools/unpack-exim again")
        self.env = {"LD_LIBRARY_PATH": ":".join(libraries), "LD_PRELOAD": wrapper[0]}
        uid, gid = self._user()
        for name, line in (("passwd", f"Debian-exim:x:{uid}:{gid}::/:/bin/false\n"), ("group", f"Debian-exim:x:{gid}:\n")):
            path = os.path.join(self.folder, name)
            with open(f"/etc/{name}", encoding="utf-8") as source, open(path, "w", encoding="utf-8") as out:
                out.write(line + source.read())
            os.chmod(path, 0o644)
            self.env[f"NSS_WRAPPER_{name.upper()}"] = path
        self.values["KEEP_ENVIRONMENT"] = " : ".join(self.env)

    def _kept(self, name):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as out:
                out.write(secrets.token_hex(16))
        with open(path, encoding="ascii") as file:
            return file.read()

    def choose_port(self):
        """Chooses the port before the start: the earlier one if it is still free, else any."""
        if self.port is None or not port_is_free(self.address, self.port):
            self.port = free_port(self.address)

    def start(self):
        if self.child is None:
            self.choose_port()
        self.write_config()
        words = ["-bdf"] + ([f"-q{self.queue_run}"] if self.queue_run else [])
        self.child = self.child or Child("exim", self._argv(*words), self.folder, ready=lambda: tcp_answers(self.address, self.port))
        self.child.argv, self.child.env = self._argv(*words), self.env
        self.child.start()
        return self

    def stop(self):
        if self.child:
            self.child.stop()
            self._end_deliveries()

    def _end_deliveries(self):
        """Ends running deliveries too, which outlive the daemon: those of this folder's binary."""
        for link in glob.glob("/proc/[0-9]*/exe"):
            try:
                if os.readlink(link) in (self.binary, self.binary + " (deleted)"):
                    os.kill(int(link.split("/")[2]), 15)
            except OSError:
                pass

    def kill(self):
        """Kills the daemon and all deliveries at once, as a power failure does."""
        self.child.kill()
        for link in glob.glob("/proc/[0-9]*/exe"):
            try:
                if os.readlink(link) == self.binary:
                    os.kill(int(link.split("/")[2]), 9)
            except OSError:
                pass

    def run(self, *words, stdin=None, check=True):
        """Runs Exim as a command (-bp, -bV, -be, -q ...); returns its output."""
        done = run(self._argv(*words), stdin=stdin, check=check, env=self.env)
        return (done.stdout + done.stderr).decode("utf-8", "backslashreplace")

    def queue(self):
        """Ids of the queued mails."""
        return [line.split()[2] for line in self.run("-bp").splitlines() if "<" in line and len(line.split()) >= 4]

    def log(self, name="main"):
        try:
            with open(os.path.join(self.folder, "log", name + "log"), encoding="utf-8", errors="backslashreplace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def client(self, login=None, password=None, source="127.0.0.1", tls=None):
        """A connection for submission; logged in if login is given."""
        smtp = smtplib.SMTP(self.address, self.port, timeout=30, local_hostname="client.example", source_address=(source, 0))
        if tls:
            smtp.starttls(context=tls)
        if login:
            smtp.login(login, password)
        return smtp


def sha512_crypt(password):
    """A crypt(3) hash with $6$, as in mail_credential."""
    done = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=password + "\n", capture_output=True, text=True, check=True)
    return done.stdout.strip()
