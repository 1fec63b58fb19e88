"""A client of one jiedui daemon in Python, from pyzmq and protobuf alone; an example for integrators.

    client = Client("ipc:///run/jiedui/registry.sock", "keys/registryd.pub", "keys/portal.key")
    status = client.call("registry.v1.AmendPerson", message, key="portal-7/1")   # the same key if you call again
    reply = SomeReply.FromString(status.result)
    for event in client.follow(epoch, after): ...                # store cursor and effects in one transaction

The modules *_pb2 are made from proto/*.proto by protoc --python_out. A socket, and so a Client, belongs to one thread.
"""
import os
import pathlib
import random
import secrets
import sys
import time

import zmq
from zmq.auth import load_certificate

sys.path.insert(0, os.environ.get("JIEDUI_PB") or str(pathlib.Path(os.environ.get("JIEDUI_BIN", ".")) / "../py"))
import envelope_pb2 as bus  # noqa: E402

PATIENCE = (bus.CODE_UNAVAILABLE, bus.CODE_EXHAUSTED)  # the same key is to be sent again
CLOCK_SLACK = 30  # seconds that the clocks of client and daemon may differ


class NoAnswer(Exception):
    """The outcome is unknown: call again with the same key. Also what a key that is not listed gets."""


class Denied(Exception):
    """The daemon answers, but not this key."""


def uuid7():
    stamp = int(time.time() * 1000).to_bytes(6, "big")
    return stamp + bytes([0x70 | secrets.randbits(4), secrets.randbits(8), 0x80 | secrets.randbits(6)]) + secrets.token_bytes(7)


class Client:
    """server_key: the daemon's public key, or the file it is in; own_key: file with the own secret key (zcert form)."""

    def __init__(self, endpoint, server_key, own_key, timeout=10.0, retry=2.5, context=None):
        self.endpoint, self.timeout, self.retry = endpoint, timeout, retry
        self.server_key = server_key.encode() if len(str(server_key)) == 40 else load_certificate(str(server_key))[0]
        self.public, self.secret = load_certificate(str(own_key))
        self.context = context or zmq.Context.instance()
        self.socket = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Forgets what is on its way: a DEALER that is kept would deliver answers that nobody waits for any more."""
        if self.socket:
            self.socket.close(linger=0)
        self.socket = None

    def connect(self):
        if not self.socket:
            self.socket = self.context.socket(zmq.DEALER)  # without a routing id of its own
            self.socket.curve_serverkey, self.socket.curve_publickey = self.server_key, self.public
            self.socket.curve_secretkey = self.secret
            self.socket.reconnect_ivl, self.socket.reconnect_ivl_max, self.socket.heartbeat_ivl = 200, 5000, 10000
            self.socket.connect(self.endpoint)
        return self.socket

    def exchange(self, kind, a, b, correlation, deadline, wait=0.0):
        """Sends until something answers; each try on a fresh socket. Gives (kind, frame B)."""
        tries = 0
        while True:
            self.connect().send_multipart([kind, a, b])
            until = min(deadline, time.monotonic() + self.retry + wait)
            while self.socket.poll(max(0, int((until - time.monotonic()) * 1000))):
                frames = self.socket.recv_multipart()
                if len(frames) == 3 and (frames[1] == correlation or not any(frames[1])):  # zeros: it could not read which
                    return frames[0], frames[2]
            self.close()
            tries += 1
            if not self.pause(tries, deadline):
                raise NoAnswer(self.endpoint)

    @staticmethod
    def pause(tries, deadline, at_least=0.0):
        """Backs off with jitter; false if that would pass the deadline."""
        wait = max(at_least, min(2.0, 0.1 * 2 ** tries) * (0.5 + random.random() / 2))
        if time.monotonic() + wait >= deadline:
            return False
        zmq.Poller().poll(int(wait * 1000))
        return True

    def call(self, method, message, key=None, kind=b"JD1C", **header):
        """A command. Its Status, once it is final; NoAnswer if none comes in time."""
        msg_id, now = uuid7(), time.time()
        head = bus.Header(msg_id=msg_id, type=method, idem_key=key or msg_id.hex(), time_us=int(now * 1e6),
                          expires_us=int((now + self.timeout + CLOCK_SLACK) * 1e6), **header).SerializeToString()
        deadline, tries = time.monotonic() + self.timeout, 0
        while True:
            _, body = self.exchange(kind, head, message.SerializeToString(), msg_id, deadline)
            status = bus.Status.FromString(body)
            tries += 1
            if status.code not in PATIENCE or not self.pause(tries, deadline, status.retry_after_ms / 1000):
                return status

    def query(self, method, message, **header):
        return self.call(method, message, kind=b"JD1Q", **header)

    def request(self, kind, message, answer, wait=0.0):
        correlation = uuid7()
        got, body = self.exchange(kind, correlation, message.SerializeToString() if message else b"", correlation,
                                  time.monotonic() + self.timeout + wait, wait)
        if got == b"JD1R" and answer is not bus.Status:
            raise Denied(bus.Status.FromString(body))
        return answer.FromString(body)

    def ping(self):
        return self.request(b"JD1P", None, bus.Pong)

    def ack(self, consumer, epoch, seq):
        return self.request(b"JD1A", bus.Ack(consumer=consumer, epoch=epoch, seq=seq), bus.Status)

    def fetch(self, epoch=0, after=0, wait_ms=0, **filters):
        return self.request(b"JD1F", bus.Fetch(epoch=epoch, after=after, wait_ms=wait_ms, **filters), bus.Batch, wait_ms / 1000)

    def follow(self, epoch=0, after=0, wait_ms=20000, **filters):
        """Events for ever; the caller keeps (batch.epoch, event.seq). Raises Denied with EPOCH or TRIMMED: resync."""
        while True:
            batch = self.fetch(epoch, after, wait_ms, **filters)
            if batch.status.code in PATIENCE:
                self.pause(3, float("inf"), batch.status.retry_after_ms / 1000)
                continue
            if batch.status.code != bus.CODE_OK:
                raise Denied(batch.status)
            yield from batch.events
            epoch, after = batch.epoch, batch.next_after

    def snapshot(self):
        """(epoch, seq of the first page, [(table, row bytes)]): store the rows, then fetch after seq."""
        rows, first, cursor = [], None, b""
        while True:
            page = self.request(b"JD1S", bus.SnapRequest(cursor=cursor), bus.SnapPage)
            if page.status.code != bus.CODE_OK:
                raise Denied(page.status)
            first, cursor = first or (page.epoch, page.seq), page.cursor
            rows += [(row.table, row.row) for row in page.rows]
            if page.last:
                return first[0], first[1], rows
