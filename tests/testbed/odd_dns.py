"""A small name server that misbehaves on purpose, and the ways in which it can.

Owns its sockets and threads. It turns each query into steps; what a right answer is it is told by a real server. Knows the wire format by
dnspython and by hand, and nothing of what is checked with it.
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


class FromElsewhere(bytes):
    """A step: these bytes, by UDP from another port than the one that was asked."""


class Raw(bytes):
    """A step: these bytes as they are; by TCP without the length before them."""


class InPieces(bytes):
    """A step: this answer by TCP in many small segments."""


class OddServer:
    """answer(query, wire, tcp, count) gives steps: bytes are sent, numbers are seconds to wait, None hangs up (TCP). count: queries like
    this one before it. tcp="closed": only UDP is served."""

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
            # The resolver's queries (it has an EDNS size of its own) count apart.
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
        if isinstance(step, FromElsewhere):
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
    """A right answer with these RRsets (text lines) in its answer section."""
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
    """What the real server at address says to this packet; over TCP, so that nothing is cut off. Raises OSError."""
    with socket.create_connection((address, port), timeout=timeout) as connection:
        connection.sendall(struct.pack("!H", len(wire)) + wire)
        with connection.makefile("rb") as stream:
            length = struct.unpack("!H", stream.read(2))[0]
            return stream.read(length)


# --- packets by hand ---

def question_end(wire):
    """Where the one question of an answer ends."""
    at = 12
    while wire[at]:
        at += wire[at] + 1
    return at + 5


def flipped(wire, byte, bits):
    return wire[:byte] + bytes([wire[byte] ^ bits]) + wire[byte + 1:]


def header(wire, flags, rcode, *counts):
    """Only a header: id of wire, first byte of flags, rcode, the four counts (0)."""
    return wire[:2] + bytes([flags, rcode]) + struct.pack("!4H", *(counts or (0, 0, 0, 0)))


def with_answer(wire, rr, count=1):
    """A right header and question, and these bytes as the answer section."""
    end = question_end(wire)
    return wire[:2] + b"\x84\x00" + struct.pack("!4H", 1, count, 0, 0) + wire[12:end] + rr


def denial(query, rcode=dns.rcode.NXDOMAIN):
    """What a forger would say."""
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


def referral(query, cut):
    answer = dns.message.make_response(query)
    answer.authority = [dns.rrset.from_text(cut, 60, "IN", "NS", "a.root-servers.example.", "b.root-servers.example.")]
    return answer.to_wire()


def foreign(query):
    return good(query, 'evil.example. 60 TXT "v=DKIM1; p="', "evil.example. 60 CNAME evil.example.").to_wire()


def tsig(wire):
    return wire[:10] + struct.pack("!H", struct.unpack("!H", wire[10:12])[0] + 1) + wire[12:] + b"\0\0\xfa\0\xff\0\0\0\0\0\0"


def answered(rcode, aa=True):
    return lambda c: [good(c.query, aa=aa, rcode=rcode).to_wire()]


def by_tcp(then):
    """UDP only says: too long."""
    return lambda c: then(c) if c.tcp else [truncated(c.query)]


def first(bad):
    """Something bad, then the right answer: waiting must have gone on."""
    return lambda c: [c.true] if c.tcp else [bad(c), 0.03, c.true]


def only(bad):
    return lambda c: [bad(c)]


@dataclass
class Case:
    """One query: parsed, as bytes, who knows the right answer to it, how it came, and how many like it came before."""
    query: object
    wire: bytes
    real: object
    tcp: bool
    count: int
    number: int

    @functools.cached_property
    def true(self):
        """The right answer's bytes; asked for only by those who need it."""
        return self.real(self.wire)


@dataclass
class Way:
    """How to misbehave. finding: what a check says when nobody behaves in another way; None: the right answer comes through."""
    steps: object
    finding: object = None
    tcp: str = "open"
    read_by_resolver: bool = False  # Unbound takes no offence, and so knows the right answer
    deadline: int = 0  # ms, where the usual one is too short on a busy machine


RUNT, EMPTY = (lambda c: c.wire[:7]), (lambda c: b"")
GARBAGE = lambda c: header(c.wire, 0x84, 0, 1, 3, 0, 0) + b"\xff" * 80  # noqa: E731
BARE_FORMERR = lambda c: header(c.wire, 0x84, 1)  # noqa: E731

