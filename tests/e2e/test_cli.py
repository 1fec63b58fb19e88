#!/usr/bin/python3
"""The command line against real daemons: exit codes, JSON, every method through `call`, feeds and statistics."""
import json
import pathlib
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
import jiedui_year as year  # noqa: E402
from jiedui_world import BT, BY, REGION  # noqa: E402


class CommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = w.World()
        cls.addClassCleanup(cls.world.close)
        cls.world.start(*cls.world.names)
        cls.world.load_reference()
        cls.agreement, cls.plan, cls.postings = year.approved(cls.world)

    def fails(self, code, who, *words):
        with self.assertRaises(w.Refused) as caught:
            self.world.text(who, *words)
        self.assertEqual(caught.exception.code, code, caught.exception.text)
        self.assertTrue(caught.exception.text.strip(), "no word why")
        return caught.exception.text

    def test_exit_codes(self):
        pair = ("partnership", "propose", "--programme", year.PROGRAMME, "--mode", "KG_ONE_TO_ONE", "--agreement",
                self.agreement, "--member", "SUPPORTER=1115020044", "--member")
        said = self.fails(1, "baotou", *pair, "RECIPIENT=1115080044")
        self.assertIn("PN-08", said)
        self.assertIn("->", said)  # how to mend it
        self.fails(2, "nmg", "agreement", "shwo", "x")
        self.assertIn("show", self.fails(2, "nmg", "agreement", "shwo", "x"))
        self.fails(2, "nmg", "agreement", "list", "--colour", "red")
        self.fails(4, "baotou", "call", "registry.ImportDivisions", "{}")
        self.fails(4, "nmg", "drain", "registry")
        self.fails(6, "nmg", "institution", "show", "0000000000")
        self.fails(5, "nmg", "--rev", "77", "call", "registry.SubmitAgreement", json.dumps({"id": self.agreement}))

    def test_daemon_that_is_away_or_stuck(self):
        self.world.signal("dispatchd", signal.SIGSTOP)
        try:
            self.fails(7, "nmg", "--timeout", "1500", "plan", "list")
        finally:
            self.world.signal("dispatchd", signal.SIGCONT)
        self.assertTrue(self.world.ping("dispatchd"))
        self.world.stop("dispatchd")
        try:
            self.assertIn("dispatch", self.fails(3, "nmg", "plan", "list"))
        finally:
            self.world.start("dispatchd")

    def test_lists_in_json_and_as_tables(self):
        for who, words in (("nmg", ("institution", "list", "--division", "1508", "--kind", "SCHOOL")),
                           ("nmg", ("person", "list", "--category", "RETIRED_TEACHER")), ("nmg", ("programme", "list")),
                           ("nmg", ("agreement", "list")), ("nmg", ("partnership", "list")), ("nmg", ("plan", "list")),
                           ("nmg", ("candidate", "list", "--agreement", self.agreement)),
                           ("nmg", ("match", "list", self.plan)), ("nmg", ("assignment", "list", "--host", "2115080001")),
                           ("nmg", ("notice", "list")), ("bayannur", ("mailbox", "list", BY)), ("nmg", ("unsigned",))):
            with self.subTest(words=words):
                page = self.world.cli(who, *words)
                rows = next(value for value in page.values() if isinstance(value, list))
                table = self.world.text(who, *words).strip().splitlines()
                self.assertTrue(rows)
                self.assertEqual(len(table), len(rows) + 1)  # a head and a line each

    def test_pages_are_followed_to_the_end(self):
        units = self.world.cli("nmg", "institution", "list")["institutions"]
        with open(REGION / "institutions.csv", encoding="utf-8") as file:
            self.assertEqual({u["code"] for u in units}, {line.split(",")[0] for line in file.read().splitlines()[1:]})
        told = self.world.cli("nmg", "notice", "list")["notices"]
        self.assertEqual(len(told), len(year.notices(self.world)))

    def test_every_method_is_reached_through_its_descriptor(self):
        listed = self.world.text("nmg", "call", "--list")
        for area, catalogue in w.CATALOGUE.items():
            for block in ("Commands", "Queries"):
                for method in catalogue.services[block].methods:
                    self.assertIn(f"{area}.{method.name}", listed)
                    if block == "Queries" and area != "ops":
                        try:
                            json.loads(self.world.text("nmg", "call", f"{area}.{method.name}", "{}"))
                        except w.Refused as refused:
                            self.assertIn(refused.code, (1, 2, 4, 6), refused.text)
        unit = json.loads(self.world.text("nmg", "call", "registry.GetInstitution", json.dumps({"ref": BT})))
        self.assertEqual((unit["code"], unit["kind"]), (BT, "KIND_BUREAU"))
        self.fails(2, "nmg", "call", "registry.GetInstitution", '{"reff": "x"}')
        self.fails(2, "nmg", "call", "registry.GetInstitution", "{")
        self.fails(2, "nmg", "call", "registry.Nothing", "{}")

    def test_dry_run_says_what_would_happen(self):
        before = self.world.status("registryd").head
        self.fails(8, "baotou", "--dry-run", "partnership", "import", REGION / "pairs-refused.csv", "--agreement",
                   self.agreement)
        shown = self.world.text("nmg", "--dry-run", "institution", "import", REGION / "institutions.csv")
        self.assertIn("56", shown)
        self.assertEqual(self.world.status("registryd").head, before)

    def test_same_key_is_one_effect(self):
        words = ("--key", "order-1", "assignment", "order", self.postings[0], "--no", "1", "--due", "2016-09-01")
        self.world.text("baotou", *words)
        head = self.world.status("dispatchd").head
        self.world.text("baotou", *words)
        self.assertEqual(self.world.status("dispatchd").head, head)
        self.fails(5, "baotou", *words[:-3], "2", "--due", "2016-09-01")

    def test_feed_as_lines(self):
        lines = self.world.text("nmg", "feed", "registry", "--max", "3", "--type", "PartnershipEstablished").splitlines()
        events = [json.loads(line) for line in lines]
        self.assertEqual([e["type"] for e in events], ["registry.v1.PartnershipEstablished"] * 3)
        self.assertIn("members", events[0]["data"]["partnership"])
        last = int(events[-1]["seq"])
        more = self.world.text("nmg", "feed", "registry", "--after", str(last), "--max", "1").splitlines()
        self.assertGreater(int(json.loads(more[0])["seq"]), last)

    def test_statistics_are_prometheus_text(self):
        text = self.world.text("operator", "stats", "dispatch")
        sample = re.compile(r'^jiedui_[a-z0-9_]+(\{([a-z]+="[^"\\\n]*",?)*\})? -?[0-9.e+-]+$|^jiedui_\S+_bucket\{.*\} \d+$')
        kinds = dict(re.findall(r"^# TYPE (\S+) (\w+)$", text, re.M))
        self.assertIn("jiedui_commands_total", kinds)
        for line in text.splitlines():
            self.assertTrue(line.startswith("#") or sample.match(line), line)
            if not line.startswith("#"):
                name = re.split(r"[{ ]", line)[0]
                base = re.sub(r"_(bucket|sum|count)$", "", name)
                self.assertTrue(name in kinds or base in kinds, f"{name} has no type")

    def test_operators_verbs(self):
        self.assertEqual(self.world.text("operator", "status").count("head"), 3)
        self.world.text("operator", "loglevel", "registry", "debug")
        self.assertEqual(self.world.status("registryd").log_level, "debug")
        self.world.text("operator", "loglevel", "registry", "info")
        self.world.text("operator", "reload", "notify")
        self.assertIn("2016", self.world.text("operator", "clock"))

    def test_both_languages(self):
        for lang, word in (("zh", "角色"), ("en", "role")):
            done = subprocess.run([str(w.BIN / "jiedui"), "--lang", lang, "--config", f"{self.world.dir}/client.yaml", "--as",
                                   "operator", "institution", "list"], capture_output=True, text=True, check=False,
                                  timeout=w.DEADLINE)
            self.assertEqual(done.returncode, 4)
            self.assertIn("ROLE", done.stderr)
            self.assertIn(word, done.stderr)


if __name__ == "__main__":
    unittest.main()
