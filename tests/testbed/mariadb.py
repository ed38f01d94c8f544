"""A private MariaDB on a Unix socket, by TCP too if asked: small, fast to start, its data in one folder that may be kept.

Owns the server and root's access to it; knows no table.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import threading
from contextlib import contextmanager, suppress

from .child import Child, StartError, run, unix_socket_answers


LOG_SIZE = "--innodb-log-file-size=16M"


class MariaDB:
    def __init__(self, folder, port=None, empty=None):
        """port: on 127.0.0.1, besides the socket. Names are not resolved: a TCP client is not localhost. empty: a folder with an empty database, created
        once and copied by every server that names it."""
        self.folder = folder
        self.port = port
        self.empty = empty
        self.data = os.path.join(folder, "data")
        self.socket = os.path.join(folder, "s.sock")
        self._kept, self._lock = {}, threading.Lock()  # by schema: the client of insert()
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        self._as_root = as_root
        self.child = Child("mariadb", [
            "mariadbd", "--no-defaults", f"--datadir={self.data}", f"--tmpdir={self.folder}", f"--socket={self.socket}", f"--pid-file={folder}/pid",
            *(["--bind-address=127.0.0.1", f"--port={port}"] if port else ["--skip-networking"]), "--skip-name-resolve", "--innodb-buffer-pool-size=32M", LOG_SIZE, "--key-buffer-size=64K",
            # Committed data survives a kill of the server, but not of the machine.
            "--innodb-flush-log-at-trx-commit=2", "--performance-schema=OFF", "--max-connections=200", "--character-set-server=utf8mb4", *as_root,
        ], folder, ready=lambda: unix_socket_answers(self.socket))

    def start(self):
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        if not os.path.isdir(os.path.join(self.data, "mysql")):
            if self.empty:
                self._copy_empty()
            else:
                self._install(self.data)
        if os.path.exists(self.socket):  # left by a server that was killed
            os.unlink(self.socket)
        self.child.start()
        return self

    def _install(self, data):
        run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--tmpdir={self.folder}", "--auth-root-authentication-method=normal", "--skip-test-db",
             "--skip-name-resolve", LOG_SIZE, *self._as_root])

    def _copy_empty(self):
        """Creating a database takes seconds of processor time. Of several at once the first creates it; a newer MariaDB creates another."""
        os.makedirs(self.empty, mode=0o700, exist_ok=True)
        version = hashlib.sha256(run(["mariadbd", "--no-defaults", "--version"]).stdout).hexdigest()[:16]
        kept = os.path.join(self.empty, version)
        with open(os.path.join(self.empty, "lock"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.isdir(kept):
                shutil.rmtree(kept + ".new", ignore_errors=True)
                self._install(kept + ".new")
                os.rename(kept + ".new", kept)
        shutil.copytree(kept, self.data)

    def stop(self):
        for database in list(self._kept):
            self._drop(database)
        self.child.stop(timeout=30)

    def sql(self, text, database=None, user="root", password=None, check=True):
        """Runs statements as a user, root by default; returns the rows as lists of strings (NULL is "NULL")."""
        done = run(self._argv(database, user), stdin=text.encode(), check=check, env={"MYSQL_PWD": password} if password else None)
        if not check and done.returncode != 0:
            return done.stderr.decode("utf-8", "replace")
        return [line.split("\t") for line in done.stdout.decode("utf-8", "backslashreplace").splitlines()]

    def insert(self, text, database):
        """Runs a statement without result rows as root, by a persistent client: starting one takes longer than most statements."""
        with self._lock:
            self._insert(text, database)

    def _insert(self, text, database):
        for attempt in (1, 2):
            client = self._kept.get(database)
            if client is None:
                client = self._kept[database] = subprocess.Popen([*self._argv(database, "root"), "--unbuffered"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                                                 stderr=subprocess.STDOUT, encoding="utf-8", errors="backslashreplace")
            said = ""
            try:
                client.stdin.write(text + "; SELECT 'that was all';\n")
                client.stdin.flush()
                for line in client.stdout:
                    if line == "that was all\n":
                        return
                    said += line
            except BrokenPipeError:
                pass
            self._drop(database)
            # 2006 and 2013: the server was restarted meanwhile, and nothing was written.
            if attempt == 2 or said and not re.search(r"(?m)^ERROR (2006|2013) ", said):
                raise StartError(f"mariadb: {said.strip()}: {text[:300]}")

    def _drop(self, database):
        client = self._kept.pop(database)
        client.stdout.close()
        with suppress(BrokenPipeError):
            client.stdin.close()
        client.wait()

    @contextmanager
    def session(self, database):
        """A persistent connection of root, with its transaction and locks: yields a function that runs statements on it."""
        with subprocess.Popen([*self._argv(database, "root"), "--unbuffered"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", errors="backslashreplace") as client:
            def statements(text):
                client.stdin.write(text + "; SELECT 'that was all';\n")
                client.stdin.flush()
                for line in client.stdout:
                    if line == "that was all\n":
                        return
                raise AssertionError(f"the connection ended at {text}")

            yield statements
            client.stdin.close()

    def _argv(self, database, user):
        argv = ["mariadb", "--no-defaults", f"--socket={self.socket}", f"--user={user}", "--batch", "--skip-column-names", "--default-character-set=utf8mb4"]
        return [*argv, f"--database={database}"] if database else argv
