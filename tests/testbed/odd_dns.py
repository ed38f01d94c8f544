"""A small name server that misbehaves on purpose, and the table of its misbehaviours.

Owns its sockets and threads. It turns each query into steps; the correct answer comes from a real server. Uses dnspython and hand-made
packets for the wire format; knows nothing of the tests that use it.
"""

import contextlib
import functools
import itertools
import socket
import struct
import threading
import time
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class FromOtherPort(bytes):
    """A step: these bytes by UDP, from another port than the one that got the query."""


class Raw(bytes):
    """A step: these bytes unchanged; by TCP without the length prefix."""


class InPieces(bytes):
    """A step: this answer by TCP, in many small segments."""


class OddServer:
    """answer(query, wire, tcp, count) returns steps: bytes to send, a number of seconds to wait, None to close the connection (TCP). count: the
    earlier queries of the same name and type. tcp="closed": serves UDP only."""

    def __init__(self, address, port, answer, tcp="open"):
        self.answer = answer
        self.asked = []
        self._counts = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._udp = socket.socket(self._family, socket.SOCK_DGRAM)
        self._udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._udp.bind((address, port))
        self._tcp = None
        runs = [self._run_udp]
        if tcp == "open":
            self._tcp = socket.socket(self._family, socket.SOCK_STREAM)
            self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._tcp.bind((address, port))
            self._tcp.listen(64)
            runs.append(self._run_tcp)
        self._threads = [threading.Thread(target=run, daemon=True) for run in runs]
        for thread in self._threads:
            thread.start()

    def _react(self, wire, tcp, send):
        with contextlib.suppress(dns.exception.DNSException, OSError):
            self._answer(dns.message.from_wire(wire), wire, tcp, send)

    def _answer(self, query, wire, tcp, send):
        key = (query.question[0].name, query.question[0].rdtype)
        with self._lock:
            # The resolver's queries (its EDNS size differs) are counted separately.
            counted = (key, tcp, query.payload)
            count = self._counts.get(counted, 0)
            self._counts[counted] = count + 1
            self.asked.append((key, tcp))
        for step in self.answer(query, wire, tcp, count):
            if isinstance(step, (int, float)):
                self._over.wait(step)
            else:
                send(step)

    def _send_udp(self, step, peer):
        if isinstance(step, FromOtherPort):
            with socket.socket(self._family, socket.SOCK_DGRAM) as other:
                other.bind((self._udp.getsockname()[0], 0))
                other.sendto(step, peer)
        elif step is not None:
            self._udp.sendto(step, peer)

    def _run_udp(self):
        while not self._over.is_set():
            try:
                wire, peer = self._udp.recvfrom(4096)
            except OSError:
                return
            threading.Thread(target=self._react, args=(wire, False, lambda step, to=peer: self._send_udp(step, to)), daemon=True).start()

    def _run_tcp(self):
        while not self._over.is_set():
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        lock = threading.Lock()

        def send(step):
            if step is None:
                connection.shutdown(socket.SHUT_RDWR)
                return
            data = step if isinstance(step, Raw) else struct.pack("!H", len(step)) + step
            size = 97 if isinstance(step, InPieces) else len(data)
            with lock:
                for at in range(0, len(data), size):
                    connection.sendall(data[at:at + size])
                    if size < len(data):
                        time.sleep(0.002)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, contextlib.suppress(OSError, struct.error), connection.makefile("rb") as stream:
            while True:
                length = struct.unpack("!H", stream.read(2))[0]
                wire = stream.read(length)
                threading.Thread(target=self._react, args=(wire, True, send), daemon=True).start()

    def close(self):
        self._over.set()
        with contextlib.suppress(OSError), socket.socket(self._family, socket.SOCK_DGRAM) as wake:
            wake.sendto(b"", self._udp.getsockname())
        if self._tcp:
            with contextlib.suppress(OSError):
                self._tcp.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._udp.close()
        if self._tcp:
            self._tcp.close()


