"""One server process: start it, wait until it is ready, stop it by its pid.

Owns the process and its log file; knows nothing of what the process serves.
"""

import ctypes
import os
import signal
import socket
import subprocess
import time

PR_SET_PDEATHSIG = 1


class StartError(Exception):
    """A server did not start; the text names it and the reason."""


def free_port(address="127.0.0.1", first=None):
    """A port without a UDP or TCP listener; the first free one from `first` if given, else any."""
    candidates = range(first, 65536) if first else (0,) * 64
    for wanted in candidates:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tcp.bind((address, wanted))
                port = tcp.getsockname()[1]
                udp.bind((address, port))
            except OSError:
                continue
            return port
    raise StartError(f"no free port on {address}")


def port_is_free(address, port):
    """True if this port can be bound."""
    try:
        return free_port(address, port) == port
    except StartError:
        return False


def process_start(pid):
    """The kernel's start time of a pid, or None if it does not run. With the pid it identifies a process, because pids are reused."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            fields = stat.read().rsplit(b")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return None if fields[0] == b"Z" else int(fields[19])


def stop_pid(pid, start, timeout=10.0):
    """Ends the process `pid` if it is still the one started at `start`; False if there is none."""
    if process_start(pid) != start:
        return False
    for sig, limit_s in ((signal.SIGTERM, timeout), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, sig)
        except ProcessLookupError:
            return True
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            if process_start(pid) != start:
                return True
            time.sleep(0.02)
    return True


def _die_with_parent():
    # A test run or playground that gets SIGKILL must not leave servers behind.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


class Child:
    """A process with a log. `ready` is called until it returns true; it may raise OSError while the server starts."""

    def __init__(self, name, argv, folder, ready=None, env=None, timeout=20.0, stop_signal=signal.SIGTERM):
        self.name = name
        self.argv = [str(a) for a in argv]
        self.folder = folder
        self.log = os.path.join(folder, name + ".log")
        self.ready = ready
        self.env = env
        self.timeout = timeout
        self.stop_signal = stop_signal
        self.process = None

    @property
    def pid(self):
        return self.process.pid if self.process else None

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        env = dict(os.environ, **(self.env or {}))
        with open(self.log, "ab") as log, open(os.devnull, "rb") as nothing:
            self.process = subprocess.Popen(self.argv, stdin=nothing, stdout=log, stderr=log, cwd=self.folder, env=env,
                                            start_new_session=True, preexec_fn=_die_with_parent)
        try:
            self._wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def _wait_ready(self):
        until = time.monotonic() + self.timeout
        while True:
            if not self.alive():
                raise StartError(f"{self.name} ended at once (exit {self.process.returncode}):\n{self.log_tail()}")
            try:
                if self.ready is None or self.ready():
                    return
            except OSError:
                pass
            if time.monotonic() > until:
                raise StartError(f"{self.name} does not answer after {self.timeout:.0f} s:\n{self.log_tail()}")
            time.sleep(0.02)

    def stop(self, timeout=10.0):
        """Returns the exit status, negative for a signal; None if it never ran."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.wait()

    def log_text(self):
        try:
            with open(self.log, encoding="utf-8", errors="backslashreplace") as log:
                return log.read()
        except FileNotFoundError:
            return ""

    def log_tail(self, lines=12):
        return "\n".join("    " + line for line in self.log_text().splitlines()[-lines:])


class Servers:
    """Servers with one owner, ended in reverse order, because a server may need those before it."""

    def __init__(self):
        self._begun = []

    def begin(self, server):
        server.start()
        self._begun.append(server)
        return server

    def stop(self):
        while self._begun:
            self._begun.pop().stop()


def unix_socket_answers(path):
    """For ready: true if a Unix socket has a listener."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(1)
        sock.connect(path)
    return True


def tcp_answers(address, port):
    with socket.create_connection((address, port), timeout=1):
        return True


def run(argv, stdin=None, check=True, env=None):
    """Runs a command to its end; a failure raises StartError with its output."""
    done = subprocess.run([str(a) for a in argv], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          env=dict(os.environ, **(env or {})))
    if check and done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "backslashreplace").strip()
        raise StartError(f"{os.path.basename(str(argv[0]))} failed (exit {done.returncode}): {said}")
    return done
