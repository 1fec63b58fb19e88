#!/usr/bin/python3
"""One year of a province's succession: its institutions, partnerships of part of them and its changes, imported as lists into a
real registryd. Afterwards every unit, person, partnership, flag and issue is where the decisions and rules put it
(jiedui_province), and the tables rebuilt from the journal are equal.

    test_province.py [INSTITUTIONS CHANGES]     prints what each step took; tests/bench/succession/run does the size of a province
"""
import collections
import csv
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_province as province  # noqa: E402
import jiedui_world as w  # noqa: E402
from jiedui_world import reg, sup  # noqa: E402

SIZE = [940, 130]
PRINCIPALS = [("registryd", "SERVICE", "0", ()), ("operator", "OPERATOR", "0", ()),
              ("jl", "AUTHORITY, REGISTRAR", "22", (f"unit:{province.DEPARTMENT}",)),
              ("counties", "BUREAU", "22", (f"units-under:{province.DEPARTMENT}",))]


class Year(unittest.TestCase):
    def setUp(self):
        self.world = w.World(daemons=["registryd"], principals=PRINCIPALS, start="2024-01-10")
        self.addCleanup(self.world.close)
        self.world.start("registryd")
        self.made = province.Province(w.SOURCE, *SIZE)
        self.made.write(self.world.dir)
        self.clocked = time.monotonic()

    def done(self, what, n):
        took = time.monotonic() - self.clocked
        print(f"{what:<38} {n:>7} in {took:6.1f} s  {n / took:8.0f}/s", flush=True)
        self.clocked = time.monotonic()

    def jiedui(self, *words):
        """Without the deadline of a test: the size is an argument."""
        return subprocess.run([str(w.BIN / "jiedui"), "--config", f"{self.world.dir}/client.yaml", "--as", "jl", *map(str, words)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def load(self, noun, name, n):
        done = self.jiedui(noun, "import", self.world.dir / f"{name}.csv")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.done(f"import {name}", n)

    def all(self, method, field, **query):
        """Every row of a list whose page is in the query itself."""
        after, found = "", []
        while True:
            page = self.world.do("jl", "registry", method, after=after, limit=100, **query)
            found += getattr(page, field)
            after = page.next
            if not after:
                return found

    def establish(self):
        text = (w.SOURCE / "deploy/programmes/b_jiaolianti.yaml").read_text(encoding="utf-8")
        text = text.replace("id: hb-jiaolianti", "id: jl-jiaolianti").replace('"420000"', '"220000"')
        (self.world.dir / "programme.yaml").write_text(text, encoding="utf-8")
        self.world.text("jl", "programme", "publish", self.world.dir / "programme.yaml")
        self.ids = {u.code: u.id for u in self.world.pages("jl", "registry", "ListInstitutions")}
        for pairing, members in zip(self.made.pairings, self.made.established):
            members = [reg.Member(role=role, party=self.ids[code]) for role, code in members]
            pairing.id = self.world.do("counties", "registry", "ProposePartnership", programme="jl-jiaolianti", mode=pairing.mode,
                                       variant="GROUP" if pairing.mode == "COBUILD" else "", name=pairing.name, members=members).id
            self.world.do("counties", "registry", "ApprovePartnership", id=pairing.id)
        self.done("partnerships established", len(self.made.pairings))

    def succession(self):
        self.world.set_clock("2024-12-31")
        done = self.jiedui("institution", "succession", self.world.dir / "changes.csv", "--errors", self.world.dir / "rejects.csv")
        self.assertEqual(done.returncode, 8 if self.made.rejects else 0, done.stdout + done.stderr)
        self.done("changes", len(self.made.rows))
        with open(self.world.dir / "rejects.csv", encoding="utf-8-sig", newline="") as file:
            rejected = [(int(row[0]), row[1]) for row in list(csv.reader(file))[1:]]
        self.assertEqual(rejected, self.made.rejects)

    def check_institutions(self):
        stored = {u.code: u for u in self.world.pages("jl", "registry", "ListInstitutions")}
        word = reg.InstitutionStatus.Name
        counts = collections.Counter(word(u.status).removeprefix("INSTITUTION_") for u in stored.values())
        wanted = collections.Counter(u.status for u in self.made.units.values())
        wanted["ACTIVE"] += len(self.made.counties) + 1  # the bureaus
        self.assertEqual(counts, wanted)
        print("  ", dict(counts))
        id_of = lambda code: self.ids[code] if code else ""
        for code, unit in self.made.units.items():
            found = stored[code]
            self.assertEqual((word(found.status), found.name, list(found.former_names), found.campus_of, list(found.successors)),
                             (f"INSTITUTION_{unit.status}", unit.name, unit.former, id_of(unit.campus_of),
                              [id_of(one) for one in unit.successors]), code)

    def check_persons(self):
        stored = {v.person.staff_no: v.person for v in self.world.pages("jl", "registry", "ListPersons")}
        self.assertEqual(len(stored), len(self.made.persons))
        for number, (home, left) in self.made.persons.items():
            self.assertEqual((stored[number].home, reg.PersonStatus.Name(stored[number].status)),
                             (self.ids[home], "PERSON_LEFT" if left else "PERSON_ACTIVE"), number)

    def check_partnerships(self):
        stored = {p.id: p for p in self.world.pages("jl", "registry", "ListPartnerships")}
        self.assertEqual(len(stored), len(self.made.pairings))  # none is lost, none is made
        issues = collections.defaultdict(list)
        for issue in self.all("ListIssues", "issues"):
            self.assertEqual(issue.status, sup.ISSUE_OPEN)
            issues[issue.partnership].append(list(issue.rules))
        broken = collections.Counter()
        for pairing in self.made.pairings:
            found = stored[pairing.id]
            self.assertEqual([(m.role, m.party) for m in found.members], [(role, self.ids[code]) for role, code in pairing.members])
            self.assertEqual(reg.PartnershipStatus.Name(found.status),
                             "PARTNERSHIP_DISSOLVED" if pairing.dissolved else "PARTNERSHIP_ESTABLISHED")
            self.assertEqual(sorted(issues[pairing.id]), sorted(pairing.told), pairing.name)
            if not pairing.dissolved:
                self.assertEqual((list(found.broken), found.broken_since), (pairing.broken, pairing.broken_since), pairing.name)
                broken.update(pairing.broken)
        self.assertGreater(sum(broken.values()), 0)
        print("  ", sum(p.dissolved for p in self.made.pairings), "dissolved;", sum(bool(p.broken) and not p.dissolved for p in
              self.made.pairings), "broken:", dict(broken), ";", sum(len(p.told) for p in self.made.pairings), "issues")

    def rebuild(self):
        self.world.stop("registryd")
        self.clocked = time.monotonic()
        done = subprocess.run([str(w.BIN / "jiedui-registryd"), "--config", f"{self.world.dir}/registryd.yaml", "--rebuild"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("tables equal", done.stdout)
        self.assertNotIn("DIFFERENT", done.stdout)
        self.done("events rebuilt and compared", int(done.stdout.split(" events applied")[0].split()[-1]))

    def test_of_a_province(self):
        self.load("division", "divisions", len(self.made.divisions))
        self.load("institution", "units", len(self.made.units) + len(self.made.counties) + 1)
        self.load("person", "persons", len(self.made.persons))
        self.establish()
        self.succession()
        self.check_institutions()
        self.check_persons()
        self.check_partnerships()
        self.done("rows read and compared", len(self.made.units) + len(self.made.persons) + len(self.made.pairings))
        self.rebuild()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        SIZE = [int(word) for word in sys.argv[1:3]]
        del sys.argv[1:3]
    unittest.main()
