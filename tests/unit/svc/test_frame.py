"""The frame of the daemons, tested through its sockets with toyd: three toy daemons that follow one another.

Raw frames on purpose: what is tested here is what any client in any language sees.
"""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

import zmq

sys.path.insert(0, os.environ["JIEDUI_PB"])
import envelope_pb2 as bus  # noqa: E402
import ops_pb2 as ops  # noqa: E402
import dispatch_pb2 as dsp  # noqa: E402
import registry_pb2 as reg  # noqa: E402

TOYD = os.environ["JIEDUI_TOYD"]
AREAS = {"registry": [], "dispatch": ["registry"], "notify": ["dispatch", "registry"]}
PRINCIPALS = {  # name -> roles, division
    "registry": ("SERVICE", "0"), "dispatch": ("SERVICE", "0"), "notify": ("SERVICE", "0"),
    "op": ("OPERATOR, SERVICE", "0"), "bob": ("REGISTRAR", "15"), "far": ("READER", "42"),
    "gate": ("READER", "0"),
}
GATEWAYS = {"gate"}
DEADLINE = 40  # seconds
CONTEXT = zmq.Context()


class Toys:
    """Toy daemons in a temporary directory."""

    def __init__(self, *areas):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="jdtoy-"))
        self.keys = {name: self.make_key(name) for name in [*PRINCIPALS, "stranger"]}
        self.listed = dict(PRINCIPALS)
        self.write_principals()
        for area in areas:
            self.write_config(area)
        self.running = {}
        for area in areas:
            self.start(area)

    def make_key(self, name):
        public, secret = (half.decode() for half in zmq.curve_keypair())
        body = f'curve\n    public-key = "{public}"\n'
        (self.dir / f"{name}.pub").write_text(body)
        path = self.dir / f"{name}.key"
        path.touch(mode=0o600)
        path.write_text(body + f'    secret-key = "{secret}"\n')
        return public, secret

    def write_principals(self):
        (self.dir / "principals.yaml").write_text("principals:\n" + "".join(
            f'  - name: {name}\n    key: "{self.keys[name][0]}"\n    roles: [{roles}]\n'
            f'    scope: [{{division: "{division}", programme: "*"}}]\n' + "    on_behalf_of: true\n" * (name in GATEWAYS)
            for name, (roles, division) in self.listed.items()))

    def write_config(self, area):
        lines = [f"area: {area}", f'endpoint: "ipc://{self.dir}/{area}.sock"', f"key_file: {area}.key",
                 "principals_file: principals.yaml", f"state_dir: state-{area}", "map_size_mib: 256", "floor_mib: 1",
                 "floor_percent: 1", 'clock: {mode: simulated, start: "2016-08-17"}', "log_level: error", "tick_seconds: 3600"]
        if AREAS[area]:
            lines.append("peers:")
        lines += [f'  - {{area: {peer}, endpoint: "ipc://{self.dir}/{peer}.sock", server_key: {peer}.pub}}'
                  for peer in AREAS[area]]
        (self.dir / f"{area}.yaml").write_text("\n".join(lines) + "\n")

    def start(self, area, **environment):
        with open(self.dir / f"{area}.log", "ab") as log:
            self.running[area] = subprocess.Popen([TOYD, area, "--config", str(self.dir / f"{area}.yaml")],
                                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                  env={**os.environ, **environment})

    def rebuild(self, area):
        return subprocess.run([TOYD, area, "--config", str(self.dir / f"{area}.yaml"), "--rebuild"],
                              capture_output=True, text=True, timeout=DEADLINE, check=False)

    def kill(self, area):
        process = self.running.pop(area)
        process.kill()
        process.wait(DEADLINE)

    def stop(self, area):
        process = self.running.pop(area)
        process.send_signal(signal.SIGTERM)
        if process.wait(DEADLINE) != 0:
            raise AssertionError((self.dir / f"{area}.log").read_text()[-4000:])

    def wait_ready(self):
        for area in self.running:
            end = time.monotonic() + DEADLINE
            while time.monotonic() < end and self.running[area].poll() is None:
                with Client(self, area, "op") as client:
                    pong = client.ping(500)
                    if pong and pong.ready:
                        break
            else:
                raise AssertionError(f"{area} is not ready: " + (self.dir / f"{area}.log").read_text()[-3000:])

    def close(self):
        try:
            for area in list(self.running):
                self.stop(area)
        finally:
            for process in self.running.values():
                process.kill()
                process.wait(DEADLINE)
            shutil.rmtree(self.dir, ignore_errors=True)


