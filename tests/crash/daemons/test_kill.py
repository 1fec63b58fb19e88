#!/usr/bin/python3
"""SIGKILL loops: what a client was told is in the journal, every effect happens once, followers see no gap.

The seed is printed; JIEDUI_SEED repeats a run.
"""
import collections
import os
import pathlib
import queue
import random
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib/py"))
import jiedui_world as w  # noqa: E402
import jiedui_year as year  # noqa: E402
import programme_pb2 as prg  # noqa: E402
from jiedui_world import BT, REGION, SOURCE, bus, dsp, ntf, reg  # noqa: E402

IN_FLIGHT = 8  # deliveries that one receiver may be sent at a time
SEED = int(os.environ.get("JIEDUI_SEED", random.SystemRandom().randrange(1 << 32)))


class Clients:
    """Threads that send keyed commands until each is answered; acks come out of a queue as they are heard."""

    def __init__(self, world, area, jobs, threads=4):
        """jobs: [(principal, method, message, key)]; those of one thread are sent in order."""
        self.acks, self.errors = queue.Queue(), []
        self.threads = [threading.Thread(target=self.work, args=(world, area, jobs[n::threads])) for n in range(threads)]
        self.total = len(jobs)
        for thread in self.threads:
            thread.start()

    def work(self, world, area, jobs):
        try:
            clients = {who: world.client(area, who, timeout=2 * w.DEADLINE) for who in {job[0] for job in jobs}}
            for who, method, message, key in jobs:
                clients[who].retry = 0.5
                self.acks.put((key, clients[who].call(f"{area}.v1.{method}", message, key=key)))
            for client in clients.values():
                client.close()
        except Exception as error:  # told by finish(), in the main thread
            self.errors.append(error)
            self.acks.put((None, None))

    def take(self, count):
        """Waits for so many more answers."""
        return [self.acks.get(timeout=2 * w.DEADLINE) for _ in range(count)]

    def finish(self, taken):
        rest = self.take(self.total - len(taken))
        for thread in self.threads:
            thread.join(w.DEADLINE)
        if self.errors:
            raise self.errors[0]
        return dict(taken + rest)


class Follower(threading.Thread):
    """Reads a feed live through every restart; notes each position."""

    def __init__(self, world, area):
        super().__init__(daemon=True)
        self.client, self.seqs, self.stop_at = world.client(area, "registryd", timeout=2 * w.DEADLINE), [], None
        self.client.retry = 0.5
        self.error = None

    def run(self):
        after, epoch = 0, 0
        try:
            while self.stop_at is None or after < self.stop_at:
                batch = self.client.fetch(epoch, after, wait_ms=200)
                if batch.status.code not in (bus.CODE_OK, bus.CODE_UNSPECIFIED, bus.CODE_UNAVAILABLE):
                    raise AssertionError(batch.status)
                self.seqs += [event.seq for event in batch.events]
                epoch, after = batch.epoch or epoch, max(after, batch.next_after)
            self.client.close()
        except Exception as error:
            self.error = error


