#!/usr/bin/python3
"""Questions a department asks, each by one command, as a table and as JSON: what became of a command."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
from jiedui_world import reg  # noqa: E402


class Questions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = w.World()
        cls.addClassCleanup(cls.world.close)
        cls.world.start(*cls.world.names)
        cls.world.load_reference()

    def both(self, who, *words):
        """(what a person reads, what a program reads); neither is empty."""
        text, json = self.world.text(who, *words), self.world.cli(who, *words)
        self.assertTrue(text.strip() and json, words)
        return text, json

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
