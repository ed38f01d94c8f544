"""A name server that misbehaves on purpose: one UDP and TCP port, a function that turns each query into the datagrams to send.

Owns its sockets and threads; knows the wire format only through dnspython.
"""

import contextlib
import socket
import struct
import threading
import time

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class OddServer:
    """answer(query, wire, tcp, count) gives a list: bytes are sent as they are, numbers are seconds to wait. count: queries before this one."""

    def __init__(self, address, port, answer):
        self.answer = answer
        self.asked = []
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((address, port))
        self._tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._tcp.bind((address, port))
        self._tcp.listen(64)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._run_udp, self._run_tcp)]
        for thread in self._threads:
            thread.start()

    def _react(self, wire, tcp, send):
        with contextlib.suppress(dns.exception.DNSException):
            self._answer(dns.message.from_wire(wire), wire, tcp, send)

    def _answer(self, query, wire, tcp, send):
        key = (query.question[0].name, query.question[0].rdtype)
        count = self.asked.count((key, tcp))
        self.asked.append((key, tcp))
        for step in self.answer(query, wire, tcp, count):
            if isinstance(step, (int, float)):
                time.sleep(step)
            else:
                with contextlib.suppress(OSError):
                    send(step)

    def _run_udp(self):
        while not self._over.is_set():
            try:
                wire, peer = self._udp.recvfrom(4096)
            except OSError:
                return
            threading.Thread(target=self._react, args=(wire, False, lambda data, to=peer: self._udp.sendto(data, to)), daemon=True).start()

    def _run_tcp(self):
        while not self._over.is_set():
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        lock = threading.Lock()

        def send(data):
            with lock:
                connection.sendall(struct.pack("!H", len(data)) + data)
        with connection, contextlib.suppress(OSError, struct.error), connection.makefile("rb") as stream:
            while True:
                length = struct.unpack("!H", stream.read(2))[0]
                wire = stream.read(length)
                threading.Thread(target=self._react, args=(wire, True, send), daemon=True).start()

    def close(self):
        self._over.set()
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wake:
            wake.sendto(b"", self._udp.getsockname())
        with contextlib.suppress(OSError):
            self._tcp.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._udp.close()
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