def good(query, *records, aa=True, rcode=dns.rcode.NOERROR):
    """A correct answer with these RRsets (text lines) in its answer section."""
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.AA if aa else 0
    answer.set_rcode(rcode)
    for record in records:
        owner, ttl, kind, rdata = record.split(None, 3)
        answer.answer.append(dns.rrset.from_text(owner, int(ttl), "IN", kind, rdata))
    return answer


def txt(query, text="good"):
    return good(query, f'{query.question[0].name} 60 TXT "{text}"').to_wire()


def ask_real(address, port, wire, timeout=3.0):
    """The real server's answer to this packet; over TCP, so that it is never truncated. Raises OSError."""
    with socket.create_connection((address, port), timeout=timeout) as connection:
        connection.sendall(struct.pack("!H", len(wire)) + wire)
        with connection.makefile("rb") as stream:
            length = struct.unpack("!H", stream.read(2))[0]
            return stream.read(length)


# --- packets by hand ---

def question_end(wire):
    """The offset after the single question of an answer."""
    at = 12
    while wire[at]:
        at += wire[at] + 1
    return at + 5


def flipped(wire, byte, bits):
    return wire[:byte] + bytes([wire[byte] ^ bits]) + wire[byte + 1:]


def header(wire, flags, rcode, *counts):
    """A header only: the id of wire, the first byte of flags, rcode, the four counts (default 0)."""
    return wire[:2] + bytes([flags, rcode]) + struct.pack("!4H", *(counts or (0, 0, 0, 0)))


def with_answer(wire, rr, count=1):
    """A correct header and question, with these bytes as the answer section."""
    end = question_end(wire)
    return wire[:2] + b"\x84\x00" + struct.pack("!4H", 1, count, 0, 0) + wire[12:end] + rr


def denial(query, rcode=dns.rcode.NXDOMAIN):
    """A forged denial: the name does not exist."""
    return good(query, rcode=rcode).to_wire()


def truncated(query):
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.TC | dns.flags.AA
    return answer.to_wire()


def plain_formerr(query):
    answer = dns.message.make_response(query)
    answer.use_edns(False)
    answer.set_rcode(dns.rcode.FORMERR)
    return answer.to_wire()


def other_question(query, rdtype="TXT", name="other.example."):
    other = dns.message.make_query(name, rdtype)
    other.id = query.id
    return denial(other)


def referral(query, zone):
    answer = dns.message.make_response(query)
    answer.authority = [dns.rrset.from_text(zone, 60, "IN", "NS", "a.root-servers.example.", "b.root-servers.example.")]
    return answer.to_wire()


def foreign(query):
    return good(query, 'evil.example. 60 TXT "v=DKIM1; p="', "evil.example. 60 CNAME evil.example.").to_wire()


def tsig(wire):
    return wire[:10] + struct.pack("!H", struct.unpack("!H", wire[10:12])[0] + 1) + wire[12:] + b"\0\0\xfa\0\xff\0\0\0\0\0\0"


def answered(rcode, aa=True):
    return lambda c: [good(c.query, aa=aa, rcode=rcode).to_wire()]


def by_tcp(then):
    """UDP answers with TC only; TCP answers by `then`."""
    return lambda c: then(c) if c.tcp else [truncated(c.query)]


def first(bad):
    """A bad packet, then the correct answer: the client must keep waiting."""
    return lambda c: [c.true] if c.tcp else [bad(c), 0.03, c.true]


def only(bad):
    return lambda c: [bad(c)]


@dataclass
class Case:
    """One query: parsed, as bytes, the function that gives the correct answer, the transport, and the number of earlier queries like it."""
    query: object
    wire: bytes
    real: object
    tcp: bool
    count: int
    number: int

    @functools.cached_property
    def true(self):
        """The correct answer's bytes; fetched on first use."""
        return self.real(self.wire)


@dataclass
class Misbehaviour:
    """One misbehaviour. finding: the check's finding when every server does this; None: the correct answer arrives."""
    steps: object
    finding: object = None
    tcp: str = "open"
    read_by_resolver: bool = False  # Unbound accepts the packet and so has the correct answer
    deadline: int = 0  # ms, where the usual one is too short on a busy machine