class Client:
    """One DEALER, frames as proto/README.md says."""

    def __init__(self, toys, area, who):
        self.socket = CONTEXT.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.curve_serverkey = toys.keys[area][0].encode()
        self.socket.curve_publickey, self.socket.curve_secretkey = (half.encode() for half in toys.keys[who])
        self.socket.connect(f"ipc://{toys.dir}/{area}.sock")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def receive(self, wait_ms):
        return self.socket.recv_multipart() if self.socket.poll(wait_ms) else None

    def rpc(self, kind, a, b, wait_ms=20000):
        self.socket.send_multipart([kind, a, b])
        return self.receive(wait_ms)

    def call(self, method, message, kind=b"JD1C", **header):
        head = bus.Header(msg_id=uuid.uuid4().bytes, type=method, **header)
        answer = self.rpc(kind, head.SerializeToString(), message.SerializeToString())
        assert answer and answer[0] == b"JD1R" and answer[1] == head.msg_id, answer
        return bus.Status.FromString(answer[2])

    def query(self, method, message):
        return self.call(method, message, kind=b"JD1Q")

    def register(self, code, division="1502", **header):
        return self.call("registry.v1.RegisterInstitution", registration(code, division), **header)

    def fetch(self, after=0, wait_ms=0, **more):
        answer = self.rpc(b"JD1F", b"f" * 16, bus.Fetch(after=after, wait_ms=wait_ms, **more).SerializeToString(),
                          wait_ms + 20000)
        assert answer and answer[0] == b"JD1B" and answer[1] == b"f" * 16, answer
        return bus.Batch.FromString(answer[2])

    def ping(self, wait_ms=20000):
        answer = self.rpc(b"JD1P", b"p" * 16, b"", wait_ms)
        return bus.Pong.FromString(answer[2]) if answer else None


    def together(self, process, *commands):
        """Commands that arrive while the daemon is stopped, so that it finds them all at once. Answers in order."""
        ids = []
        process.send_signal(signal.SIGSTOP)
        try:
            for method, message in commands:
                header = bus.Header(msg_id=uuid.uuid4().bytes, type=method)
                ids.append(header.msg_id)
                self.socket.send_multipart([b"JD1C", header.SerializeToString(), message.SerializeToString()])
        finally:
            process.send_signal(signal.SIGCONT)
        answers = [self.receive(20000) for _ in ids]
        found = {answer[1]: bus.Status.FromString(answer[2]) for answer in answers}
        return [found[msg_id] for msg_id in ids]

    def ack(self, consumer, seq, epoch):
        message = bus.Ack(consumer=consumer, epoch=epoch, seq=seq)
        return bus.Status.FromString(self.rpc(b"JD1A", b"a" * 16, message.SerializeToString())[2])


REGISTER = "registry.v1.RegisterInstitution"


def registration(code, division="1502", name=None):
    return reg.RegisterInstitution(institution=reg.Institution(code=code, name=name or "学校" + code, division=division))


