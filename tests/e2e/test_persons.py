#!/usr/bin/python3
"""Personal data: sealed at rest, masked in answers, opened only on the record, gone once erased."""
import csv
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
from jiedui_world import BT, reg  # noqa: E402

NAME, NUMBER, PHONE, MAIL = "欧阳守密", "11010519491231002X", "13912345678", "shoumi@example.cn"
REASON = "核对银龄讲学津贴"
OWN = ("lin", "PERSON", "15", ("person:P-1",))


class Persons(unittest.TestCase):
    def setUp(self):
        self.world = w.World(daemons=["registryd"], principals=[*w.PRINCIPALS, OWN])
        self.addCleanup(self.world.close)
        self.world.start("registryd")
        self.world.load_reference()
        file = self.world.dir / "persons.csv"
        file.write_text("工号,姓名,身份证号,出生年月,人员类别,所在单位,电话,邮箱\n"
                        f"P-1,{NAME},{NUMBER},1949-12,退休教师,3115020011,{PHONE},{MAIL}\n", encoding="utf-8")
        self.world.text("nmg", "person", "import", file)
        file.unlink()

    def refused(self, code, who, *words):
        with self.assertRaises(w.Refused) as caught:
            self.world.text(who, *words)
        self.assertEqual(caught.exception.code, code, caught.exception.text)
        return caught.exception.text

    def rejected(self, word, who, method, **fields):
        status = self.world.send(who, "registry", method, **fields)
        self.assertEqual(status.reason, word, status)

    def bytes_at_rest(self):
        """All that the daemon keeps: store, journal, idempotency rows, vault, logs."""
        files = [p for p in (self.world.dir / "state").rglob("*") if p.is_file()] + \
                [p for p in (self.world.dir / "log").rglob("*") if p.is_file()]
        self.assertGreater(len(files), 2)
        return {p: p.read_bytes() for p in files}

    def assert_nowhere(self, *texts):
        for path, data in self.bytes_at_rest().items():
            for text in texts:
                self.assertNotIn(text.encode(), data, path)

    def unmask(self, who, *fields):
        words = [word for field in fields for word in ("--field", field)]
        return self.world.cli(who, "person", "unmask", "P-1", *words, "--reason", REASON)

    def test_numbers_are_opened_on_the_record_only(self):
        world = self.world
        shown = world.text("nmg", "person", "show", "P-1")
        self.assertNotIn(NUMBER, shown)
        self.assertNotIn(PHONE, shown)
        opened = self.unmask("nmg", "ID_NUMBER", "CONTACTS")
        self.assertEqual((opened["id_number"], opened["phone"], opened["mail"]), (NUMBER, PHONE, MAIL))
        only = self.unmask("nmg", "CONTACTS")
        self.assertEqual((only.get("id_number", ""), only["phone"]), ("", PHONE))
        said = world.text("nmg", "person", "unmask", "P-1", "--field", "身份证号", "--reason", "再核对")
        self.assertIn(NUMBER, said)
        self.assertNotIn(PHONE, said)
        self.assertIn("recorded", said)
        self.unmask("lin", "ID_NUMBER")  # one's own
        for who in ("baotou", "baotou-schools", "bayannur", "persons", "reader"):
            self.refused(4, who, "person", "unmask", "P-1", "--field", "ID_NUMBER", "--reason", REASON)
        self.refused(2, "nmg", "person", "unmask", "P-1", "--field", "NAME", "--reason", "\x01")
        self.refused(2, "nmg", "person", "unmask", "P-1", "--field", "SHOE_SIZE", "--reason", REASON)
        # question 11 of the domain: who looked at this person's identity number?
        looks = world.cli("nmg", "person", "access", "P-1", "--field", "ID_NUMBER", "--since", "2016-03-01")["accesses"]
        self.assertEqual([(a["by"], a["reason"]) for a in looks], [("nmg", REASON), ("nmg", "再核对"), ("lin", REASON)])
        self.assertEqual(len(world.cli("lin", "person", "access", "P-1")["accesses"]), 4)
        self.assertEqual(len(world.cli("nmg", "person", "access", "--by", "lin")["accesses"]), 1)
        self.assertEqual(world.cli("nmg", "person", "access", "P-1", "--to", "2016-08-17")["accesses"], [])
        self.assertEqual(world.cli("bayannur", "person", "access")["accesses"], [])
        self.refused(4, "baotou", "person", "access", "P-1")
        self.assertIn(REASON, world.text("nmg", "person", "access", "P-1"))
        self.assert_nowhere(NAME, NUMBER, PHONE, MAIL)

    def test_a_grant_is_for_one_person_one_reader_and_ten_minutes(self):
        world = self.world
        person = world.person_id("P-1")
        fields = [reg.PERSON_FIELD_ID_NUMBER]
        grant = world.do("nmg", "registry", "UnmaskPerson", id=person, fields=fields, reason=REASON).grant
        view = world.do("nmg", "registry", "GetPerson", ref="P-1", grant=grant)
        self.assertEqual((view.id_number, view.phone), (NUMBER, ""))
        self.rejected("SE-02", "lin", "GetPerson", ref="P-1", grant=grant)
        self.rejected("SE-02", "nmg", "GetPerson", ref="BT-R01", grant=grant)
        self.rejected("SE-02", "nmg", "GetPerson", ref="P-1", grant="made-up")
        self.assertEqual(world.do("nmg", "registry", "GetPerson", ref="P-1").id_number, "")
        world.set_clock("2016-08-18")
        self.rejected("SE-02", "nmg", "GetPerson", ref="P-1", grant=grant)
        tried = world.send("nmg", "registry", "UnmaskPerson", id=person, fields=fields, reason=REASON,
                           header={"dry_run": True})  # decides, and gives no grant that works
        grant = reg.UnmaskPersonReply.FromString(tried.result).grant
        self.rejected("SE-02", "nmg", "GetPerson", ref="P-1", grant=grant)
        world.restart("registryd")
        self.assertEqual(len(world.cli("nmg", "person", "access", "P-1")["accesses"]), 1)

    def test_amending_keeps_the_secret_and_its_key(self):
        world = self.world
        moved = world.cli("nmg", "person", "amend", "P-1", "--home", "3115020012", "--on", "2016-08-01")
        view = world.cli("nmg", "person", "show", "P-1")
        self.assertEqual(view["person"]["home"], world.id_of("3115020012"))
        self.assertEqual((view["person"]["since"], view["person"]["here_since"]), ("2016-08-01", "2016-08-01"))
        self.assertEqual(moved["id"], view["person"]["id"])
        told = world.cli("nmg", "person", "amend", "P-1", "--title", "FULL_SENIOR", "--honour", "特级教师")
        self.assertFalse(told.get("unchanged", False))
        self.assertTrue(world.cli("nmg", "person", "amend", "P-1", "--title", "FULL_SENIOR")["unchanged"])
        self.assertEqual(self.unmask("nmg", "ID_NUMBER")["id_number"], NUMBER)
        self.assertEqual(world.cli("nmg", "person", "show", "P-1")["person"]["title"], "TITLE_FULL_SENIOR")
        self.refused(4, "bayannur", "person", "amend", "P-1", "--title", "SENIOR")
        self.refused(2, "nmg", "person", "amend", "P-1", "--home", "3115020011", "--on", "2099-01-01")

    def test_what_is_sealed_can_be_amended(self):
        world, phone, name = self.world, "13800009999", "欧阳改名"
        person = world.person_id("P-1")
        self.assertFalse(world.cli("nmg", "person", "amend", "P-1", "--phone", phone).get("unchanged", False))
        opened = self.unmask("nmg", "NAME", "ID_NUMBER", "CONTACTS")
        self.assertEqual((opened["name"], opened["id_number"], opened["phone"], opened["mail"]), (NAME, NUMBER, phone, MAIL))
        self.assertTrue(world.cli("nmg", "person", "amend", "P-1", "--phone", phone)["unchanged"])
        world.text("nmg", "person", "amend", "P-1", "--name", name, "--mail", "")
        opened = self.unmask("nmg", "NAME", "CONTACTS")
        self.assertEqual((opened["name"], opened["phone"], opened.get("mail", "")), (name, phone, ""))
        told = [list(m.secret_fields) for e, m in world.events("registry") if e.subject == person and hasattr(m, "secret_fields")]
        self.assertEqual(told, [[reg.SECRET_FIELD_PHONE], [reg.SECRET_FIELD_NAME, reg.SECRET_FIELD_MAIL]])
        file = world.dir / "second.csv"
        other = "440524188001010014"
        file.write_text(f"工号,姓名,身份证号,人员类别,所在单位\nP-2,某某,{other},退休教师,3115020011\n", encoding="utf-8")
        world.text("nmg", "person", "import", file)
        file.unlink()
        said = self.refused(1, "nmg", "person", "amend", "P-1", "--id-number", other)
        self.assertIn("PE-02", said)
        self.assertNotIn(other, said)
        self.assertIn("PE-01", self.refused(1, "nmg", "person", "amend", "P-1", "--id-number", "440524188001010015"))
        self.assertIn("PE-04", self.refused(1, "nmg", "person", "amend", "P-1", "--id-number", "110105201001010010"))
        self.refused(4, "bayannur", "person", "amend", "P-1", "--phone", "1")
        self.assertEqual(self.unmask("nmg", "ID_NUMBER")["id_number"], NUMBER)
        world.restart("registryd")
        self.assertEqual(self.unmask("nmg", "NAME")["name"], name)
        self.assert_nowhere(NAME, NUMBER, phone, MAIL, name, other)

    def test_pupils_are_refused_in_both_languages(self):
        file = self.world.dir / "pupils.csv"
        rejects = self.world.dir / "rejects.csv"
        file.write_text("staff_no,name,category,home\n" + "".join(
            f"X-{i},某某,{word},2115080001\n" for i, word in
            enumerate(("学生", "小学生", "PUPIL", "student", "初中生", "STUDENT_VOLUNTEER", "教师"))), encoding="utf-8")
        self.refused(8, "nmg", "person", "import", file, "--errors", rejects)
        with open(rejects, encoding="utf-8", newline="") as read:
            rows = list(csv.reader(read))[1:]
        self.assertEqual([row[:2] for row in rows], [[str(n), "PE-04"] for n in range(2, 7)])

    def test_erased_is_gone_and_the_journal_stays_whole(self):
        world = self.world
        person = world.person_id("P-1")
        fields = [reg.PERSON_FIELD_NAME, reg.PERSON_FIELD_ID_NUMBER]
        grant = world.do("nmg", "registry", "UnmaskPerson", id=person, fields=fields, reason=REASON).grant
        sealed = next(m.person.sealed for e, m in world.events("registry") if e.subject == person)
        world.text("nmg", "person", "erase", "P-1", "--reason", "目的已达成")
        view = world.do("nmg", "registry", "GetPerson", ref="P-1", grant=grant)
        self.assertEqual((view.name, view.id_number, view.person.status), ("", "", reg.PERSON_ERASED))
        self.rejected("STATE", "nmg", "UnmaskPerson", id=person, fields=fields, reason=REASON)
        self.assertIn("verified", world.text("operator", "verify", "registry"))
        self.assertEqual(sealed, next(m.person.sealed for e, m in world.events("registry") if e.subject == person))
        # who looked stays on the record, what they saw does not
        self.assertEqual(len(world.cli("nmg", "person", "access", "P-1")["accesses"]), 1)
        world.stop("registryd")
        done = subprocess.run([str(w.BIN / "jiedui-registryd"), "--config", f"{world.dir}/registryd.yaml", "--rebuild"],
                              capture_output=True, text=True, timeout=w.DEADLINE, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("tables equal", done.stdout)
        self.assert_nowhere(NAME, NUMBER, PHONE, MAIL)
        world.start("registryd")
        self.assertIn("verified", world.text("operator", "verify", "registry"))
        self.assertEqual(world.do("nmg", "registry", "GetPerson", ref="P-1").name, "")
        again = world.send("nmg", "registry", "RegisterPerson", home_code=BT,
                           person=reg.Person(staff_no="P-2", category=reg.types__pb2.CATEGORY_CADRE),
                           secret=reg.PersonSecret(name=NAME, id_number=NUMBER))
        self.assertEqual(again.reason, "", again)  # the erased identity is nobody's: it may be registered anew


if __name__ == "__main__":
    unittest.main()
