#!/usr/bin/python3
"""What the registry decides about units and partnerships reaches the postings: moved, ended, or listed for people to decide,
each once whatever happens to dispatchd meanwhile; who is told; and what people do about those on the list."""
import collections
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
import jiedui_year as year  # noqa: E402
from jiedui_world import dsp  # noqa: E402


class Orphan(unittest.TestCase):
    def setUp(self):
        self.world = w.World()
        self.addCleanup(self.world.close)
        self.world.start(*self.world.names)
        self.world.load_reference()
        self.under, self.plan, self.made = year.approved(self.world)
        for number, one in enumerate(self.made, 1):
            self.world.do("baotou", "dispatch", "IssueOrder", id=one, order_no=f"{number}", arrival_due="2016-09-01")
        self.world.set_clock("2016-09-01")
        for one in self.made[1:]:  # the first one is still on the way, and would be a no-show by October
            self.world.do("bayannur-schools", "dispatch", "ConfirmArrival", id=one, arrived_on="2016-09-01")
        self.first = self.world.id_of("2115080001")

    def of_host(self, code):
        self.world.settle()
        return self.world.pages("nmg", "dispatch", "ListAssignments", host=code)

    def get(self, id_):
        return self.world.do("nmg", "dispatch", "GetAssignment", id=id_)

    def listed(self):
        self.world.settle()
        return {a.id: a for a in self.world.pages("nmg", "dispatch", "ListAssignments", orphaned=True)}

    def events(self, name):
        return [message.assignment.id for _, message in self.world.events("dispatch", types=[f"dispatch.v1.{name}"])]

    def close(self, code, *words):
        self.world.text("nmg", "institution", "close", code, "--reason", "生源不足", "--partnerships", "LEAVE", "--staff", "LEAVE",
                        *words)

    def merge(self, into, code, *words):
        self.world.text("nmg", "institution", "merge", into, code, "--reason", "布局调整", "--partnerships", "SUCCESSOR",
                        "--staff", "SUCCESSOR", *words)

    def fails(self, code, who, *words):
        with self.assertRaises(w.Refused) as caught:
            self.world.text(who, "--lang", "en", *words)
        self.assertEqual(caught.exception.code, code, caught.exception.text)
        return caught.exception.text

    def rebuild(self):
        held = self.listed()
        self.world.stop("dispatchd")
        done = subprocess.run([str(w.BIN / "jiedui-dispatchd"), "--config", f"{self.world.dir}/dispatchd.yaml", "--rebuild"],
                              capture_output=True, text=True, timeout=w.DEADLINE, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("tables equal", done.stdout)
        self.world.start("dispatchd")
        self.assertEqual(self.listed(), held)

    def test_decisions_are_carried_out_and_the_rest_waits_for_people(self):
        world = self.world
        # a host is merged, its postings go to the successor
        [moved] = self.of_host("2115080003")
        self.merge("2115080001", "2115080003", "--postings", "SUCCESSOR")
        world.settle()
        now = self.get(moved.id)
        self.assertEqual((now.host, now.status, list(now.former_hosts)), (self.first, moved.status, [moved.host]))
        self.assertEqual((now.orphan.cause, now.orphan.open), (dsp.ORPHAN_HOST_GONE, False))
        # a host is closed, its postings are to end
        [ended] = self.of_host("2115080014")
        self.close("2115080014", "--postings", "KEEP", "--posting", f"{ended.id}=END")
        world.settle()
        now = self.get(ended.id)
        self.assertEqual((now.status, now.end_reason, now.ended_on), (dsp.ASSIGNMENT_ENDED_EARLY, "HOST_CLOSED", "2016-09-01"))
        # nothing is decided about these
        waiting = {a.id for a in self.of_host("3115080008")}
        self.assertEqual(len(waiting), 2)
        self.close("3115080008")
        self.assertEqual(set(self.listed()), waiting)
        # a partnership is dissolved
        pairs = world.cli("nmg", "partnership", "list", "--agreement", self.under)["partnerships"]
        host = world.id_of("3115080013")
        lost = next(p["id"] for p in pairs if host in [m["party"] for m in p["members"]])
        [loose] = self.of_host("3115080013")
        [other] = self.of_host("3115080010")  # of the same partnership
        self.assertEqual({loose.partnership, other.partnership}, {lost})
        world.text("baotou", "partnership", "dissolve", lost, "--reason", "双方同意")
        self.assertEqual(set(self.listed()), waiting | {loose.id, other.id})
        self.people_decide(sorted(waiting), loose.id, other.id)
        self.told(moved.id, waiting | {loose.id, other.id})
        self.rebuild()

    def test_what_stands_in_the_way_is_told_with_the_next_step(self):
        # to a school in the county seat, which the measure does not send people to
        [stuck] = self.of_host("3115080005")
        self.merge("3115080024", "3115080005", "--postings", "SUCCESSOR")
        # to one that could have them, but nobody has decided
        [undecided] = self.of_host("3115080017")
        self.merge("3115080015", "3115080017")
        listed = self.listed()
        self.assertEqual(set(listed), {stuck.id, undecided.id})
        self.assertEqual((listed[stuck.id].orphan.obstacle.code, listed[stuck.id].host), ("AS-02", stuck.host))
        self.assertFalse(listed[undecided.id].orphan.HasField("obstacle"))
        said = self.world.text("nmg", "--lang", "zh", "assignment", "list", "--orphaned", "--host", "3115080017")
        self.assertIn("    承接单位：杭锦后旗头道桥镇丰收中学\n"
                      f"    转移：jiedui assignment move {undecided.id} --to 3115080015 --reason 原因\n", said)
        self.assertNotIn(stuck.id, said)
        said = self.world.text("nmg", "--lang", "en", "assignment", "list", "--orphaned", "--host", "3115080005")
        self.assertRegex(said, r"    cannot go there \(AS-02\): place is COUNTY_SEAT, required: .*\n"
                               rf"    move it: jiedui assignment move {stuck.id} --to UNIT --reason TEXT\n")
        self.world.text("bayannur", "assignment", "move", undecided.id, "--to", "3115080015", "--reason", "随校合并")
        self.world.text("bayannur", "assignment", "end-early", stuck.id, "--on", "2016-09-01", "--reason", "HOST_CLOSED")
        self.assertEqual(self.listed(), {})
        self.assertEqual(self.world.text("nmg", "--lang", "en", "assignment", "list", "--orphaned"),
                         "no posting waits for a decision\n")

    def people_decide(self, closed, loose, other):
        world = self.world
        said = world.text("nmg", "--lang", "zh", "assignment", "list", "--orphaned")
        for text in ("接收单位已撤并，2016-09-01：生源不足\n", f"    转移：jiedui assignment move {closed[0]} --to UNIT --reason 原因\n",
                     f"    结束：jiedui assignment end-early {closed[0]} --on 日期 --reason HOST_CLOSED\n",
                     "结对关系已解除，2016-09-01：双方同意\n", f"    继续：jiedui assignment keep {loose} --reason 原因\n",
                     f"    结束后重新匹配：jiedui match run {self.plan} --from 日期\n"):
            self.assertIn(text, said)
        self.assertNotIn(f"keep {closed[0]}", said)  # there is no host to go on with
        said = world.text("nmg", "--lang", "en", "assignment", "list", "--orphaned")
        self.assertIn("the host was merged or closed, 2016-09-01: 生源不足\n", said)
        shown = world.cli("nmg", "assignment", "list", "--orphaned")["assignments"]
        self.assertEqual({a["orphan"]["cause"] for a in shown}, {"ORPHAN_HOST_GONE", "ORPHAN_PARTNERSHIP_DISSOLVED"})
        self.assertIn("AS-02", self.fails(1, "bayannur", "assignment", "keep", closed[0], "--reason", "再看看"))
        self.fails(1, "bayannur", "assignment", "move", closed[0], "--to", "2115080018", "--reason", "x")  # has no supporter
        self.fails(2, "bayannur", "assignment", "move", closed[0], "--to", "3115080008", "--reason", "x")
        world.text("bayannur", "assignment", "move", closed[0], "--to", "3115080011", "--reason", "就近安排")
        self.assertEqual(self.get(closed[0]).host, world.id_of("3115080011"))
        self.fails(2, "bayannur", "assignment", "move", closed[0], "--to", "3115080017", "--reason", "x")  # decided
        over = world.cli("bayannur", "assignment", "end-early", closed[1], "--on", "2016-09-01", "--reason", "HOST_CLOSED")
        self.assertEqual(over["status"], "ASSIGNMENT_ENDED_EARLY")
        world.text("baotou", "assignment", "keep", loose, "--reason", "本学年照旧")
        self.assertEqual(set(self.listed()), {other})

    def told(self, moved, orphaned):
        """As the programme's notices say: bureaus and home of an orphaned one, person and both units of a moved one."""
        notices = collections.Counter(year.notices(self.world))
        self.assertEqual({subject for event, subject in notices if event == "AssignmentOrphaned"}, orphaned)
        self.assertIn(("AssignmentMoved", moved), notices)
        self.assertEqual(set(notices.values()), {1})
        found = self.world.pages("nmg", "notify", "ListNotices", event="AssignmentOrphaned")
        view = self.world.do("nmg", "notify", "GetNotice", id=found[0].id)
        self.assertEqual({d.word for d in view.deliveries}, {"HOME", "PARTY_A", "PARTY_B"})

    def test_once_each_through_kills(self):
        """dispatchd is killed as soon as registryd has answered: before, while or after it takes the event."""
        world = self.world
        hosts = ["2115080012", "3115080005", "3115080017", "2115080007", "3115080010", "3115080011"]
        wanted = collections.Counter()
        for n, code in enumerate(hosts):
            wanted.update(a.id for a in self.of_host(code))
            self.close(code, *(("--postings", "END") if n % 2 else ()))
            world.kill("dispatchd")
            world.start("dispatchd")
        world.settle()
        happened = collections.Counter(self.events("AssignmentOrphaned") + self.events("AssignmentEndedEarly") +
                                       self.events("AssignmentRecalled"))
        self.assertEqual(happened, wanted)
        self.assertTrue(len(wanted) >= len(hosts))
        told = collections.Counter(subject for event, subject in year.notices(world) if event == "AssignmentOrphaned")
        self.assertEqual(told, collections.Counter(self.events("AssignmentOrphaned")))
        self.rebuild()
        self.assertTrue(world.do("operator", "ops", "VerifyJournal", to="dispatch").ok)

    def test_a_feed_read_anew_changes_nothing(self):
        """registryd is restored from a backup: its feed has a new epoch, and dispatchd reads all of it once more."""
        world = self.world
        [moved] = self.of_host("2115080003")
        [ended] = self.of_host("2115080014")
        [kept] = self.of_host("3115080005")
        self.merge("2115080001", "2115080003", "--postings", "SUCCESSOR")
        self.close("2115080014", "--postings", "END")
        self.close("3115080008")
        self.close("3115080017")
        self.close("3115080005")
        world.settle()
        world.text("nmg", "institution", "restore", "3115080005", "--reason", "恢复办学")
        world.settle()
        self.assertFalse(self.get(kept.id).orphan.open)
        before = {a.id: a for a in world.pages("nmg", "dispatch", "ListAssignments")}
        head, copy = world.status("dispatchd").head, world.dir / "copy"
        world.text("operator", "backup", "registry", copy)
        world.stop("registryd")
        store = world.dir / "state/registryd/store"
        shutil.rmtree(store)
        shutil.copytree(copy, store)
        store.chmod(0o700)
        world.start("registryd")
        epoch = world.status("registryd").epoch
        end = time.monotonic() + w.DEADLINE
        while time.monotonic() < end and world.status("dispatchd").follows[0].epoch != epoch:
            pass
        world.settle()
        self.assertEqual(world.status("dispatchd").follows[0].epoch, epoch)
        self.assertEqual(world.status("dispatchd").head, head)  # no event more
        self.assertEqual({a.id: a for a in world.pages("nmg", "dispatch", "ListAssignments")}, before)
        self.assertEqual((before[moved.id].host, before[ended.id].status), (self.first, dsp.ASSIGNMENT_ENDED_EARLY))


if __name__ == "__main__":
    unittest.main()