def follow_until(client, n, deadline=DEADLINE):
    """The events of a feed from its start, until there are n of them."""
    events, after, end = [], 0, time.monotonic() + deadline
    while len(events) < n and time.monotonic() < end:
        batch = client.fetch(after, 1000)
        events += batch.events
        after = batch.next_after
    return events


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.toys = Toys("registry")
        cls.addClassCleanup(cls.toys.close)
        cls.toys.wait_ready()

    def setUp(self):
        self.bob = Client(self.toys, "registry", "bob")
        self.op = Client(self.toys, "registry", "op")
        self.addCleanup(self.bob.socket.close)
        self.addCleanup(self.op.socket.close)

    def head(self):
        return self.op.ping().head

    def test_a_repeated_key_gives_the_stored_answer_and_no_second_effect(self):
        first = self.bob.register("k", idem_key="once")
        head = self.head()
        again = self.bob.register("k", idem_key="once")
        self.assertEqual((first.code, again.code), (bus.CODE_OK, bus.CODE_OK))
        self.assertTrue(again.replayed and not first.replayed)
        self.assertEqual((again.result, again.seq), (first.result, first.seq))
        self.assertEqual(self.head(), head)

    def test_a_key_with_other_content_is_refused(self):
        self.bob.register("r1", idem_key="reused")
        refused = self.bob.register("r2", idem_key="reused")
        self.assertEqual((refused.code, refused.reason), (bus.CODE_CONFLICT, "DA-01"))

    def test_keys_belong_to_their_principal(self):
        self.bob.register("p1", idem_key="shared")
        other = self.op.register("p2", idem_key="shared")
        self.assertEqual((other.code, other.replayed), (bus.CODE_OK, False))

    def test_a_dry_run_shows_the_events_and_leaves_no_trace(self):
        head = self.head()
        shown = self.bob.register("dry", idem_key="dry", dry_run=True)
        self.assertEqual([event.type for event in shown.events], ["registry.v1.InstitutionRegistered"])
        self.assertEqual(self.head(), head)
        real = self.bob.register("dry", idem_key="dry")
        self.assertEqual((real.code, real.replayed, real.seq), (bus.CODE_OK, False, head + 1))

    def test_one_broken_command_does_not_touch_its_neighbours(self):
        head = self.head()
        ids = {}
        for i, code in enumerate(["n1", "boom", "n2", "boom", "n3"]):
            header = bus.Header(msg_id=uuid.uuid4().bytes, type="registry.v1.RegisterInstitution")
            ids[header.msg_id] = code
            self.bob.socket.send_multipart([b"JD1C", header.SerializeToString(), registration(code).SerializeToString()])
        for _ in range(5):
            answer = self.bob.receive(20000)
            code = ids.pop(answer[1])
            status = bus.Status.FromString(answer[2])
            self.assertEqual(status.code, bus.CODE_INTERNAL if code == "boom" else bus.CODE_OK)
            self.assertNotIn("Bad message", status.message_en + status.message_zh)  # a number, no innards
        self.assertEqual(self.head(), head + 3)

    def test_refusals_before_the_store(self):
        cases = [
            ("registry.v1.Nonsense", {}, bus.CODE_UNIMPLEMENTED, "METHOD"),
            ("dispatch.v1.SubmitPlan", {}, bus.CODE_UNIMPLEMENTED, "METHOD"),
            ("ops.v1.Drain", {}, bus.CODE_DENIED, "ROLE"),
            ("registry.v1.RegisterInstitution", {"expires_us": 1}, bus.CODE_EXPIRED, "EXPIRED"),
            ("registry.v1.RegisterInstitution", {"idem_key": "x" * 65}, bus.CODE_INVALID, "IDEM-KEY"),
            ("registry.v1.RegisterInstitution", {"on_behalf_of": "op"}, bus.CODE_DENIED, "BEHALF"),
        ]
        head = self.head()
        for method, header, code, reason in cases:
            with self.subTest(method=method, header=header):
                status = self.bob.call(method, registration("never"), **header)
                self.assertEqual((status.code, status.reason), (code, reason))
                self.assertTrue(status.message_zh and status.message_en and status.fix_zh and status.fix_en)
        self.assertEqual(self.head(), head)

    def test_headers_without_an_id_are_answered(self):
        for kind, header, reason in [(b"JD1C", bus.Header(type="none", idem_key="any"), "METHOD"), (b"JD1Q", bus.Header(type="none"), "METHOD"),
                                     (b"JD1C", bus.Header(type=REGISTER), "IDEM-KEY"),
                                     (b"JD1C", bus.Header(type=REGISTER, idem_key="only"), "FIELD")]:
            with self.subTest(kind=kind, reason=reason):
                answer = self.bob.rpc(kind, header.SerializeToString(), b"")
                self.assertEqual((answer[1], bus.Status.FromString(answer[2]).reason), (b"", reason))
        for kind in (b"JD1C", b"JD1Q"):
            answer = self.bob.rpc(kind, b"\xff", b"")
            self.assertEqual((answer[1], bus.Status.FromString(answer[2]).reason), (b"\0" * 16, "DECODE"))

    def test_a_gateway_lends_its_voice_but_never_that_of_an_operator(self):
        with Client(self.toys, "registry", "gate") as gate:
            self.assertEqual(gate.register("g1", on_behalf_of="bob").code, bus.CODE_OK)
            for named in ("op", "registry", "gate", "nobody"):
                refused = gate.register("g2", on_behalf_of=named)
                self.assertEqual((refused.code, refused.reason), (bus.CODE_DENIED, "BEHALF"), named)
                self.assertEqual(gate.call("ops.v1.Status", ops.StatusQuery(), kind=b"JD1Q", on_behalf_of=named).reason,
                                 "BEHALF")
        event = follow_until(self.op, 1)
        last = self.op.fetch(after=self.head() - 1).events[-1]
        self.assertTrue(event)
        self.assertEqual((last.actor, last.on_behalf_of), ("gate", "bob"))

    def test_a_query_refused_for_its_role_names_the_roles(self):
        status = self.bob.query("ops.v1.Stats", ops.StatsQuery())
        self.assertEqual(status.reason, "ROLE")
        self.assertIn("OPERATOR", status.message_en)

    def test_a_key_that_is_not_listed_gets_no_answer(self):
        with Client(self.toys, "registry", "stranger") as stranger:
            self.assertIsNone(stranger.ping(700))

    def test_a_revoked_key_is_refused_on_its_live_connection(self):
        self.assertEqual(self.bob.register("before").code, bus.CODE_OK)
        del self.toys.listed["bob"]
        self.toys.write_principals()
        self.addCleanup(self.restore_bob)
        self.assertEqual(self.op.call("ops.v1.Reload", ops.Reload()).code, bus.CODE_OK)
        refused = self.bob.register("after")
        self.assertEqual((refused.code, refused.reason), (bus.CODE_DENIED, "PRINCIPAL"))
        self.assertEqual(self.bob.query("ops.v1.Status", ops.StatusQuery()).reason, "PRINCIPAL")

    def restore_bob(self):
        self.toys.listed["bob"] = PRINCIPALS["bob"]
        self.toys.write_principals()
        with Client(self.toys, "registry", "op") as client:
            client.call("ops.v1.Reload", ops.Reload())

    def test_a_broken_principals_file_leaves_the_old_one_in_force(self):
        good = (self.toys.dir / "principals.yaml").read_text()
        (self.toys.dir / "principals.yaml").write_text("principals:\n  - nme: x\n")
        status = self.op.call("ops.v1.Reload", ops.Reload())
        (self.toys.dir / "principals.yaml").write_text(good)
        self.assertEqual(status.code, bus.CODE_INVALID)
        self.assertIn("principals.yaml:2", status.message_en)
        self.assertEqual(self.bob.register("still").code, bus.CODE_OK)

    def test_the_clock_moves_only_forward(self):
        now = self.op.ping().time_us
        self.assertEqual(self.op.call("ops.v1.SetClock", ops.SetClock(time_us=now - 1)).reason, "CLOCK")
        self.assertEqual(self.op.call("ops.v1.SetClock", ops.SetClock(time_us=now + 86400000000)).code, bus.CODE_OK)
        self.assertEqual(self.op.ping().time_us, now + 86400000000)
        for far in (1 << 62, (1 << 64) - 1):  # nanoseconds by mistake: there would be no way back
            self.assertEqual(self.op.call("ops.v1.SetClock", ops.SetClock(time_us=far)).code, bus.CODE_INVALID)
        self.assertEqual(self.op.ping().time_us, now + 86400000000)

    def test_the_last_time_set_gets_a_tick(self):
        """Also when a tick for an earlier time is under way."""
        day = self.op.ping().time_us // 1000000 * 1000000 + 86400000000
        head = self.head()
        answers = self.op.together(self.toys.running["registry"],
                                   ("ops.v1.SetClock", ops.SetClock(time_us=day)),
                                   ("ops.v1.SetClock", ops.SetClock(time_us=day + 7)))
        self.assertEqual([answer.code for answer in answers], [bus.CODE_OK] * 2)
        events = self.op.fetch(head, 20000).events
        self.assertEqual(reg.InstitutionRegistered.FromString(events[0].data).institution.code, str(day + 7))

    def test_no_event_is_cut_for_want_of_memory(self):
        head = self.head()
        day = self.op.ping().time_us // 1000000 * 1000000 + 86400000000
        for time_us in (day + 8, day + 1000007):
            self.assertEqual(self.op.call("ops.v1.SetClock", ops.SetClock(time_us=time_us)).code, bus.CODE_OK)
        events = self.op.fetch(head, 20000).events
        self.assertEqual(len(events), 1)
        self.assertEqual(reg.InstitutionRegistered.FromString(events[0].data).institution.code, str(day + 1000007))

    def test_who_uses_up_the_memory_of_a_command_is_told(self):
        head = self.head()
        self.assertEqual(self.bob.register("vast").code, bus.CODE_INTERNAL)
        self.assertEqual(self.bob.query("registry.v1.GetInstitution", reg.GetByRef(ref="vast")).code, bus.CODE_INTERNAL)
        self.assertEqual(self.head(), head)

    def test_a_dry_run_is_no_longer_than_a_message(self):
        many = registration("many", name="m" * 100000)
        self.assertEqual(self.bob.call(REGISTER, many, dry_run=True).reason, "SIZE")
        real = self.bob.call(REGISTER, many)
        self.assertEqual((real.code, real.seq), (bus.CODE_OK, self.head()))

    def test_ops_commands_know_no_dry_run(self):
        refused = self.op.call("ops.v1.Drain", ops.Drain(), dry_run=True)
        self.assertEqual((refused.code, refused.reason), (bus.CODE_INVALID, "FIELD"))
        self.assertTrue(self.op.ping().ready)


