"""The Python client of tests/lib/py against our ROUTER: what an integrator's client lives through."""
import itertools
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import zmq

SOURCE = pathlib.Path(os.environ["JIEDUI_SOURCE"])
sys.path.insert(0, str(SOURCE / "tests/lib/py"))
import jiedui_client as jiedui  # noqa: E402
from jiedui_client import bus  # noqa: E402

EPOCH, HEAD = 7, 20
REFUSED = 0.8  # seconds given to a client that is never answered


def make_key(folder, name):
    public, secret = (half.decode() for half in zmq.curve_keypair())
    (folder / f"{name}.pub").write_text(f'metadata\ncurve\n    public-key = "{public}"\n')
    (folder / f"{name}.key").write_text(f'metadata\ncurve\n    public-key = "{public}"\n    secret-key = "{secret}"\n')
    return public


class Wire(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="jd-wire-")
        cls.dir = pathlib.Path(cls.temporary.name)
        keys = {name: make_key(cls.dir, name) for name in ("server", "portal", "other", "stranger")}
        cls.server = subprocess.Popen(
            [os.environ["CONTRACT_SERVER"], f"ipc://{cls.dir}/s", str(cls.dir / "server.key"),
             f"portal={keys['portal']}", f"other={keys['other']}"], stdout=subprocess.PIPE, text=True)
        cls.endpoint = cls.server.stdout.readline().strip()
        assert cls.endpoint.startswith("ipc://"), "the server did not start"

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.server.wait()
        cls.server.stdout.close()
        cls.temporary.cleanup()

    def client(self, who="portal", server="server", timeout=20.0, retry=1.0):
        client = jiedui.Client(self.endpoint, self.dir / f"{server}.pub", self.dir / f"{who}.key", timeout, retry)
        self.addCleanup(client.close)
        return client

    def test_ping(self):
        pong = self.client().ping()
        self.assertEqual((pong.area, pong.principal, pong.epoch, pong.head, pong.ready), ("test", "portal", 7, 20, True))
        self.assertEqual(self.client("other").ping().principal, "other")

    def test_call_and_query(self):
        message = bus.Ack(consumer="结对")
        for act in (self.client().call, self.client().query):
            status = act("test.v1.Echo", message)
            self.assertEqual(status.code, bus.CODE_OK)
            self.assertEqual(bus.Ack.FromString(status.result), message)

    def test_same_key_after_silence(self):
        status = self.client().call("test.v1.DropFirst", bus.Ack(), key="portal-1")
        self.assertEqual((status.code, status.seq), (bus.CODE_OK, 2))

    def test_same_key_after_unavailable(self):
        status = self.client().call("test.v1.Busy", bus.Ack(), key="portal-2")
        self.assertEqual((status.code, status.seq), (bus.CODE_OK, 2))

    def test_keys_are_drawn(self):
        client = self.client()
        self.assertEqual([client.call("test.v1.Echo", bus.Ack()).seq for _ in range(3)], [1, 1, 1])

    def test_refusal_is_final(self):
        status = self.client().call("test.v1.Refuse", bus.Ack(), key="portal-3")
        self.assertEqual((status.code, status.reason, status.seq), (bus.CODE_REFUSED, "PN-01", 1))
        self.assertEqual({p.name: p.value for p in status.params}, {"mode": "一对一"})

    def test_fetch_and_follow(self):
        client = self.client()
        batch = client.fetch(after=15, max_events=3)
        self.assertEqual(([e.seq for e in batch.events], batch.next_after, batch.head), ([16, 17, 18], 18, HEAD))
        events = list(itertools.islice(client.follow(EPOCH, 4), HEAD - 4))
        self.assertEqual([e.seq for e in events], list(range(5, HEAD + 1)))
        with self.assertRaises(jiedui.Denied) as caught:
            next(client.follow(EPOCH + 1, 4))
        self.assertEqual(caught.exception.args[0].reason, "EPOCH")

    def test_ack(self):
        self.assertEqual(self.client().ack("portal", EPOCH, 5).code, bus.CODE_OK)

    def test_snapshot(self):
        self.assertEqual(self.client().snapshot(), (EPOCH, HEAD + 1, [("thing", b"\1"), ("thing", b"\2"), ("thing", b"\3")]))

    def test_not_listed(self):
        with self.assertRaises(jiedui.NoAnswer):
            self.client("stranger", timeout=REFUSED).ping()
        with self.assertRaises(jiedui.NoAnswer):  # the wrong server
            self.client(server="other", timeout=REFUSED).ping()
        self.assertEqual(self.client().ping().principal, "portal")

    # --- frames as they are

    def raw(self, *frames):
        client = self.client()
        client.connect().send_multipart(frames)
        self.assertTrue(client.socket.poll(20000))
        return client.socket.recv_multipart()

    def test_golden_frames(self):
        for name, kind in (("command", b"JD1R"), ("query", b"JD1R"), ("fetch", b"JD1B"), ("fetch-least", b"JD1B"),
                           ("ack", b"JD1R"), ("snapshot-request", b"JD1S"), ("ping", b"JD1P")):
            words = (SOURCE / f"tests/contract/golden/{name}.hex").read_text().split()
            a, b = (b"" if word == "-" else bytes.fromhex(word) for word in words[1:])
            answer = self.raw(words[0].encode(), a, b)
            self.assertEqual(answer[0], kind)
            wanted = bus.Header.FromString(a).msg_id if words[0] in ("JD1C", "JD1Q") else a
            self.assertEqual(answer[1], wanted)

    def test_expired(self):
        header = bus.Header(msg_id=bytes(range(16)), type="test.v1.Echo", idem_key="late", expires_us=1)
        answer = self.raw(b"JD1C", header.SerializeToString(), b"")
        self.assertEqual(bus.Status.FromString(answer[2]).code, bus.CODE_EXPIRED)

    def test_wrong_frames_are_answered(self):
        for frames, word in (([b"JD1C"], "FRAMES"), ([b"JD1C", b"h", b"b", b"4", b"5", b"6", b"7"], "FRAMES"),
                             ([b"JD2C", b"h", b"b"], "KIND"), ([b"JD1C", b"x" * 4097, b""], "SIZE"),
                             ([b"JD1C", b"\xff", b""], "DECODE"), ([b"JD1C", b"\x12\x02\xf0\x80", b""], "DECODE")):
            kind, correlation, body = self.raw(*frames)
            self.assertEqual((kind, correlation), (b"JD1R", bytes(16)))
            self.assertEqual(bus.Status.FromString(body).reason, word)

    def test_req_socket(self):
        """A REQ socket puts an empty frame in front; it comes back in front of the answer."""
        socket = zmq.Context.instance().socket(zmq.REQ)
        self.addCleanup(socket.close, 0)
        client = self.client()
        socket.curve_serverkey, socket.curve_publickey, socket.curve_secretkey = client.server_key, client.public, client.secret
        socket.connect(self.endpoint)
        socket.send_multipart([b"JD1P", b"id", b""])
        self.assertTrue(socket.poll(20000))
        self.assertEqual(socket.recv_multipart()[:2], [b"JD1P", b"id"])


if __name__ == "__main__":
    unittest.main()
