#!/usr/bin/python3
"""Questions a department asks, each by one command, as a table and as JSON. Numbered as in the readme's list of questions;
the tests run in that order and each finds what those before it left."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
import jiedui_year as year  # noqa: E402
from jiedui_world import reg  # noqa: E402
from test_figures import PROGRAMME as COVER  # noqa: E402

NUMBER, REASON = "11010519491231002X", "核对聘书"
COVERAGE = ("nmg-cover", "coverage", "--division", "1508")


class Questions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = w.World()
        cls.addClassCleanup(cls.world.close)
        cls.world.start(*cls.world.names)
        cls.world.load_reference()
        file = pathlib.Path(cls.world.dir) / "cover.yaml"
        file.write_text(COVER, encoding="utf-8")
        cls.world.text("nmg", "programme", "publish", file)
        cls.agreement = year.agreement(cls.world)
        year.pairs(cls.world, cls.agreement)
        units = cls.world.cli("nmg", "institution", "list", "--division", "1508", "--kind", "SCHOOL")["institutions"]
        cls.rural = sorted(u["code"] for u in units if u.get("place") in ("PLACE_TOWNSHIP", "PLACE_VILLAGE"))

    def both(self, who, *words):
        """(what a person reads, what a program reads); neither is empty."""
        text, json = self.world.text(who, *words), self.world.cli(who, *words)
        self.assertTrue(text.strip() and json, words)
        return text, json

    def test_01_schools_without_a_supporter(self):
        words = [x for code in self.rural[:2] for x in ("--member", f"RECIPIENT={code}")]
        self.world.set_clock("2016-09-05")
        self.world.cli("nmg", "partnership", "propose", "--programme", "nmg-cover", "--mode", "PAIR", "--member",
                       "SUPPORTER=2115020021", *words)
        text, json = self.both("nmg", "indicator", "records", *COVERAGE, "--missing")
        self.assertEqual(sorted(r["code"] for r in json["records"]), self.rural[2:])
        for code in self.rural:
            self.assertEqual(code in text, code in self.rural[2:], text)

    def test_02_coverage_by_county_on_a_past_day(self):
        for day, covered in (("2016-09-04", 0), ("2016-09-05", 2)):
            text, json = self.both("nmg", "indicator", "show", *COVERAGE, "--by", "county", "--as-of", day)
            self.assertEqual(sum(int(f.get("numerator", 0)) for f in json["figures"]), covered)
            self.assertEqual(sum(int(f["denominator"]) for f in json["figures"]), len(self.rural))
            self.assertIn("150802", text)

    def test_06_partnerships_that_break_their_rules(self):
        self.assertEqual(self.world.text("nmg", "partnership", "list", "--broken").strip(), "none")
        pairs = self.world.cli("nmg", "partnership", "list", "--agreement", self.agreement)["partnerships"]
        words = ("agreement", "amend", self.agreement, "--to", "2016-11-30", "--accept-broken")
        self.world.text("baotou", *words)
        self.world.text("baotou", "agreement", "submit", self.agreement)
        for who in ("baotou", "bayannur"):
            self.world.text(who, "agreement", "approve", self.agreement)
        for who, role in (("baotou", "PARTY_A"), ("bayannur", "PARTY_B")):
            self.world.text(who, "agreement", "sign", self.agreement, "--role", role, "--on", "2016-09-05")
        text, json = self.both("nmg", "partnership", "list", "--broken", "--since", "2016-09-01")
        self.assertEqual(sorted(p["id"] for p in json["partnerships"]), sorted(p["id"] for p in pairs))
        self.assertIn("PN-10", text)

    def test_07_principals_sent_this_year(self):
        text, json = self.both("nmg", "quota", "show", "--agreement", self.agreement, "--measure", "principal_post",
                               "--period", "2016")
        self.assertEqual((json.get("used", 0), json["min"], json["max"]), (0, 5, 10))
        self.assertTrue("5" in text and "10" in text, text)
        text, json = self.both("nmg", "summary", "--agreement", self.agreement, "--year", year.YEAR)
        self.assertIn("友好合作框架协议", text)

    def test_10_agreements_that_end_soon(self):
        text, json = self.both("nmg", "agreement", "list", "--ends-within", "90")
        self.assertEqual([a["id"] for a in json["agreements"]], [self.agreement])
        self.assertIn("2016-11-30", text)
        self.assertEqual(self.world.text("nmg", "agreement", "list", "--ends-within", "80").strip(), "none")

    def test_11_who_looked_at_an_identity_number(self):
        path = self.world.dir / "looked-at.csv"
        path.write_text(f"staff_no,name,category,home,id_number\nL-1,某某,TEACHER,{self.rural[0]},{NUMBER}\n", encoding="utf-8")
        self.world.text("nmg", "person", "import", path)
        asked = ("person", "access", "L-1", "--field", "ID_NUMBER", "--since", "2016-03-05")
        self.assertEqual(self.world.text("nmg", *asked).strip(), "none")
        self.world.text("nmg", "person", "unmask", "L-1", "--field", "ID_NUMBER", "--reason", REASON)
        text, json = self.both("nmg", *asked)
        self.assertEqual([(a["by"], a["reason"]) for a in json["accesses"]], [("nmg", REASON)])
        self.assertIn(REASON, text)
        self.assertNotIn(NUMBER, text + str(json))

    def test_12_accepted(self):
        self.world.text("nmg", "--key", "q12-ok", "call", "registry.RegisterInstitution",
                        '{"institution": {"code": "2115989901", "name": "问", "kind": "KIND_SCHOOL", "division": "150802"},'
                        ' "managing_bureau_code": "%s"}' % w.BY)
        text, json = self.both("nmg", "command", "show", "q12-ok")
        self.assertIn("registry: accepted", text)
        self.assertIn("InstitutionRegistered", text)
        self.assertEqual(json["outcome"], "OUTCOME_ACCEPTED")
        self.assertEqual([e["type"] for e in json["events"]], ["registry.v1.InstitutionRegistered"])
        self.assertEqual(json["principal"], "nmg")
        _, json = self.both("operator", "command", "show", "q12-ok", "registry", "--by", "nmg")
        self.assertEqual(json["key"], "q12-ok")

    def test_12_refused(self):
        status = self.world.send("baotou", "registry", "RegisterInstitution", key="q12-role")
        self.assertEqual(status.reason, "ROLE")
        status = self.world.send("nmg", "registry", "RegisterInstitution", key="q12-no", institution=reg.Institution(
            code="99", name="问", kind=3, division="150802"), managing_bureau_code=w.BY)
        self.assertEqual(status.reason, "IN-01")
        text, json = self.both("nmg", "command", "show", "q12-no")
        self.assertIn("RegisterInstitution refused", text)
        self.assertIn("IN-01: School code 99", text)
        self.assertEqual((json["outcome"], json["reason"]), ("OUTCOME_REFUSED", "IN-01"))
        _, json = self.both("baotou", "command", "show", "q12-role")
        self.assertIn("REGISTRAR", json["message_en"])
        # mended and sent again under a key of its own; another's commands are not for everybody
        with self.assertRaises(w.Refused) as caught:
            self.world.text("baotou", "command", "show", "q12-no", "registry", "--by", "nmg")
        self.assertEqual(caught.exception.code, 4)
        self.assertIn("OPERATOR", caught.exception.text)
        with self.assertRaises(w.Refused) as caught:
            self.world.text("nmg", "command", "show", "never-sent")
        self.assertEqual(caught.exception.code, 6)

    def test_12_nothing_personal(self):
        """A refusal that quotes a person keeps the rule and not the person; it outlives a restart."""
        number = "110105194912310021"  # fails its check
        status = self.world.send("nmg", "registry", "RegisterPerson", key="q12-person", person=reg.Person(
            staff_no="13912345678", category=3), secret=reg.PersonSecret(name="王某某", id_number=number), home_code="13912345678")
        self.assertTrue(status.reason)
        self.world.restart("registryd")
        text, json = self.both("nmg", "command", "show", "q12-person", "registry")
        self.assertEqual(json["reason"], status.reason)
        for secret in (number, "王某某", "13912345678"):
            self.assertNotIn(secret, text + str(json))


if __name__ == "__main__":
    unittest.main()