class Feed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.toys = Toys("registry")
        cls.addClassCleanup(cls.toys.close)
        cls.toys.wait_ready()
        with Client(cls.toys, "registry", "bob") as bob:
            for i in range(40):
                bob.register(f"f{i}", "1502" if i % 2 else "4201")

    def setUp(self):
        self.op = Client(self.toys, "registry", "op")
        self.addCleanup(self.op.socket.close)

    def test_replay_is_gapless(self):
        events = follow_until(self.op, 40)
        self.assertEqual([event.seq for event in events[:40]], list(range(1, 41)))

    def test_batches_keep_their_bounds(self):
        self.assertEqual(len(self.op.fetch(max_events=7).events), 7)
        small = self.op.fetch(max_bytes=1)
        self.assertEqual(len(small.events), 1)  # always at least one, or a reader could stand still

    def test_rights_hold_events_back_and_still_move_the_cursor(self):
        with Client(self.toys, "registry", "far") as far:
            batch = far.fetch(max_events=1000)
        self.assertEqual({event.division[:2] for event in batch.events}, {"42"})
        self.assertEqual(batch.next_after, self.op.ping().head)

    def test_filters_move_the_cursor_too(self):
        batch = self.op.fetch(types=["registry.v1.PersonRegistered"])
        self.assertEqual((len(batch.events), batch.next_after), (0, batch.head))

    def test_a_waiting_fetch_is_woken_by_the_next_event(self):
        head = self.op.ping().head
        self.op.socket.send_multipart([b"JD1F", b"w" * 16, bus.Fetch(after=head, wait_ms=30000).SerializeToString()])
        self.assertIsNone(self.op.receive(50))
        with Client(self.toys, "registry", "bob") as bob:
            bob.register("wake")
        woken = bus.Batch.FromString(self.op.receive(20000)[2])
        self.assertEqual([event.seq for event in woken.events], [head + 1])

    def test_a_wrong_epoch_and_a_cursor_past_the_head_are_refused(self):
        head, epoch = self.op.ping().head, self.op.ping().epoch
        self.assertEqual(self.op.fetch(epoch=epoch + 1).status.reason, "EPOCH")
        self.assertEqual(self.op.fetch(after=head + 10).status.reason, "EPOCH")
        self.assertEqual(self.op.fetch(epoch=epoch).status.code, bus.CODE_OK)

    def test_a_cursor_kept_by_the_server(self):
        first = self.op.fetch(consumer="c1", max_events=5)
        self.assertEqual(first.next_after, 5)
        self.assertEqual(self.op.ack("c1", 5, first.epoch).code, bus.CODE_OK)
        self.assertEqual(self.op.fetch(consumer="c1", max_events=1).events[0].seq, 6)
        self.assertEqual(self.op.ack("c1", 10**6, first.epoch).reason, "FIELD")
        self.assertEqual(self.op.ack("c1", 5, first.epoch + 1).reason, "EPOCH")

    def test_a_fetch_is_small(self):
        self.assertEqual(self.op.fetch(types=["t"] * 65).status.reason, "FIELD")
        self.assertEqual(self.op.fetch(subjects=["s" * 1000] * 20).status.reason, "SIZE")
        self.assertEqual(self.op.fetch(types=["t"] * 64).status.code, bus.CODE_OK)

    def test_who_waits_too_often_is_told_to_come_later(self):
        head = self.op.ping().head
        with Client(self.toys, "registry", "far") as far:
            for i in range(5):
                far.socket.send_multipart([b"JD1F", b"%d" % i, bus.Fetch(after=head, wait_ms=30000).SerializeToString()])
            answer = far.receive(20000)
            status = bus.Batch.FromString(answer[2]).status
            self.assertEqual((answer[1], status.code, status.reason), (b"4", bus.CODE_EXHAUSTED, "BUSY"))
            self.assertGreater(status.retry_after_ms, 0)
            self.assertEqual(far.fetch(0, max_events=1).status.code, bus.CODE_OK)  # what need not wait is answered

    def test_a_snapshot_holds_every_record_once(self):
        rows, cursor = [], b""
        while True:
            request = bus.SnapRequest(cursor=cursor, max_bytes=300)
            page = bus.SnapPage.FromString(self.op.rpc(b"JD1S", b"s" * 16, request.SerializeToString())[2])
            self.assertEqual(page.status.code, bus.CODE_OK)
            rows += [row for row in page.rows if row.table == "institution"]
            if page.last:
                break
            cursor = page.cursor
        codes = [reg.Institution.FromString(row.row).code for row in rows]
        self.assertEqual(len(codes), len(set(codes)))
        self.assertTrue({f"f{i}" for i in range(40)} <= set(codes))

    def test_a_snapshot_is_for_services(self):
        with Client(self.toys, "registry", "far") as far:
            page = bus.SnapPage.FromString(far.rpc(b"JD1S", b"s" * 16, b"")[2])
        self.assertEqual(page.status.reason, "ROLE")


