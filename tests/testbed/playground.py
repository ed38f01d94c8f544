"""The implementation of tools/up, tools/down and tools/dns: a complete Volmacht in one folder, supervised.

Owns the folder's state (ports, pids, the demo login) and the watching of its processes. Run by /usr/bin/python3 -m testbed.playground.
"""

import argparse
import errno
import fcntl
import json
import os
import secrets
import signal
import sys
import tempfile
import time

from .child import Child, StartError, free_port, port_is_free, process_start, stop_pid, tcp_answers
from .dns import Nsd, Unbound, ZoneError
from .exim import Exim, sha512_crypt
from .installation import RETURN_PATH_TARGET, Installation, root_of_source
from .mariadb import MariaDB

DEMO_ACCOUNT, DEMO_EMAIL = "Demo", "demo@volmacht.example"
FIRST_HTTP_PORT = 8025
RESTART_PAUSE = (1, 2, 5, 10)
SOCKET_PATH_MAX = 107
LONGEST_SOCKET = "/nginx/nginx.conf.and.a.reserve"


def say(text):
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        pass  # the terminal was closed; the servers are stopped anyway


class Stop(Exception):
    """A request to end the playground."""


class State:
    """The folder: the state kept between runs (state.json) and the processes that run now (lock, pids.json)."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.path = os.path.join(self.folder, "state.json")
        self.pids = os.path.join(self.folder, "pids.json")
        self.values = os.path.join(self.folder, "values")
        self._lock = None

    def load(self, path=None):
        try:
            with open(path or self.path, encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

    def save(self, value, path=None):
        path = path or self.path
        with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(value, out, indent=1)
            out.write("\n")
        os.replace(path + ".new", path)

    def lock(self):
        """True if this process now owns the folder. The kernel releases the lock with the process, however it ends."""
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        os.chmod(self.folder, 0o700)
        self._lock = os.open(os.path.join(self.folder, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            self._lock = None
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            raise
        return True

    def run_folder(self):
        """The folder of the sockets: this folder, or a short private one where paths would exceed the limit of Unix sockets."""
        if len(self.folder) + len(LONGEST_SOCKET) < SOCKET_PATH_MAX:
            return self.folder
        state = self.load()
        short = state.get("run_folder")
        if not short or not os.path.isdir(short) or os.stat(short).st_uid != os.geteuid():
            short = tempfile.mkdtemp(prefix="volmacht-")
            link = os.path.join(short, "d")
            os.symlink(self.folder, link)
            self.save(dict(state, run_folder=short))
        return os.path.join(short, "d")


class Playground:
    def __init__(self, state, http_port, real_dns, build):
        self.state, self.http_port, self.real_dns = state, http_port, real_dns
        self.source = root_of_source()
        self.children = []  # in the order of starting
        folder = state.run_folder()
        known = state.load()
        self.mariadb = MariaDB(os.path.join(folder, "db"))
        self.nsd = Nsd(os.path.join(folder, "nsd"), port=known.get("nsd_port"))
        self.unbound = Unbound(os.path.join(folder, "unbound"), self.nsd, port=known.get("unbound_port"))
        self.installation = Installation(os.path.join(folder, "app"), self.mariadb, self.source, build, config=os.path.join(state.folder, "volmacht.conf"))
        self.nightly = None
        self.mail_folder = os.path.join(state.folder, "mail")
        self.sink_port = free_port()
        database = f"({self.mariadb.socket})/{self.installation.schema}/volmacht_mail/{self.installation.password('mail')}"
        # Both routes of the platform end in the sink: nothing leaves this machine. Customers' own servers are looked up in DNS.
        self.exim = Exim(os.path.join(folder, "exim"), self.source, database, port=known.get("smtp_port"), PLATFORM_SMARTHOST="127.0.0.1", PLATFORM_PORT=self.sink_port,
                         DEFAULT_HOST="127.0.0.1", DEFAULT_PORT=self.sink_port, MAIL_DOMAIN=RETURN_PATH_TARGET, RETRY_TIMES="F,4d,5s")

    def start(self):
        began = time.monotonic()
        self._step("MariaDB (Unix socket only)", self.mariadb, self.mariadb.child)
        if not self.real_dns:
            self._step("NSD, the name servers of the playground", self.nsd, self.nsd.child)
            self._step("Unbound, the resolver of the playground", self.unbound, self.unbound.child)
            self.installation.use_playground(self.nsd, self.unbound)
        else:
            self.installation.settings.update(dns_allow_private="no", dns_authoritative_port=53)
        port = self._choose_http_port()
        self.exim.choose_port()
        self.installation.write_config(base_url=f"http://127.0.0.1:{port}", smtp_host=self.exim.address, smtp_port=self.exim.port, smtp_security="none")
        say("up: database schema, users and grants")
        self.installation.prepare_database()
        self._demo()
        self._own_mails()
        say("up: Exim, the mail server; what it sends ends as files in mail/")
        self._sink()
        self.exim.start()
        self.children.append(self.exim.child)
        say("up: volmacht.fcgi (pages, checks), nightly loop, nginx")
        self.installation.start_fcgi()
        self.children += [fcgi.child for fcgi in self.installation.fcgi.values()]
        self.nightly = Child("nightly", self.installation.command("sweep", "--every-midnight"), self.installation.folder)
        self.nightly.start()
        self.children.append(self.nightly)
        self.installation.start_nginx(port)
        self.children.append(self.installation.nginx.child)
        self.state.save(dict(self.state.load(), http_port=port, smtp_port=self.exim.port, nsd_port=self.nsd.port, unbound_port=self.unbound.port, real_dns=self.real_dns))
        self._remember_pids()
        self._write_values()
        say(f"up: all is running after {time.monotonic() - began:.1f} s")

    def _step(self, what, server, child):
        say(f"up: {what}")
        server.start()
        self.children.append(child)
        self._remember_pids()

    def _choose_http_port(self):
        known = self.state.load().get("http_port")
        if self.http_port:
            if not port_is_free("127.0.0.1", self.http_port):
                raise StartError(f"port {self.http_port} of 127.0.0.1 is taken; choose another with --http PORT")
            return self.http_port
        return known if known and port_is_free("127.0.0.1", known) else free_port("127.0.0.1", FIRST_HTTP_PORT)

    def _demo(self):
        """The first account; its password is kept in the folder, readable by its owner only."""
        state = self.state.load()
        if "account" in state:
            if "smtp_login" not in state:
                self._credential(state["account"])
            return
        password = secrets.token_urlsafe(12)
        account = self.installation.add_account(DEMO_ACCOUNT)
        self.installation.add_user(account, DEMO_EMAIL, password)
        self.state.save(dict(state, account=account, email=DEMO_EMAIL, password=password))

        self._credential(account)

    def _credential(self, account):
        """A login for SMTP AUTH as that account."""
        login, password = "demo", secrets.token_urlsafe(12)
        self.installation.sql("REPLACE INTO mail_credential (login, account_id, hash, created_at) VALUES "
                              f"('{login}', UNHEX(REPLACE('{account}', '-', '')), '{sha512_crypt(password)}', {int(time.time() * 1000)})")
        self.state.save(dict(self.state.load(), smtp_login=login, smtp_password=password))

    def _own_mails(self):
        """The program's own mails are sent through Exim too, by the demo account's login."""
        state = self.state.load()
        path = os.path.join(self.installation.folder, "smtp.password")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
            out.write(state["smtp_password"] + "\n")
        self.installation.write_config(smtp_user=state["smtp_login"], smtp_password_file=path)

    def _sink(self):
        sink = Child("sink", [sys.executable, "-m", "testbed.sinks", "--port", str(self.sink_port), "--folder", self.mail_folder], self.installation.folder,
                     ready=lambda: tcp_answers("127.0.0.1", self.sink_port), env={"PYTHONPATH": os.path.join(self.source, "tests"), "PYTHONDONTWRITEBYTECODE": "1"})
        sink.start()
        self.children.append(sink)

    def _write_values(self):
        state = self.state.load()
        values = {
            "VOLMACHT_URL": self.installation.url, "VOLMACHT_CONF": self.installation.config, "VOLMACHT_BIN": self.installation.bin,
            "VOLMACHT_ACCOUNT": state["account"], "VOLMACHT_EMAIL": state["email"], "VOLMACHT_PASSWORD": state["password"],
            "DNS_AUTH": "" if self.real_dns else ",".join(f"{a}@{self.nsd.port}" for a in self.nsd.addresses),
            "DNS_RESOLVER": "" if self.real_dns else f"{self.unbound.address}@{self.unbound.port}",
        }
        values.update(VOLMACHT_SMTP=f"{self.exim.address}:{self.exim.port}", VOLMACHT_SMTP_LOGIN=state["smtp_login"], VOLMACHT_SMTP_PASSWORD=state["smtp_password"],
                      VOLMACHT_MAIL=self.mail_folder)
        with open(os.open(self.state.values, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.writelines(f"{key}={value}\n" for key, value in values.items())

    def _remember_pids(self):
        pids = {"supervisor": [os.getpid(), process_start(os.getpid())]}
        pids.update((child.name, [child.pid, process_start(child.pid)]) for child in self.children if child.alive())
        self.state.save(pids, self.state.pids)

    def watch(self):
        """Supervises until a stop: a process that ends is reported and restarted after a growing pause."""
        crashes, due = {}, {}
        while True:
            time.sleep(0.5)
            for child in self.children:
                if child.alive():
                    continue
                if child not in due:
                    count = crashes[child] = crashes.get(child, 0) + 1
                    pause = RESTART_PAUSE[min(count, len(RESTART_PAUSE)) - 1]
                    due[child] = time.monotonic() + pause
                    say(f"up: {child.name} ended (exit {child.process.returncode}); starting it again in {pause} s. Its log: {child.log}\n{child.log_tail(4)}")
                elif time.monotonic() >= due[child]:
                    del due[child]
                    try:
                        child.start()
                        say(f"up: {child.name} runs again")
                    except StartError as error:
                        say(f"up: {error}")
                    self._remember_pids()

    def stop(self):
        for child in reversed(self.children):
            child.stop(timeout=30)
        for path in (self.state.pids, self.state.values):
            if os.path.exists(path):
                os.unlink(path)


def print_welcome(state, real_dns):
    values = read_values(state)
    where = os.path.relpath(state.folder)
    where = state.folder if where.startswith("..") else where
    option = "" if where == ".up" else f" --dir {where}"
    print(f"""