RUNT, EMPTY = (lambda c: c.wire[:7]), (lambda c: b"")
GARBAGE = lambda c: header(c.wire, 0x84, 0, 1, 3, 0, 0) + b"\xff" * 80  # noqa: E731
BARE_FORMERR = lambda c: header(c.wire, 0x84, 1)  # noqa: E731

FORGED = {
    "wrong id": lambda c: flipped(denial(c.query), 1, 0x5a),
    "wrong port": lambda c: FromOtherPort(denial(c.query)),
    "wrong question": lambda c: other_question(c.query),
    "wrong type": lambda c: other_question(c.query, "MX", c.query.question[0].name),
    "wrong class": lambda c: flipped(denial(c.query), question_end(c.wire) - 1, 2),
    "QR=0": lambda c: flipped(denial(c.query), 2, 0x80),
    "wrong opcode": lambda c: flipped(denial(c.query), 2, 0x20),
    "no question": lambda c: header(c.wire, 0x84, 3),
    "two questions": lambda c: denial(c.query)[:4] + b"\0\2" + denial(c.query)[6:],
}
MALFORMED = {
    "runt": RUNT,
    "empty": EMPTY,
    "garbage": GARBAGE,
    "short": lambda c: c.true[:-9],
    "pointer to itself": lambda c: with_answer(c.wire, struct.pack("!H", 0xc000 | question_end(c.wire)) + b"\0\x10\0\1\0\0\0\x3c\0\2\1x"),
    "pointer loop": lambda c: with_answer(c.wire, struct.pack("!HH", 0xc002 + question_end(c.wire), 0xc000 + question_end(c.wire)) + b"\0\x10\0\1\0\0\0\x3c\0\2\1x"),
    "pointer past the end": lambda c: with_answer(c.wire, b"\xff\xff\0\x10\0\1\0\0\0\x3c\0\2\1x"),
    "rdata past the end": lambda c: with_answer(c.wire, b"\xc0\x0c\0\x10\0\1\0\0\0\x3c\x40\0\1x"),
    "string past the rdata": lambda c: with_answer(c.wire, b"\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\2\x09x"),
    "more records than sent": lambda c: with_answer(c.wire, b"\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\2\1x", 9),
    "foreign owners": lambda c: foreign(c.query),
    "TSIG": lambda c: tsig(c.true),
    "label of 200 bytes": lambda c: with_answer(c.wire, b"\xa8" + b"x" * 200 + b"\0\0\x10\0\1\0\0\0\x3c\0\2\1x"),
    "two OPT": lambda c: c.true[:10] + struct.pack("!H", struct.unpack("!H", c.true[10:12])[0] + 2) + c.true[12:] + 2 * b"\0\0\x29\x04\xd0\0\0\0\0\0\0",
}


def once(bad, times=1):
    return lambda c: bad(c) if c.count < times else [c.true]