class Following(unittest.TestCase):
    N = 300

    def setUp(self):
        self.toys = Toys(*AREAS)
        self.addCleanup(self.toys.close)
        self.toys.wait_ready()

    def register_all(self, disturb):
        with Client(self.toys, "registry", "bob") as bob:
            for i in range(self.N):
                header = bus.Header(msg_id=uuid.uuid4().bytes, type="registry.v1.RegisterInstitution")
                bob.socket.send_multipart([b"JD1C", header.SerializeToString(), registration(f"n{i}").SerializeToString()])
                disturb(i)
            for _ in range(self.N):
                self.assertEqual(bus.Status.FromString(bob.receive(20000)[2]).code, bus.CODE_OK)

    def notices(self):
        with Client(self.toys, "notify", "op") as client:
            return follow_until(client, self.N)

    def test_each_event_counts_once_whoever_is_killed(self):
        seed = int(os.environ.get("JIEDUI_SEED", random.randrange(1 << 32)))
        print(f"seed {seed}", file=sys.stderr)
        dice = random.Random(seed)

        def disturb(i):
            if i % 30 == 15:
                victim = dice.choice(["dispatch", "notify"])
                self.toys.kill(victim)
                self.toys.start(victim)

        self.register_all(disturb)
        self.toys.wait_ready()
        events = self.notices()
        self.assertEqual(len(events), self.N)
        self.assertEqual(len({event.subject for event in events}), self.N)
        self.assertEqual([event.seq for event in events], list(range(1, self.N + 1)))

    def test_an_event_waits_for_what_it_rests_on(self):
        """notify reads dispatch while registry is away: it must hold every plan until the institution has come."""
        self.toys.stop("notify")
        self.register_all(lambda i: None)
        with Client(self.toys, "dispatch", "op") as client:
            self.assertEqual(len(follow_until(client, self.N)), self.N)
        self.toys.stop("registry")
        self.toys.start("notify")
        self.toys.wait_ready()
        with Client(self.toys, "notify", "op") as client:
            self.assertEqual(client.ping().head, 0)
            self.assertEqual(len(client.fetch(0, 700).events), 0)
        self.toys.start("registry")
        events = self.notices()
        self.assertEqual(len({event.subject for event in events}), self.N)
        basis = {position.area: position.seq for position in events[-1].basis}
        self.assertGreaterEqual(basis["registry"], self.N)

    def test_a_feed_with_a_new_epoch_is_followed_anew(self):
        with Client(self.toys, "registry", "bob") as bob:
            bob.register("old")
        with Client(self.toys, "dispatch", "op") as client:
            self.assertEqual(len(follow_until(client, 1)), 1)
        self.toys.stop("registry")
        shutil.rmtree(self.toys.dir / "state-registry")
        self.toys.start("registry")
        self.toys.wait_ready()
        with Client(self.toys, "registry", "bob") as bob:
            bob.register("new1")
            bob.register("new2")
        with Client(self.toys, "dispatch", "op") as client:
            self.assertEqual(len(follow_until(client, 3)), 3)

    def test_a_projection_is_forgotten_even_if_the_disk_is_full_at_first(self):
        with Client(self.toys, "registry", "bob") as bob:
            bob.register("old")
        with Client(self.toys, "dispatch", "op") as client:
            self.assertEqual(len(follow_until(client, 1)), 1)
            self.assertEqual(client.query("dispatch.v1.GetPlan", dsp.GetById(id="old")).code, bus.CODE_OK)
        for area in ("registry", "dispatch"):
            self.toys.stop(area)
        shutil.rmtree(self.toys.dir / "state-registry")
        self.toys.start("registry")
        self.toys.start("dispatch", TOY_FAIL_RESET="1")
        self.toys.wait_ready()
        with Client(self.toys, "registry", "bob") as bob:
            bob.register("new")
        with Client(self.toys, "dispatch", "op") as client:
            self.assertEqual(len(follow_until(client, 2)), 2)
            self.assertEqual(client.query("dispatch.v1.GetPlan", dsp.GetById(id="new")).code, bus.CODE_OK)
            self.assertEqual(client.query("dispatch.v1.GetPlan", dsp.GetById(id="old")).code, bus.CODE_NOT_FOUND)

    def test_a_reaction_rests_on_the_event_that_caused_it(self):
        self.register_all(lambda i: None)
        with Client(self.toys, "registry", "op") as client:
            causes = {event.id: event.seq for event in follow_until(client, self.N)}
            epoch = client.ping().epoch
        with Client(self.toys, "dispatch", "op") as client:
            plans = follow_until(client, self.N)
        self.assertEqual(len(plans), self.N)
        for plan in plans:
            self.assertEqual([(position.area, position.epoch) for position in plan.basis], [("registry", epoch)])
            self.assertGreaterEqual(plan.basis[0].seq, causes[plan.causation_id])

    def test_rebuild_gives_the_same_tables(self):
        self.register_all(lambda i: None)
        self.assertEqual(len(self.notices()), self.N)
        for area in list(AREAS):
            self.toys.stop(area)
            done = self.toys.rebuild(area)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertNotIn("DIFFERENT", done.stdout)
            self.assertIn(f"{self.N} events applied", done.stdout)