class Kill(unittest.TestCase):
    def setUp(self):
        print(f"seed {SEED}", file=sys.stderr)
        self.draw = random.Random(SEED)

    def world_of(self, *daemons, **options):
        world = w.World(daemons=daemons or w.DAEMONS, **options)
        self.addCleanup(world.close)
        world.start(*world.names)
        return world

    def kill_while(self, world, clients, rounds, victims):
        """Kills one of the victims after a random number of further answers, so often; all answers by key."""
        taken = []
        share = max(2, clients.total // (rounds + 1))
        for _ in range(rounds):
            taken += clients.take(self.draw.randrange(1, share))
            victim = self.draw.choice(victims)
            world.kill(victim)
            world.start(victim)
        return clients.finish(taken)

    def test_registryd(self):
        world = self.world_of("registryd")
        world.text("nmg", "division", "import", REGION / "divisions.csv")
        world.text("nmg", "institution", "import", REGION / "institutions.csv")
        follower = Follower(world, "registry")
        follower.start()
        start = world.status("registryd").head
        jobs = []
        for n in range(400):
            unit = reg.Institution(kind=reg.types__pb2.KIND_SCHOOL, name=f"第{n}小学", code=f"211502{n + 2000:04d}",
                                   division="150203", stages=[reg.types__pb2.STAGE_PRIMARY], legal_person=True)
            jobs.append(("nmg", "RegisterInstitution",
                         reg.RegisterInstitution(institution=unit, managing_bureau_code=BT), f"school-{n}"))
        answers = self.kill_while(world, Clients(world, "registry", jobs), 8, ["registryd"])
        self.assertEqual({bus.Code.Name(a.code) for a in answers.values()}, {"CODE_OK"})
        events = world.events("registry", after=start)
        by_seq = {event.seq: message.institution for event, message in events}
        self.assertEqual(len(events), 400)  # as many effects as commands
        self.assertEqual(len({i.code for i in by_seq.values()}), 400)
        self.assertEqual(len({a.seq for a in answers.values()}), 400)
        for key, answer in answers.items():  # what was promised is what the journal says
            reply = reg.InstitutionReply.FromString(answer.result)
            self.assertEqual(by_seq[answer.seq].id, reply.id)
            self.assertEqual(by_seq[answer.seq].code, f"211502{int(key[7:]) + 2000:04d}")
        follower.stop_at = world.status("registryd").head
        follower.join(w.DEADLINE)
        self.assertIsNone(follower.error)
        self.assertEqual(follower.seqs, list(range(1, start + 401)))
        self.assertTrue(world.do("operator", "ops", "VerifyJournal", to="registry").ok)

    def test_dispatchd_and_notifyd(self):
        world = self.world_of()
        world.load_reference()
        under = year.agreement(world)
        year.pairs(world, under)
        postings = year.postings(world, under, year.plan(world, under))
        jobs = [("baotou", "ApproveAssignment", dsp.ApproveAssignment(id=one), f"approve-{one}") for one in postings]
        answers = self.kill_while(world, Clients(world, "dispatch", jobs), 5, ["dispatchd", "notifyd"])
        self.assertEqual({bus.Code.Name(a.code) for a in answers.values()}, {"CODE_OK"})
        events = [message.assignment.id for _, message in world.events("dispatch", types=["dispatch.v1.AssignmentApproved"])]
        self.assertEqual(sorted(events), sorted(postings))
        quota = world.do("nmg", "dispatch", "Quota", agreement=under, measure="retired_teaching", period=year.YEAR)
        self.assertEqual(quota.used, 16)
        told = [subject for event, subject in year.notices(world) if event == "AssignmentApproved"]
        self.assertEqual(sorted(told), sorted(postings))  # each raised once

    def test_quota_holds_whatever_dies(self):
        world = self.world_of()
        world.load_reference()
        under = year.agreement(world)
        year.pairs(world, under)
        world.text("bayannur", "assignment", "import", REGION / "principals-2016.csv", "--agreement", under, "--measure",
                   "principal_post")
        proposed = [a.id for a in world.pages("nmg", "dispatch", "ListAssignments", measure="principal_post")]
        for one in proposed:
            world.do("persons", "dispatch", "AcceptAssignment", id=one, as_person=True)
            world.do("bayannur-schools", "dispatch", "AcceptAssignment", id=one, as_home=True)
        jobs = [("bayannur", "ApproveAssignment", dsp.ApproveAssignment(id=one), f"approve-{one}") for one in proposed]
        answers = self.kill_while(world, Clients(world, "dispatch", jobs), 3, ["dispatchd"])
        outcome = collections.Counter(a.reason or bus.Code.Name(a.code) for a in answers.values())
        self.assertEqual(outcome, {"CODE_OK": 10, "AS-06": 1})
        quota = world.do("nmg", "dispatch", "Quota", agreement=under, measure="principal_post", period="2016")
        self.assertEqual((quota.used, quota.max), (10, 10))

    def sink(self, world):
        """The receiver of webhooks; its port once it listens."""
        out = world.dir / "sink"
        out.mkdir()
        (out / "secret").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
        (out / "secret").chmod(0o600)
        os.mkfifo(out / "port")
        process = subprocess.Popen([SOURCE / "deploy/demo/webhook_sink.py", "--secret", out / "secret", "--log",
                                    out / "log", "--port-file", out / "port"])
        self.addCleanup(process.wait, w.DEADLINE)
        self.addCleanup(process.kill)
        with open(out / "port", encoding="ascii") as port:
            return int(port.read())

    def test_notifyd_signs_and_posts(self):
        secret = "webhook: {allow: \"127.0.0.1\", secrets: [{name: bureau, file: sink/secret}]}"
        world = w.World(extra={"notifyd": [secret]})
        self.addCleanup(world.close)
        port = self.sink(world)
        world.start(*world.names)
        world.load_reference()
        unit = world.id_of(BT)
        contact = ntf.Contact(party_kind=ntf.ADDRESSEE_INSTITUTION, party=unit, channel=prg.CHANNEL_WEBHOOK,
                              address=f"http://127.0.0.1:{port}/x", secret="bureau")
        world.do("nmg", "notify", "SetContact", contact=contact)
        _, _, postings = year.approved(world)
        for one in postings:
            world.do("baotou", "dispatch", "IssueOrder", id=one, order_no="1", arrival_due="2016-09-01")
        world.settle()
        open_ = [i.delivery for i in world.pages("nmg", "notify", "ListUnsigned")]
        jobs = []
        for one in open_:
            school = "baotou" if one.division.startswith("1502") else "bayannur"
            who = "persons" if one.addressee_kind == ntf.ADDRESSEE_PERSON else \
                "nmg" if one.division == "15" else school
            jobs.append((who, "SignDelivery", ntf.SignDelivery(id=one.id), f"sign-{one.id}"))
        world.set_clock("2016-09-01")
        arrive = [("bayannur-schools", "ConfirmArrival", dsp.ConfirmArrival(id=one, arrived_on="2016-09-01"),
                   f"arrive-{one}") for one in postings]
        arrivals = Clients(world, "dispatch", arrive, threads=1)
        answers = self.kill_while(world, Clients(world, "notify", jobs), 5, ["notifyd"])
        arrivals.finish([])
        self.assertEqual({bus.Code.Name(a.code) for a in answers.values()}, {"CODE_OK"})
        signed = [message.delivery.id for _, message in world.events("notify", types=["notify.v1.DeliverySigned"])]
        self.assertEqual(sorted(signed), sorted(one.id for one in open_))  # every receipt once
        told = year.notices(world)
        self.assertEqual(len(told), len(set(told)))
        wanted = {i.delivery.id for i in world.pages("nmg", "notify", "Mailbox", addressee=BT)}
        self.posted_once(world, len(wanted))

    def posted_once(self, world, wanted):
        """Every webhook delivery reached the sink; the same id may have come twice, two ids never for one delivery."""
        delivered = world.events("notify", types=["notify.v1.DeliveryDelivered"])
        after = world.status("notifyd").head
        while len(delivered) < wanted:
            with world.client("notify", "registryd", timeout=w.DEADLINE) as client:
                batch = client.fetch(0, after, wait_ms=30000, types=["notify.v1.DeliveryDelivered"])
            self.assertTrue(batch.events or batch.next_after > after, f"{len(delivered)} of {wanted} were delivered")
            delivered += [(event, None) for event in batch.events]
            after = batch.next_after
        said = subprocess.run([SOURCE / "deploy/demo/webhook_sink.py", "--count", world.dir / "sink/log"],
                              capture_output=True, text=True, check=True).stdout.split()
        posts, ids, _, bad = map(int, said)
        self.assertEqual((ids, bad), (wanted, 0))
        self.assertLessEqual(posts, wanted + 5 * IN_FLIGHT)  # what was under way at each kill comes again


if __name__ == "__main__":
    unittest.main()