MISBEHAVIOURS = {
    # packets that do not come, come late, or come twice
    "first dropped": Misbehaviour(once(lambda c: [])),
    "second dropped": Misbehaviour(lambda c: [] if c.number % 2 else [c.true], deadline=5000),
    "first two dropped": Misbehaviour(once(lambda c: [], 2), deadline=5000),
    "all dropped": Misbehaviour(lambda c: [], "timeout", "closed"),
    "nobody listens": Misbehaviour(None, "timeout"),
    "just too late": Misbehaviour(lambda c: [20, c.true], "timeout"),
    "slow": Misbehaviour(lambda c: [0.4, c.true]),
    "duplicates": Misbehaviour(lambda c: [c.true, c.true, c.true]),
    "out of order": Misbehaviour(lambda c: [0.02 * (c.number % 5), c.true]),
    # packets that are no valid answers
    **{f"{what}, then right": Misbehaviour(first(bad)) for what, bad in {**FORGED, **MALFORMED}.items()},
    **{f"only {what}": Misbehaviour(only(bad), "garbled", read_by_resolver=what in ("TSIG", "two OPT")) for what, bad in MALFORMED.items()},
    "only wrong id": Misbehaviour(only(FORGED["wrong id"]), ("timeout", "garbled")),
    "only wrong port": Misbehaviour(lambda c: [] if c.tcp else [FORGED["wrong port"](c)], "timeout"),
    **{f"only {what}": Misbehaviour(only(FORGED[what]), "garbled") for what in ("wrong question", "wrong type", "wrong class", "QR=0", "wrong opcode", "no question")},
    "trailing bytes": Misbehaviour(lambda c: [c.true + b"\xde\xad\xbe\xef"]),
    "case swapped": Misbehaviour(lambda c: [c.true[:12] + c.true[12:question_end(c.wire) - 5].swapcase() + c.true[question_end(c.wire) - 5:]]),
    # EDNS
    "FORMERR without OPT": Misbehaviour(lambda c: [plain_formerr(c.query)] if c.query.edns >= 0 else [c.true]),
    "header-only FORMERR": Misbehaviour(lambda c: [BARE_FORMERR(c)] if c.query.edns >= 0 else [c.true]),
    "FORMERR always": Misbehaviour(only(BARE_FORMERR), "servfail", deadline=6000),
    "BADVERS": Misbehaviour(answered(dns.rcode.BADVERS), "servfail"),
    # TCP
    "TC, then TCP": Misbehaviour(by_tcp(lambda c: [c.true])),
    "TC, TCP in pieces": Misbehaviour(by_tcp(lambda c: [InPieces(c.true)])),
    "TC, TCP refused": Misbehaviour(lambda c: [truncated(c.query)], "timeout", "closed"),
    "TC, TCP hangs": Misbehaviour(by_tcp(lambda c: [20]), "timeout"),
    "TC, TCP hangs up": Misbehaviour(by_tcp(lambda c: [None]), "timeout"),
    "TC, TCP hangs up in the middle": Misbehaviour(by_tcp(lambda c: [Raw(struct.pack("!H", len(c.true)) + c.true[:-20]), None]), "timeout"),
    "TC, TCP garbage": Misbehaviour(by_tcp(only(GARBAGE)), ("garbled", "timeout")),
    "TC, TCP wrong id": Misbehaviour(by_tcp(only(FORGED["wrong id"])), ("timeout", "garbled")),
    "TC over TCP too": Misbehaviour(lambda c: [truncated(c.query)], ("garbled", "timeout")),
    # rcodes, and servers that do not serve the zone
    "SERVFAIL once": Misbehaviour(once(answered(dns.rcode.SERVFAIL))),
    "SERVFAIL": Misbehaviour(answered(dns.rcode.SERVFAIL), "servfail"),
    "header-only SERVFAIL": Misbehaviour(lambda c: [header(c.wire, 0x84, 2)], "servfail", deadline=6000),
    "REFUSED": Misbehaviour(answered(dns.rcode.REFUSED, aa=False), "refused"),
    "NOTIMP": Misbehaviour(answered(dns.rcode.NOTIMP, aa=False), "refused"),
    "NOTAUTH": Misbehaviour(answered(dns.rcode.NOTAUTH, aa=False), "refused"),
    "NXDOMAIN without AA": Misbehaviour(answered(dns.rcode.NXDOMAIN, aa=False), "lame"),
    "empty without AA": Misbehaviour(answered(dns.rcode.NOERROR, aa=False), "lame"),
    "referral to the root": Misbehaviour(lambda c: [referral(c.query, ".")], "lame"),
    "referral to the parent zone": Misbehaviour(lambda c: [referral(c.query, "example.")], "lame"),
    "referral to another zone": Misbehaviour(lambda c: [referral(c.query, "other.example.")], "lame"),
}


def misbehave(misbehaviour, real):
    """The answer function for OddServer of one of MISBEHAVIOURS. real(wire): the correct answer's bytes."""
    numbers, known = itertools.count(), {}

    def right(wire):
        """Sends each question to the real server once: a resolver queries a failing server hundreds of times."""
        if wire[2:] not in known:
            known[wire[2:]] = real(wire)
        return wire[:2] + known[wire[2:]][2:]

    def answer(query, wire, tcp, count):
        return misbehaviour.steps(Case(query, wire, right, tcp, count, next(numbers)))
    return answer