class FullStore(unittest.TestCase):
    def test_creations_are_refused_and_nothing_of_the_batch_stays(self):
        toys = Toys("registry")
        self.addCleanup(toys.close)
        toys.wait_ready()
        with Client(toys, "registry", "bob") as bob, Client(toys, "registry", "op") as op:
            self.assertEqual(bob.register("a", idem_key="done").code, bus.CODE_OK)
            head = op.ping().head
            full = bob.register("full", idem_key="later")
            self.assertEqual((full.code, full.reason), (bus.CODE_EXHAUSTED, "SPACE"))
            self.assertGreater(full.retry_after_ms, 0)
            self.assertEqual(op.ping().head, head)
            self.assertEqual(bob.register("b").reason, "SPACE")  # the guard has closed
            again = bob.register("a", idem_key="done")  # what was done is answered as ever
            self.assertEqual((again.code, again.replayed), (bus.CODE_OK, True))
            status = ops.DaemonStatus.FromString(op.query("ops.v1.Status", ops.StatusQuery()).result)
            self.assertFalse(status.accepts_creations)

    def test_no_answer_rests_on_what_did_not_stay(self):
        toys = Toys("registry")
        self.addCleanup(toys.close)
        toys.wait_ready()
        with Client(toys, "registry", "op") as op:
            now = op.ping().time_us
            clock, first, second, full = op.together(
                toys.running["registry"], ("ops.v1.SetClock", ops.SetClock(time_us=now + 5000000)),
                (REGISTER, registration("one")), (REGISTER, registration("one")), (REGISTER, registration("full")))
            self.assertEqual(full.reason, "SPACE")
            # However they fell into batches: nobody is told of an effect that is not there.
            self.assertEqual(clock.code == bus.CODE_OK, op.ping().time_us == now + 5000000)
            there = op.query("registry.v1.GetInstitution", reg.GetByRef(ref="one")).code == bus.CODE_OK
            self.assertEqual(first.code == bus.CODE_OK, there)
            self.assertEqual(second.reason, "IN-03" if there else "SPACE")


