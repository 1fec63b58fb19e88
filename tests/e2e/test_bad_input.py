#!/usr/bin/python3
"""Whatever arrives on the wire gets a clear answer or none, is counted, and harms nobody else."""
import pathlib
import random
import socket
import sys
import time
import unittest

import zmq

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
from jiedui_client import uuid7  # noqa: E402
from jiedui_world import bus, reg  # noqa: E402

QUIET_MS = 300  # how long "no answer" is waited for


def header(method, **fields):
    fields.setdefault("msg_id", uuid7())
    return bus.Header(type=method, **fields).SerializeToString()


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        clerk = ("clerk", "REGISTRAR", "1508", ())
        cls.world = w.World(tcp=True, principals=[*w.PRINCIPALS, clerk])
        cls.addClassCleanup(cls.world.close)
        cls.world.start(*cls.world.names)
        cls.world.load_reference()

    def tearDown(self):
        self.assertTrue(self.world.alive(), "a daemon ended")
        for name in self.world.running:
            self.assertTrue(self.world.ping(name), f"{name} does not answer any more")

    def exchange(self, *frames, area="registry", who="nmg", wait_ms=10000):
        """Raw frames on a connection of their own; the Status that comes back, or None."""
        with self.world.client(area, who) as client:
            dealer = client.connect()
            dealer.send_multipart(list(frames))
            if not dealer.poll(wait_ms):
                return None
            *_, kind, _, body = dealer.recv_multipart()  # in front: the empty frames of an address stack
            self.assertEqual(kind, b"JD1R")
            return bus.Status.FromString(body)

    def assert_refused(self, status, code, reason, names=()):
        self.assertIsNotNone(status, f"no answer, {reason} expected")
        self.assertEqual((bus.Code.Name(status.code), status.reason), (f"CODE_{code}", reason), status)
        for text in (status.message_zh, status.message_en, status.fix_zh, status.fix_en):
            self.assertTrue(text)
        for name in names:
            self.assertIn(name, status.message_en)
            self.assertIn(name, status.message_zh)

    def command(self, method, body, who="nmg", area="registry", kind=b"JD1C", **fields):
        return self.exchange(kind, header(f"{area}.v1.{method}", **fields), body, who=who, area=area)

    def outcomes(self, method, outcome):
        return self.world.stat("registryd", "jiedui_commands_total", f'method="{method}",outcome="{outcome}"')

    # --- frames

    def test_wrong_frames_are_answered_and_counted_by_every_daemon(self):
        good = header("registry.v1.SubmitAgreement")
        cases = [[b"JD1C"], [b"JD1C", good], [b"JD1C", good, b"", b""], [b"", b"", b""], [b"", b"JD1C", good, b"", b"x"],
                 [b"JD1C"] + [b"x"] * 8, [b"x"] * 2000]
        for name, area in w.DAEMONS.items():
            before = self.world.stat(name, "jiedui_frames_refused_total")
            for frames in cases:
                with self.subTest(daemon=name, frames=len(frames)):
                    status = self.exchange(*frames, area=area, who="operator")
                    self.assertIn(status.reason, ("FRAMES", "KIND"), status)
                    self.assertIn(status.code, (bus.CODE_INVALID, bus.CODE_UNIMPLEMENTED))
            self.assertEqual(self.world.stat(name, "jiedui_frames_refused_total") - before, len(cases))

    def test_unknown_kind(self):
        for kind in (b"JD2C", b"EB1C", b"jd1c"):
            self.assert_refused(self.exchange(kind, header("registry.v1.X"), b""), "UNIMPLEMENTED", "KIND")

    def test_sizes_have_a_limit_before_anything_is_decoded(self):
        before = self.world.stat("registryd", "jiedui_frames_refused_total")
        self.assert_refused(self.exchange(b"JD1C", b"\x0a" * 4097, b""), "INVALID", "SIZE")
        self.assertGreater(self.world.stat("registryd", "jiedui_frames_refused_total"), before)
        body = bytes(256 * 1024)  # the largest frame that is taken at all: decoded, and found to be nothing
        self.assert_refused(self.command("SubmitAgreement", body), "INVALID", "DECODE")
        self.assertIsNone(self.exchange(b"JD1C", header("registry.v1.SubmitAgreement"), bytes(4 << 20), wait_ms=QUIET_MS))

    # --- bytes

    def test_bodies_that_are_no_messages(self):
        deep = b"\x7b" * 30000  # 30,000 groups inside each other
        for body in (b"\xff", b"\x0a\x05abc", b"\x0a" + b"\xff" * 9 + b"\x7f", deep):
            with self.subTest(body=body[:8]):
                self.assert_refused(self.command("SubmitAgreement", body), "INVALID", "DECODE")
        self.assert_refused(self.exchange(b"JD1C", b"\xff\xff", b""), "INVALID", "DECODE")

    def test_many_small_fields_do_not_eat_memory(self):
        before = self.world.rss_kib("registryd")
        body = b"\x0a\x00" * (120 * 1024)  # 120,000 empty divisions, 76 times as large when unpacked
        for _ in range(20):
            status = self.command("ImportDivisions", body)
            self.assertEqual(status.code, bus.CODE_INVALID, status)
        self.assertLess(self.world.rss_kib("registryd") - before, 128 * 1024)

    def test_invalid_utf8_and_nul_never_reach_a_journal(self):
        head = self.world.status("registryd").head
        before = self.outcomes("SubmitAgreement", "invalid")
        for body in (b"\x0a\x02\xf0\x80", b"\x0a\x01\x00", b"\x0a\x03\xed\xa0\x80", b"\x0a\x02\xc0\xaf"):
            self.assert_refused(self.command("SubmitAgreement", body), "INVALID", "UTF8", ["id"])
        self.assertEqual(self.outcomes("SubmitAgreement", "invalid") - before, 4)
        self.assert_refused(self.exchange(b"JD1C", b"\x12\x02\xf0\x80", b""), "INVALID", "UTF8", ["type"])
        self.assertEqual(self.world.status("registryd").head, head)

    def test_unknown_enum_values(self):
        institution = reg.RegisterInstitution(institution=reg.Institution(name="甲", code="2115020999", division="1502"))
        body = institution.SerializeToString()
        wrong = reg.RegisterInstitution()
        wrong.ParseFromString(body)
        wrong.institution.kind = 99
        self.assert_refused(self.command("RegisterInstitution", wrong.SerializeToString()), "INVALID", "ENUM",
                            ["institution.kind"])

    def test_random_bytes_in_every_kind(self):
        draw = random.Random(20160817)
        for kind in (b"JD1C", b"JD1Q", b"JD1F", b"JD1A", b"JD1S", b"JD1P"):
            for _ in range(40):
                frames = [bytes(draw.randrange(256) for _ in range(draw.randrange(60))) for _ in range(2)]
                with self.world.client("registry", "nmg") as client:
                    dealer = client.connect()
                    dealer.send_multipart([kind, *frames])
                    self.assertTrue(dealer.poll(10000), (kind, frames))

    # --- the envelope

    def test_unknown_methods(self):
        before = self.outcomes("unknown", "unimplemented")
        for method in ("registry.v1.Nothing", "registry.v2.SubmitAgreement", "dispatch.v1.DraftPlan", "", "x" * 300):
            self.assert_refused(self.exchange(b"JD1C", header(method), b""), "UNIMPLEMENTED", "METHOD")
        self.assertEqual(self.outcomes("unknown", "unimplemented") - before, 5)
        self.assert_refused(self.exchange(b"JD1Q", header("registry.v1.SubmitAgreement"), b""), "UNIMPLEMENTED", "METHOD")

    def test_expired_command_is_not_executed(self):
        body = reg.ImportDivisions(divisions=[reg.Division(code="65", name="新疆维吾尔自治区", level=2, parent="0")])
        status = self.command("ImportDivisions", body.SerializeToString(), expires_us=int((time.time() - 1) * 1e6))
        self.assert_refused(status, "EXPIRED", "EXPIRED")
        with self.assertRaises(w.Rejected):
            self.world.do("nmg", "registry", "GetDivision", ref="65")

    def test_idempotency_key(self):
        for fields in ({"idem_key": "x" * 65}, {"msg_id": b"short"}):
            self.assert_refused(self.command("SubmitAgreement", b"", **fields), "INVALID", "IDEM-KEY")
        division = dict(code="150299", name="某区", level=4, parent="1502")
        first = reg.ImportDivisions(divisions=[reg.Division(**division)])
        other = reg.ImportDivisions(divisions=[reg.Division(**dict(division, name="另一区"))])
        one = self.world.send("nmg", "registry", "ImportDivisions", first, key="the-key")
        two = self.world.send("nmg", "registry", "ImportDivisions", first, key="the-key")
        self.assertEqual((one.code, two.code, one.replayed, two.replayed), (bus.CODE_OK, bus.CODE_OK, False, True))
        self.assertEqual((one.result, one.seq), (two.result, two.seq))
        self.assert_refused(self.world.send("nmg", "registry", "ImportDivisions", other, key="the-key"), "CONFLICT", "DA-01")
        self.assertEqual(self.world.do("nmg", "registry", "GetDivision", ref="150299").name, "某区")
        mine = self.world.send("baotou", "registry", "SubmitAgreement", key="the-key", id="none")
        self.assertEqual(mine.reason, "NOT-FOUND")  # a key belongs to its principal

    def test_revision_that_has_passed(self):
        unit = self.world.do("nmg", "registry", "GetInstitution", ref="2115020025")
        status = self.world.send("nmg", "registry", "AmendInstitution", id=unit.id, institution=unit,
                                 header={"expect_rev": unit.rev + 7})
        self.assert_refused(status, "CONFLICT", "DA-02", [str(unit.rev)])

    # --- rights

    def test_wrong_role(self):
        division = reg.ImportDivisions(divisions=[reg.Division(code="66", name="某省", level=2, parent="0")])
        for who in ("baotou", "operator", "persons", "reader"):
            self.assert_refused(self.world.send(who, "registry", "ImportDivisions", division), "DENIED", "ROLE", [who])
        self.assert_refused(self.world.send("nmg", "ops", "Drain", to="registry"), "DENIED", "ROLE", ["nmg"])
        self.assert_refused(self.world.send("nmg", "ops", "Stats", to="registry"), "DENIED", "ROLE")

    def test_object_out_of_scope(self):
        school = reg.Institution(name="某校", code="2115020998", kind=reg.types__pb2.KIND_SCHOOL, division="150203",
                                 stages=[reg.types__pb2.STAGE_PRIMARY], legal_person=True)
        status = self.world.send("clerk", "registry", "RegisterInstitution", institution=school,
                                 managing_bureau_code="BUR-150200")
        self.assert_refused(status, "DENIED", "SE-01", ["clerk"])
        self.assertEqual(self.world.send("nmg", "registry", "GetInstitution", ref="2115020998").code, bus.CODE_NOT_FOUND)

    # --- feeds

    def test_feed_positions(self):
        head = self.world.status("registryd")
        with self.world.client("registry", "registryd") as client:
            self.assert_refused(client.fetch(epoch=head.epoch + 1, after=1).status, "CONFLICT", "EPOCH")
            ahead = client.fetch(after=head.head + 1000)
            self.assertEqual(len(ahead.events), 0)
            greedy = client.fetch(max_events=4000000000, max_bytes=4000000000)
            self.assertLessEqual(greedy.ByteSize(), 300 * 1024)
            self.assertEqual([e.seq for e in greedy.events], list(range(1, len(greedy.events) + 1)))
        page = self.exchange_page(bus.SnapRequest(cursor=b"\xff" * 600, max_bytes=4000000000))
        self.assertLessEqual(page.ByteSize(), 300 * 1024)
        self.assertTrue(page.last or page.status.code == bus.CODE_INVALID)

    def exchange_page(self, request):
        with self.world.client("registry", "registryd") as client:
            dealer = client.connect()
            dealer.send_multipart([b"JD1S", b"c", request.SerializeToString()])
            self.assertTrue(dealer.poll(10000))
            kind, _, body = dealer.recv_multipart()
            return bus.SnapPage.FromString(body) if kind == b"JD1S" else bus.SnapPage(status=bus.Status.FromString(body))

    # --- the port itself

    def test_four_hundred_junk_connections(self):
        junk = (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 4096, b"\x00", b"", b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03")
        held = []
        for n in range(400):
            peer = socket.create_connection(("127.0.0.1", self.world.port), timeout=10)
            peer.sendall(junk[n % len(junk)])
            held.append(peer)
        self.assertTrue(self.world.ping("registryd"))
        for peer in held:
            peer.close()

    def test_frames_without_end_and_without_key(self):
        """A peer that speaks the transport but has no key, and sends frames that announce more and more."""
        before = self.world.rss_kib("registryd")
        greeting = b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"CURVE".ljust(20, b"\x00") + b"\x00" + bytes(31)
        null = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\x00") + b"\x00" + bytes(31)
        endless = b"\x01\x02ab" * 5000  # 5,000 short frames, each with the MORE flag
        for hello in (greeting, null):
            peer = socket.create_connection(("127.0.0.1", self.world.port), timeout=10)
            sent = 0
            try:
                peer.sendall(hello)
                for _ in range(500):
                    peer.sendall(endless)
                    sent += len(endless)
            except OSError:
                pass  # it was thrown out, as it should be
            self.assertLess(sent, 500 * len(endless), "ten million bytes were swallowed")
            peer.close()
        self.assertLess(self.world.rss_kib("registryd") - before, 32 * 1024)

    def test_a_flood_whose_answers_nobody_reads(self):
        before = self.world.rss_kib("registryd")
        with self.world.client("registry", "nmg") as client:
            dealer = client.connect()
            dealer.sndhwm = 100000
            query = reg.ListInstitutions().SerializeToString()
            for _ in range(5000):
                dealer.send_multipart([b"JD1Q", header("registry.v1.ListInstitutions"), query])
            self.assertTrue(self.world.ping("registryd", who="nmg"))  # others are served meanwhile
            self.assertLess(self.world.rss_kib("registryd") - before, 384 * 1024)

    def test_half_a_message_in_a_multipart_of_our_own(self):
        with self.world.client("registry", "nmg") as client:
            dealer = client.connect()
            dealer.send(b"JD1C", zmq.SNDMORE)
            dealer.send(header("registry.v1.SubmitAgreement"), zmq.SNDMORE)
        self.assertTrue(self.world.ping("registryd"))


if __name__ == "__main__":
    unittest.main()
