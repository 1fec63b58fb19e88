#!/usr/bin/python3
"""What was acknowledged stays: restarts, kills, dry runs, rebuilding, backups, followers that were away."""
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
import jiedui_year as year  # noqa: E402
from jiedui_world import bus, reg  # noqa: E402


class Durability(unittest.TestCase):
    def setUp(self):
        self.world = w.World()
        self.addCleanup(self.world.close)
        self.world.start(*self.world.names)
        self.world.load_reference()

    def heads(self):
        return {name: (s.epoch, s.head) for name in self.world.names for s in [self.world.status(name)]}

    def test_restarts_and_kills_keep_everything(self):
        world = self.world
        under, _, postings = year.approved(world)
        division = reg.ImportDivisions(divisions=[reg.Division(code="150296", name="某区", level=4, parent="1502")])
        first = world.send("nmg", "registry", "ImportDivisions", division, key="once")
        world.settle()
        held, heads, told = year.records(world), self.heads(), year.notices(world)
        self.assertEqual(len(told), len(set(told)))
        for how in (world.stop, world.kill):
            with self.subTest(how=how.__name__):
                how(*world.names)
                world.start(*world.names)
                world.settle()
                self.assertEqual(year.records(world), held)
                self.assertEqual(self.heads(), heads)
                again = world.send("nmg", "registry", "ImportDivisions", division, key="once")
                self.assertEqual((again.code, again.replayed, again.seq), (bus.CODE_OK, True, first.seq))
        self.assertEqual(year.notices(world), told)
        quota = world.do("nmg", "dispatch", "Quota", agreement=under, measure="retired_teaching", period=year.YEAR)
        self.assertEqual(quota.used, len(postings))

    def test_dry_run_leaves_no_trace(self):
        world = self.world
        heads = self.heads()
        division = reg.ImportDivisions(divisions=[reg.Division(code="150295", name="某区", level=4, parent="1502")])
        status = world.send("nmg", "registry", "ImportDivisions", division, key="k1", header={"dry_run": True})
        self.assertEqual((status.code, status.seq), (bus.CODE_OK, 0))
        self.assertEqual([e.type for e in status.events], ["registry.v1.DivisionsImported"])
        self.assertEqual(self.heads(), heads)
        self.assertEqual(world.send("nmg", "registry", "GetDivision", ref="150295").code, bus.CODE_NOT_FOUND)
        real = world.send("nmg", "registry", "ImportDivisions", division, key="k1")  # the key was not used up
        self.assertEqual((real.code, real.replayed), (bus.CODE_OK, False))
        person = dict(person=reg.Person(staff_no="Z-1", category=reg.types__pb2.CATEGORY_TEACHER),
                      secret=reg.PersonSecret(name="王某", id_number="11010519491231002X"), home_code="2115080001")
        self.assertEqual(world.send("nmg", "registry", "RegisterPerson", header={"dry_run": True}, **person).code, bus.CODE_OK)
        self.assertEqual(world.send("nmg", "registry", "GetPerson", ref="Z-1").code, bus.CODE_NOT_FOUND)
        self.assertEqual(world.send("nmg", "registry", "RegisterPerson", **person).code, bus.CODE_OK)
        refused = world.send("baotou", "registry", "SubmitAgreement", id="none", header={"dry_run": True})
        self.assertEqual(refused.code, bus.CODE_NOT_FOUND)

    def test_tables_rebuilt_from_the_journal_are_equal(self):
        world = self.world
        year.approved(world)
        held = year.records(world)
        world.stop(*world.names)
        for name in world.names:
            done = subprocess.run([str(w.BIN / f"jiedui-{name}"), "--config", f"{world.dir}/{name}.yaml", "--rebuild"],
                                  capture_output=True, text=True, timeout=w.DEADLINE, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("tables equal", done.stdout)
            self.assertNotIn("DIFFERENT", done.stdout)
        world.start(*world.names)
        world.settle()
        self.assertEqual(year.records(world), held)

    def test_backup_restored_is_a_new_epoch_and_followers_resync(self):
        world = self.world
        under = year.agreement(world)
        year.pairs(world, under)
        told = year.notices(world)
        copy = world.dir / "copy"
        world.text("operator", "backup", "registry", copy)
        before = world.status("registryd")
        late = reg.ImportDivisions(divisions=[reg.Division(code="150294", name="某区", level=4, parent="1502")])
        world.do("nmg", "registry", "ImportDivisions", late)
        world.settle()
        world.stop("registryd")
        store = world.dir / "state/registryd/store"
        shutil.rmtree(store)
        shutil.copytree(copy, store)
        store.chmod(0o700)
        world.start("registryd")
        after = world.status("registryd")
        self.assertNotEqual(after.epoch, before.epoch)
        self.assertEqual(after.head, before.head)
        self.assertEqual(world.send("nmg", "registry", "GetDivision", ref="150294").code, bus.CODE_NOT_FOUND)
        with world.client("registry", "registryd") as client:
            self.assertEqual(client.fetch(before.epoch, before.head).status.reason, "EPOCH")
        self.wait_epoch(after.epoch)
        self.assertEqual(year.notices(world), told)
        planned = year.plan(world, under)  # dispatchd decides on the projection it read anew
        self.assertIn(("PlanApproved", planned), year.notices(world))

    def wait_epoch(self, epoch):
        """dispatchd and notifyd have noticed; polling their answers, bounded by the deadline of each call."""
        for _ in range(2000):
            follows = [f for name in ("dispatchd", "notifyd") for f in self.world.status(name).follows
                       if f.area == "registry"]
            if all(f.epoch == epoch for f in follows):
                return
        self.fail(f"still the old epoch: {follows}")

    def test_verify_finds_a_changed_row(self):
        world = self.world
        self.assertIn("verified", world.text("operator", "verify", "registry"))
        world.stop("registryd")
        file = world.dir / "state/registryd/store/data.mdb"
        data = file.read_bytes()
        self.assertIn("包头市昆河小学".encode(), data)
        file.write_bytes(data.replace("包头市昆河小学".encode(), "包头市昆山小学".encode()))
        world.start("registryd")
        answer = world.do("operator", "ops", "VerifyJournal", to="registry")
        self.assertFalse(answer.ok)
        self.assertGreater(answer.bad_seq, 0)
        with self.assertRaises(w.Refused):
            world.text("operator", "verify", "registry")
        self.assertTrue(world.ping("registryd"))

    def test_follower_that_was_away_tells_everything_once(self):
        world = self.world
        world.stop("notifyd")
        under = year.agreement(world)
        world.kill("dispatchd")
        world.start("dispatchd")
        world.settle()
        year.pairs(world, under)
        planned = year.plan(world, under)
        world.start("notifyd")
        told = year.notices(world)
        self.assertEqual(len(told), len(set(told)))
        self.assertEqual([t for t in told if t[0] != "PartnershipEstablished"],
                         [("AgreementEffective", under), ("PlanApproved", planned)])
        self.assertEqual(len(told), 2 + 14)

    def test_drained_daemon_answers_queries_and_refuses_commands(self):
        world = self.world
        world.do("operator", "ops", "Drain", to="registry")
        with world.client("registry", "nmg", timeout=1) as client:
            self.assertEqual(client.query("registry.v1.GetInstitution", reg.GetByRef(ref=w.BY)).code, bus.CODE_OK)
            status = client.call("registry.v1.SubmitAgreement", reg.SubmitAgreement(id="x"))
            self.assertEqual((status.code, status.reason), (bus.CODE_UNAVAILABLE, "STOPPING"))
        self.assertTrue(world.status("registryd").draining)
        world.restart("registryd")
        self.assertEqual(world.send("nmg", "registry", "SubmitAgreement", id="x").code, bus.CODE_NOT_FOUND)

    def test_clock_goes_forward_only_and_is_kept(self):
        world = self.world
        world.set_clock("2016-09-01")
        status = world.send("operator", "ops", "SetClock", to="registry", time_us=1)
        self.assertEqual(status.reason, "CLOCK")
        world.kill("registryd")
        world.start("registryd")
        self.assertEqual(world.status("registryd").time_us, 1472688000 * 1000000)


if __name__ == "__main__":
    unittest.main()
