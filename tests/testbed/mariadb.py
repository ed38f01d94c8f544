"""A private MariaDB on a Unix socket, by TCP too if asked: small, fast to start, its data in one folder that may be kept.

Owns the server and root's access to it; knows no table.
"""

import os
import subprocess
from contextlib import contextmanager

from .child import Child, run, unix_socket_answers


class MariaDB:
    def __init__(self, folder, port=None):
        """port: of 127.0.0.1, besides the socket. Names are not resolved: who comes by TCP is not localhost."""
        self.folder = folder
        self.port = port
        self.data = os.path.join(folder, "data")
        self.socket = os.path.join(folder, "s.sock")
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        self._as_root = as_root
        self.child = Child("mariadb", [
            "mariadbd", "--no-defaults", f"--datadir={self.data}", f"--tmpdir={self.folder}", f"--socket={self.socket}", f"--pid-file={folder}/pid",
            *(["--bind-address=127.0.0.1", f"--port={port}"] if port else ["--skip-networking"]), "--skip-name-resolve", "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M", "--key-buffer-size=64K",
            "--performance-schema=OFF", "--max-connections=200", "--character-set-server=utf8mb4", *as_root,
        ], folder, ready=lambda: unix_socket_answers(self.socket))

    def start(self):
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        if not os.path.isdir(os.path.join(self.data, "mysql")):
            run(["mariadb-install-db", "--no-defaults", f"--datadir={self.data}", f"--tmpdir={self.folder}", "--auth-root-authentication-method=normal", "--skip-test-db",
                 "--skip-name-resolve", *self._as_root])
        if os.path.exists(self.socket):  # left by a server that was killed
            os.unlink(self.socket)
        self.child.start()
        return self

    def stop(self):
        self.child.stop(timeout=30)

    def sql(self, text, database=None, user="root", password=None, check=True):
        """Runs statements as a user, root by default; the rows as lists of strings (NULL is "NULL")."""
        done = run(self._argv(database, user), stdin=text.encode(), check=check, env={"MYSQL_PWD": password} if password else None)
        if not check and done.returncode != 0:
            return done.stderr.decode("utf-8", "replace")
        return [line.split("\t") for line in done.stdout.decode("utf-8", "backslashreplace").splitlines()]

    @contextmanager
    def session(self, database):
        """One connection of root's that stays, with its transaction and locks: a function that runs statements on it."""
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