class Starting(unittest.TestCase):
    def setUp(self):
        self.toys = Toys("registry")
        self.addCleanup(self.toys.close)
        self.toys.wait_ready()

    def test_an_empty_journal_can_be_rebuilt(self):
        self.toys.stop("registry")
        done = self.toys.rebuild("registry")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.toys.start("registry")
        self.toys.wait_ready()

    def test_a_followed_area_without_a_peer_is_a_mistake_in_the_configuration(self):
        self.toys.write_config("dispatch")
        config = self.toys.dir / "dispatch.yaml"
        config.write_text(config.read_text().split("peers:", maxsplit=1)[0])
        done = subprocess.run([TOYD, "dispatch", "--config", str(config)], capture_output=True, text=True,
                              timeout=DEADLINE, check=False)
        self.assertEqual(done.returncode, 78, done.stderr)

    def test_a_kept_cursor_does_not_outlive_its_history(self):
        with Client(self.toys, "registry", "op") as op:
            for code in ("a", "b", "c"):
                op.register(code)
            old = op.ping().epoch
            self.assertEqual(op.ack("c1", 2, old).code, bus.CODE_OK)
            copy = ops.Backup(directory=str(self.toys.dir / "copy"))
            answer = ops.BackupAnswer.FromString(op.call("ops.v1.Backup", copy).result)
            self.assertEqual(answer.seq, 3)
        self.toys.stop("registry")
        shutil.rmtree(self.toys.dir / "state-registry" / "store")
        (self.toys.dir / "copy").rename(self.toys.dir / "state-registry" / "store")
        self.toys.start("registry")
        self.toys.wait_ready()
        with Client(self.toys, "registry", "op") as op:
            epoch = op.ping().epoch
            self.assertNotEqual(epoch, old)
            self.assertEqual(op.fetch(consumer="c1").status.reason, "EPOCH")
            self.assertEqual(op.ack("c1", 2, old).reason, "EPOCH")
            self.assertEqual(op.ack("c1", 2, epoch).code, bus.CODE_OK)
            self.assertEqual([event.seq for event in op.fetch(consumer="c1").events], [3])


if __name__ == "__main__":
    unittest.main(verbosity=2)