FORGED = {
    "wrong id": lambda c: flipped(denial(c.query), 1, 0x5a),
    "wrong port": lambda c: FromElsewhere(denial(c.query)),
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
    "cut short": lambda c: c.true[:-9],
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


WAYS = {
    # packets that do not come, come late, or come twice
    "first dropped": Way(once(lambda c: [])),
    "second dropped": Way(lambda c: [] if c.number % 2 else [c.true], deadline=5000),
    "first two dropped": Way(once(lambda c: [], 2), deadline=5000),
    "all dropped": Way(lambda c: [], "timeout", "closed"),
    "nobody listens": Way(None, "timeout"),
    "just too late": Way(lambda c: [20, c.true], "timeout"),
    "slow": Way(lambda c: [0.4, c.true]),
    "duplicates": Way(lambda c: [c.true, c.true, c.true]),
    "out of order": Way(lambda c: [0.02 * (c.number % 5), c.true]),
    # answers that are none
    **{f"{what}, then right": Way(first(bad)) for what, bad in {**FORGED, **MALFORMED}.items()},
    **{f"only {what}": Way(only(bad), "garbled", read_by_resolver=what in ("TSIG", "two OPT")) for what, bad in MALFORMED.items()},
    "only wrong id": Way(only(FORGED["wrong id"]), ("timeout", "garbled")),
    "only wrong port": Way(lambda c: [] if c.tcp else [FORGED["wrong port"](c)], "timeout"),
    **{f"only {what}": Way(only(FORGED[what]), "garbled") for what in ("wrong question", "wrong type", "wrong class", "QR=0", "wrong opcode", "no question")},
    "trailing bytes": Way(lambda c: [c.true + b"\xde\xad\xbe\xef"]),
    "letter case turned": Way(lambda c: [c.true[:12] + c.true[12:question_end(c.wire) - 5].swapcase() + c.true[question_end(c.wire) - 5:]]),
    # EDNS
    "FORMERR without OPT": Way(lambda c: [plain_formerr(c.query)] if c.query.edns >= 0 else [c.true]),
    "header-only FORMERR": Way(lambda c: [BARE_FORMERR(c)] if c.query.edns >= 0 else [c.true]),
    "FORMERR always": Way(only(BARE_FORMERR), "servfail", deadline=6000),
    "BADVERS": Way(answered(dns.rcode.BADVERS), "servfail"),
    # TCP
    "TC, then TCP": Way(by_tcp(lambda c: [c.true])),
    "TC, TCP in pieces": Way(by_tcp(lambda c: [InPieces(c.true)])),
    "TC, TCP refused": Way(lambda c: [truncated(c.query)], "timeout", "closed"),
    "TC, TCP hangs": Way(by_tcp(lambda c: [20]), "timeout"),
    "TC, TCP hangs up": Way(by_tcp(lambda c: [None]), "timeout"),
    "TC, TCP hangs up in the middle": Way(by_tcp(lambda c: [Raw(struct.pack("!H", len(c.true)) + c.true[:-20]), None]), "timeout"),
    "TC, TCP garbage": Way(by_tcp(only(GARBAGE)), ("garbled", "timeout")),
    "TC, TCP wrong id": Way(by_tcp(only(FORGED["wrong id"])), ("timeout", "garbled")),
    "TC over TCP too": Way(lambda c: [truncated(c.query)], ("garbled", "timeout")),
    # rcodes, and servers that do not serve the zone
    "SERVFAIL once": Way(once(answered(dns.rcode.SERVFAIL))),
    "SERVFAIL": Way(answered(dns.rcode.SERVFAIL), "servfail"),
    "header-only SERVFAIL": Way(lambda c: [header(c.wire, 0x84, 2)], "servfail", deadline=6000),
    "REFUSED": Way(answered(dns.rcode.REFUSED, aa=False), "refused"),
    "NOTIMP": Way(answered(dns.rcode.NOTIMP, aa=False), "refused"),
    "NOTAUTH": Way(answered(dns.rcode.NOTAUTH, aa=False), "refused"),
    "NXDOMAIN without AA": Way(answered(dns.rcode.NXDOMAIN, aa=False), "lame"),
    "empty without AA": Way(answered(dns.rcode.NOERROR, aa=False), "lame"),
    "referral to the root": Way(lambda c: [referral(c.query, ".")], "lame"),
    "referral to the zone above": Way(lambda c: [referral(c.query, "example.")], "lame"),
    "referral to another zone": Way(lambda c: [referral(c.query, "elsewhere.example.")], "lame"),
}


def misbehave(way, real):
    """For OddServer: answers as WAYS[…] says. real(wire): the right answer's bytes."""
    numbers, known = itertools.count(), {}

    def right(wire):
        """Each question goes to the real server once: a resolver asks a server that fails hundreds of times."""
        if wire[2:] not in known:
            known[wire[2:]] = real(wire)
        return wire[:2] + known[wire[2:]][2:]

    def answer(query, wire, tcp, count):
        return way.steps(Case(query, wire, right, tcp, count, next(numbers)))
    return answer
