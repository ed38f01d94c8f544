"""SMTP servers that accept mail and keep it: without faults, or with one (4xx, 5xx, slow, failing TLS, closing, wrong password).

Owns the listening sockets and the mails received; knows nothing of who sent them or why. Also run as a program: a sink that
writes each mail as a file into a folder (tools/up's platform route).
"""

import argparse
import asyncio
import base64
import dataclasses
import datetime
import ipaddress
import os
import ssl
import sys
import threading
import time

from .child import free_port, run


@dataclasses.dataclass
class Mail:
    """One mail as received; data without dot-stuffing, lines with CRLF."""
    mail_from: str
    recipients: list
    data: bytes
    peer: str
    local: str
    tls: bool
    user: str
    helo: str
    at: float

    @property
    def headers(self):
        return self.data.split(b"\r\n\r\n", 1)[0]

    def header(self, name):
        """All values of a header, unfolded."""
        lines = self.headers.decode("utf-8", "backslashreplace").replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n")
        return [line.split(":", 1)[1].strip() for line in lines if line.lower().startswith(name.lower() + ":")]


class Sink:
    """replies: override the positive reply, by command ("MAIL", "RCPT", "DATA", "END" for the mail's end, "EHLO", "banner", "AUTH"),
    a string or a function of the argument; the reply "close" drops the connection. users: AUTH is required, {user: password}.
    tls: an SSL context for STARTTLS, or from the first byte with implicit. It may be changed while the sink runs. delay: seconds before the reply to the end of data."""

    def __init__(self, address="127.0.0.1", port=None, replies=None, users=None, tls=None, implicit=False, delay=0.0, keep=None):
        self.address, self.port = address, port or free_port(address)
        self.replies, self.users, self.tls, self.implicit, self.delay, self.keep = dict(replies or {}), users, tls, implicit, delay, keep
        self.mails, self.connections, self.refused_logins = [], 0, 0
        self._changed = threading.Condition()
        self._loop = self._server = self._thread = None

    def start(self):
        ready = threading.Event()
        failure = []

        def serve():
            self._loop = asyncio.new_event_loop()
            try:
                self._server = self._loop.run_until_complete(asyncio.start_server(
                    self._session, self.address, self.port, limit=1 << 26, backlog=1024, ssl=self.tls if self.implicit else None))
            except OSError as error:
                failure.append(error)
                ready.set()
                return
            ready.set()
            self._loop.run_forever()
            # Open sessions end with the loop.
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()
        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()
        ready.wait(10)
        if failure:
            raise failure[0]
        return self

    def stop(self):
        """Stops listening; what was received is kept."""
        if self._server:
            self._loop.call_soon_threadsafe(self._server.close)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._server = None

    def take(self, mail):
        with self._changed:
            self.mails.append(mail)
            self._changed.notify_all()

    def wait(self, count=1, timeout=20.0, match=None):
        """Waits for a number of mails (that match); returns them."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._matching(match)) >= count, timeout)
            found = self._matching(match)
        assert len(found) >= count, f"{len(found)} mails came in {timeout:.0f} s, {count} expected"
        return found

    def _matching(self, match):
        return [m for m in self.mails if match is None or match(m)]

    def of(self, subject):
        """The mails whose Subject contains this text."""
        return [m for m in list(self.mails) if any(subject in s for s in m.header("Subject"))]

    def clear(self):
        with self._changed:
            self.mails.clear()

    def _answer(self, command, argument, good):
        answer = self.replies.get(command, good)
        return answer(argument) or good if callable(answer) else answer

    async def _session(self, reader, writer):
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, ssl.SSLError, ValueError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader, writer):
        self.connections += 1
        state = {"tls": self.implicit, "user": "", "helo": "", "from": None, "to": []}

        async def say(text):
            if text == "close":
                raise ConnectionAbortedError
            writer.write(text.encode() + b"\r\n")
            await writer.drain()

        await say(self._answer("banner", "", "220 sink ESMTP"))
        while line := await reader.readline():
            text = line.decode("utf-8", "backslashreplace").rstrip("\r\n")
            verb, _, argument = text.partition(" ")
            verb = verb.upper()
            if verb in ("EHLO", "HELO"):
                state["helo"] = argument
                offers = ["sink", "8BITMIME", "PIPELINING"]
                offers += ["STARTTLS"] if self.tls and not state["tls"] else []
                offers += ["AUTH PLAIN LOGIN"] if self.users is not None else []
                good = "\r\n".join(f"250{'-' if i < len(offers) - 1 else ' '}{offer}" for i, offer in enumerate(offers))
                await say(self._answer("EHLO", argument, good))
            elif verb == "STARTTLS" and self.tls and not state["tls"]:
                await say(self._answer("STARTTLS", "", "220 go on"))
                await writer.start_tls(self.tls)
                state["tls"] = True
            elif verb == "AUTH":
                await self._auth(argument, reader, say, state)
            elif verb == "MAIL":
                if self.users is not None and not state["user"]:
                    await say("530 5.7.0 authentication required")
                    continue
                answer = self._answer("MAIL", argument, "250 ok")
                if answer.startswith("2"):
                    state["from"], state["to"] = argument[argument.index("<") + 1:argument.index(">")], []
                await say(answer)
            elif verb == "RCPT":
                answer = self._answer("RCPT", argument, "250 ok")
                if answer.startswith("2"):
                    state["to"].append(argument[argument.index("<") + 1:argument.index(">")])
                await say(answer)
            elif verb == "DATA":
                if not state["to"]:
                    await say("503 no recipient")
                    continue
                answer = self._answer("DATA", "", "354 go on")
                await say(answer)
                if answer.startswith("354"):
                    await self._data(reader, writer, say, state)
            elif verb == "RSET":
                state["from"], state["to"] = None, []
                await say("250 ok")
            elif verb == "QUIT":
                await say("221 bye")
                return
            else:
                await say("250 ok" if verb == "NOOP" else "500 what?")

    async def _auth(self, argument, reader, say, state):
        mechanism, _, first = argument.partition(" ")

        async def ask(prompt):
            await say("334 " + base64.b64encode(prompt).decode())
            return (await reader.readline()).strip()
        if mechanism.upper() == "PLAIN":
            given = first.encode() if first else await ask(b"")
            _, user, password = base64.b64decode(given).split(b"\0")
        else:
            user = base64.b64decode(first or await ask(b"Username:"))
            password = base64.b64decode(await ask(b"Password:"))
        good = (self.users or {}).get(user.decode("utf-8", "replace")) == password.decode("utf-8", "replace")
        if good:
            state["user"] = user.decode()
        else:
            self.refused_logins += 1
        await say(self._answer("AUTH", user.decode("utf-8", "replace"), "235 ok" if good else "535 5.7.8 wrong user or password"))

    async def _data(self, reader, writer, say, state):
        raw = await reader.readuntil(b"\r\n.\r\n")
        data = raw[:-3].replace(b"\r\n..", b"\r\n.")
        data = data[1:] if data.startswith(b"..") else data
        if self.delay:
            await asyncio.sleep(self.delay)
        answer = self._answer("END", data, "250 2.0.0 kept")
        if answer.startswith("2"):
            peer, local = writer.get_extra_info("peername")[0], writer.get_extra_info("sockname")[0]
            mail = Mail(state["from"], list(state["to"]), data, peer, local, state["tls"], state["user"], state["helo"], time.time())
            if self.keep:
                self.keep(mail)
            self.take(mail)
        state["from"], state["to"] = None, []
        await say(answer)


class Authority:
    """A private certificate authority and its server certificates, made by openssl(1)."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.certificate = os.path.join(folder, "ca.pem")
        self._key = os.path.join(folder, "ca.key")
        run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Test authority", "-days", "2",
             "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", self._key, "-out", self.certificate])
        os.chmod(self.certificate, 0o644)

    def issue(self, *names, days=2):
        """(certificate file, key file) for these host names and addresses."""
        base = os.path.join(self.folder, names[0])
        request = base + ".csr"
        kinds = ",".join(f"IP:{n}" if _is_address(n) else f"DNS:{n}" for n in names)
        run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={names[0]}", "-keyout", base + ".key", "-out", request])
        with open(base + ".ext", "w", encoding="ascii") as out:
            out.write(f"subjectAltName={kinds}\n")
        run(["openssl", "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial", "-days", days, "-extfile", base + ".ext",
             "-out", base + ".pem"])
        return base + ".pem", base + ".key"

    def context(self, *names):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue(*names))
        return context


def _is_address(text):
    try:
        ipaddress.ip_address(text)
        return True
    except ValueError:
        return False


def main():
    parser = argparse.ArgumentParser(prog="sinks")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", required=True, help="each mail becomes a file here")
    args = parser.parse_args()
    os.makedirs(args.folder, exist_ok=True)

    def keep(mail):
        stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S.%f")
        path = os.path.join(args.folder, stamp + ".eml")
        with open(path + ".new", "wb") as out:
            out.write(f"Return-Path: <{mail.mail_from}>\r\nX-Sink-Recipients: {', '.join(mail.recipients)}\r\n".encode("utf-8", "backslashreplace") + mail.data)
        os.replace(path + ".new", path)

    # Only the files are kept: the memory of a sink that runs for days must not grow.
    sink = Sink(port=args.port, keep=keep)
    sink.take = lambda mail: None
    sink.start()
    sink._thread.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