Volmacht runs:  {values['VOLMACHT_URL']}
  e-mail        {values['VOLMACHT_EMAIL']}
  password      {values['VOLMACHT_PASSWORD']}
Mail server:    {values['VOLMACHT_SMTP']}, login {values['VOLMACHT_SMTP_LOGIN']}, password {values['VOLMACHT_SMTP_PASSWORD']}
                what it sends ends as files in {os.path.relpath(values['VOLMACHT_MAIL'])}
""")
    if real_dns:
        print(f"1. Log in and add your domain.\n2. Publish the records it shows in your domain's DNS.\n3. Press \"Check status\".\n\nStop: Ctrl-C, or tools/down{option}")
    else:
        print(f"""1. Log in and add a domain, say voorbeeld.nl.
2. Download its zone file there and publish it:  tools/dns{option} publish voorbeeld.nl < voorbeeld.nl.zone
3. Press "Check status".

Stop: Ctrl-C, or tools/down{option}""")
    sys.stdout.flush()


def read_values(state):
    with open(state.values, encoding="utf-8") as file:
        return dict(line.rstrip("\n").split("=", 1) for line in file)


def print_values(state):
    with open(state.values, encoding="utf-8") as file:
        sys.stdout.write(file.read())
    sys.stdout.flush()


def already_running(state, timeout_s=60.0):
    """Another process owns the folder: waits until it is up and returns its values."""
    until = time.monotonic() + timeout_s
    while not os.path.exists(state.values):
        if time.monotonic() > until:
            say(f"up: another tools/up is starting in {state.folder} and is not ready after {timeout_s:.0f} s")
            return 1
        time.sleep(0.1)
    say(f"up: already running in {state.folder}")
    print_values(state)
    return 0


STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def _raise_stop(signum, _frame):
    # A second Ctrl-C, or a closed terminal after the first, must not interrupt the stop.
    for sig in STOP_SIGNALS:
        signal.signal(sig, signal.SIG_IGN)
    raise Stop(signum)


def serve(state, args, report):
    """Starts, reports, supervises, stops. report(error) is called once, with None when all servers are up."""
    for sig in STOP_SIGNALS:
        signal.signal(sig, _raise_stop)
    playground = None
    status = 0
    try:
        playground = Playground(state, args.http, args.real_dns, args.build)
        playground.start()
        report(None)
        playground.watch()
    except Stop:
        say("up: stopping")
    except (StartError, ZoneError, OSError) as error:
        report(error)
        status = 1
    finally:
        for sig in STOP_SIGNALS:
            signal.signal(sig, signal.SIG_IGN)
        if playground:
            playground.stop()
    return status


def up(args):
    state = State(args.dir)
    if args.detach:
        return up_detached(state, args)
    if not state.lock():
        return already_running(state)

    def report(error):
        if error:
            say(f"up: {error}")
        else:
            print_welcome(state, args.real_dns)
    return serve(state, args, report)


def up_detached(state, args):
    read_end, write_end = os.pipe()
    if os.fork() == 0:  # the process in the background
        os.close(read_end)
        os.setsid()
        if not state.lock():
            os.write(write_end, b"running")
            os._exit(0)
        # Its output goes to the terminal while it starts and to a log afterwards, because the pipe's reader ends.
        log = os.open(os.path.join(state.folder, "up.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)

        def report(error):
            if error:
                say(f"up: {error}")
            os.dup2(log, 2)
            os.write(write_end, b"failed" if error else b"up")
            os.close(write_end)
        os._exit(serve(state, args, report))
    os.close(write_end)
    said = b""
    while part := os.read(read_end, 64):
        said += part
    if said == b"running":
        return already_running(state)
    if said != b"up":
        return 1
    print_values(state)
    return 0


def down(args):
    state = State(args.dir)
    pids = state.load(state.pids)
    if not pids:
        say(f"down: nothing runs in {state.folder}")
        return 0
    supervisor = pids.pop("supervisor", None)
    # The supervisor stops the others in order. If it is gone, its processes are stopped here, in reverse order of start.
    if supervisor and stop_pid(*supervisor, timeout=60):
        say(f"down: stopped what ran in {state.folder}")
    for name, (pid, start) in reversed(list(pids.items())):
        if stop_pid(pid, start, timeout=30):
            say(f"down: stopped {name}")
    for path in (state.pids, state.values):
        if os.path.exists(path):
            os.unlink(path)
    return 0


def zones(args):
    state = State(args.dir)
    known = state.load()
    if "nsd" not in state.load(state.pids):
        say(f"dns: no playground DNS runs in {state.folder}; start it with tools/up, without --real-dns")
        return 1
    nsd = Nsd(os.path.join(state.run_folder(), "nsd"), port=known["nsd_port"])
    try:
        if args.command == "publish":
            text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
            nsd.publish(args.name, text)
        else:
            nsd.drop(args.name)
    except (ZoneError, StartError) as error:
        say(f"dns: {error}")
        return 1
    say(f"dns: {args.name} is {'served' if args.command == 'publish' else 'no longer served'} by " + ", ".join(f"{a}@{nsd.port}" for a in nsd.addresses))
    return 0


def port_number(text):
    port = int(text)
    if not 1 <= port <= 65535:
        raise ValueError(text)
    return port


def main():
    parser = argparse.ArgumentParser(prog="playground", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("up", prog="tools/up", allow_abbrev=False)
    start.add_argument("--http", type=port_number, metavar="PORT")
    start.add_argument("--detach", action="store_true")
    start.add_argument("--real-dns", action="store_true")
    start.add_argument("--build", required=True, help=argparse.SUPPRESS)
    stop = commands.add_parser("down", prog="tools/down", allow_abbrev=False)
    publish = commands.add_parser("publish", prog="tools/dns publish", allow_abbrev=False)
    publish.add_argument("name")
    drop = commands.add_parser("drop", prog="tools/dns drop", allow_abbrev=False)
    drop.add_argument("name")
    for command in (start, stop, publish, drop):
        command.add_argument("--dir", default=os.path.join(root_of_source(), ".up"), metavar="DIR")
    args = parser.parse_args()
    return {"up": up, "down": down, "publish": zones, "drop": zones}[args.command](args)


if __name__ == "__main__":
    sys.exit(main())
