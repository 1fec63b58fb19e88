#!/usr/bin/python3
"""Successions by the command line: what a unit is bound by, a decision for each of it, what broke, a list of changes with
its error file; and the tables rebuilt from the journal are the same afterwards."""
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
from jiedui_world import reg  # noqa: E402

HUBEI = [
    ("hubei", "AUTHORITY, REGISTRAR", "42", ("unit:HB-EDU",)),
    ("wuxue", "BUREAU", "421182", ("unit:WX-EDU", "units-under:WX-EDU")),
]
CORE, FIRST, SECOND, THIRD = "2142118201", "2142118202", "2142118203", "2142118204"


class Succession(unittest.TestCase):
    def setUp(self):
        self.world = w.World(daemons=["registryd"], principals=w.PRINCIPALS + HUBEI)
        self.addCleanup(self.world.close)
        self.world.start("registryd")
        divisions = [reg.Division(code=code, name=name)
                     for code, name in (("42", "湖北省"), ("4211", "黄冈市"), ("421182", "武穴市"))]
        self.world.do("hubei", "registry", "ImportDivisions", divisions=divisions)
        units = self.world.dir / "units.csv"
        units.write_text("code,name,kind,division,place,stages,legal_person,managing_bureau\n"
                         "HB-EDU,湖北省教育厅,BUREAU,42,CITY,,true,\n"
                         "WX-EDU,武穴市教育局,BUREAU,421182,CITY,,true,HB-EDU\n"
                         f"{CORE},武师附小,SCHOOL,421182,COUNTY_SEAT,PRIMARY,true,WX-EDU\n"
                         f"{FIRST},江林小学,SCHOOL,421182,TOWNSHIP,PRIMARY,true,WX-EDU\n"
                         f"{SECOND},明德小学,SCHOOL,421182,TOWNSHIP,PRIMARY,true,WX-EDU\n"
                         f"{THIRD},石佛寺小学,SCHOOL,421182,TOWNSHIP,PRIMARY,true,WX-EDU\n", encoding="utf-8")
        self.world.text("hubei", "institution", "import", units)
        self.world.text("hubei", "programme", "publish", w.SOURCE / "deploy/programmes/b_jiaolianti.yaml")

    def consortium(self, *members):
        words = [word for code in members for word in ("--member", f"MEMBER={code}")]
        made = self.world.text("wuxue", "-q", "partnership", "propose", "--programme", "hb-jiaolianti", "--mode", "COLLAB",
                               "--name", "武师附小教联体", "--member", f"CORE={CORE}", *words).strip()
        self.world.text("wuxue", "partnership", "approve", made)
        return made

    def unit(self, code):
        return self.world.cli("hubei", "institution", "show", code)

    def partnership(self, made):
        return self.world.cli("hubei", "partnership", "show", made)

    def fails(self, code, who, *words):
        with self.assertRaises(w.Refused) as caught:
            self.world.text(who, *words)
        self.assertEqual(caught.exception.code, code, caught.exception.text)
        return caught.exception.text

    def rebuild(self):
        self.world.stop("registryd")
        done = subprocess.run([str(w.BIN / "jiedui-registryd"), "--config", f"{self.world.dir}/registryd.yaml", "--rebuild"],
                              capture_output=True, text=True, timeout=w.DEADLINE, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("tables equal", done.stdout)
        self.world.start("registryd")

    def test_every_link_is_decided_and_what_breaks_is_told(self):
        made = self.consortium(FIRST)
        self.assertIn("武师附小教联体", self.world.text("hubei", "institution", "links", FIRST))
        words = ("institution", "merge", SECOND, FIRST, "--reason", "布局调整")
        said = self.fails(1, "hubei", *words)
        self.assertIn("IN-08", said)
        self.assertIn("武师附小教联体", said)
        self.fails(4, "wuxue", *words, "--partnerships", "LEAVE")  # a bureau is no registrar
        self.fails(2, "hubei", *words, "--partnerships", "VANISH")
        self.fails(2, "hubei", *words, "--partnership", "no-equals-sign")
        self.assertEqual(self.unit(FIRST)["status"], "INSTITUTION_ACTIVE")
        self.world.text("hubei", *words, "--partnerships", "SUCCESSOR")
        self.assertEqual(self.unit(FIRST)["status"], "INSTITUTION_MERGED")
        second = self.unit(SECOND)
        self.assertEqual([m["party"] for m in self.partnership(made)["members"][1:]], [second["id"]])
        self.assertEqual(self.world.cli("hubei", "institution", "links", SECOND)["links"][0]["id"], made)
        said = self.world.text("hubei", "institution", "close", SECOND, "--reason", "生源不足", "--partnership", f"{made}=LEAVE")
        self.assertIn("PN-01", said)  # a warning: it no longer holds
        shown = self.partnership(made)
        self.assertEqual((shown["status"], shown["broken"]), ("PARTNERSHIP_ESTABLISHED", ["PN-01"]))
        issues = self.world.cli("hubei", "issue", "list", "--status", "OPEN")["issues"]
        self.assertEqual([(i["partnership"], i["rules"]) for i in issues], [(made, ["PN-01"])])
        self.world.text("hubei", "institution", "restore", SECOND, "--reason", "恢复办学")
        self.assertEqual(self.unit(SECOND)["status"], "INSTITUTION_ACTIVE")
        self.assertEqual(self.partnership(made)["broken"], ["PN-01"])  # nothing is repaired by itself
        self.rebuild()
        self.assertEqual(self.partnership(made), shown)

    def test_campus_name_and_code(self):
        made = self.consortium(FIRST, SECOND)
        self.world.text("hubei", "institution", "convert", FIRST, "--to", "CAMPUS", "--of", CORE, "--reason", "融合办学",
                        "--partnerships", "KEEP")
        campus = self.unit(FIRST)
        self.assertEqual((campus["status"], campus["campus_of"]), ("INSTITUTION_CAMPUS", self.unit(CORE)["id"]))
        self.assertNotIn("broken", self.partnership(made))
        self.assertIn("IN-07", self.fails(1, "hubei", "institution", "convert", CORE, "--to", "CAMPUS", "--of", FIRST,
                                          "--reason", "x", "--partnerships", "KEEP", "--units", "KEEP"))
        self.world.text("hubei", "institution", "rename", SECOND, "--name", "明德中心小学")
        self.world.text("hubei", "institution", "recode", SECOND, "--code", "3142118203", "--reason", "改为九年一贯制")
        again = self.unit("3142118203")
        self.assertEqual((again["name"], again["former_names"]), ("明德中心小学", ["明德小学"]))
        self.assertEqual([hold["code"] for hold in again["codes"]], [SECOND, "3142118203"])
        self.assertIn("IN-03", self.fails(1, "hubei", "institution", "recode", THIRD, "--code", SECOND, "--reason", "x"))
        self.rebuild()

    def test_a_list_of_changes(self):
        made = self.consortium(FIRST, SECOND)
        changes, errors = self.world.dir / "changes.csv", self.world.dir / "rejects.csv"
        changes.write_text("变更,代码,并入,日期,名称,原因,结对,人员\n"
                           f"教学点,{FIRST},{CORE},,,布局调整,保留,\n"
                           f"更名,{SECOND},,,明德中心小学,,,\n"
                           f"撤销,{SECOND},,,,生源不足,,\n"
                           f"撤销,{THIRD},,,,生源不足,,退出\n"
                           "撤销,0000000000,,,,生源不足,,\n", encoding="utf-8")
        self.fails(8, "hubei", "institution", "succession", changes, "--errors", errors)
        rejected = errors.read_text(encoding="utf-8-sig").splitlines()
        self.assertEqual(len(rejected), 3)
        self.assertTrue(rejected[1].startswith('4,"IN-08"'), rejected[1])  # its partnership is not decided
        self.assertTrue(rejected[2].startswith('6,"NOT-FOUND"'), rejected[2])
        self.assertEqual(self.unit(FIRST)["status"], "INSTITUTION_TEACHING_POINT")
        self.assertEqual(self.unit(THIRD)["status"], "INSTITUTION_CLOSED")
        self.assertEqual((self.unit(SECOND)["status"], self.unit(SECOND)["name"]), ("INSTITUTION_ACTIVE", "明德中心小学"))
        self.assertEqual(len(self.partnership(made)["members"]), 3)
        before = len(self.world.events("registry"))
        self.fails(8, "hubei", "institution", "succession", changes)  # the same list again: the same command
        self.assertEqual(len(self.world.events("registry")), before)

    def test_a_list_as_a_whole(self):
        changes = self.world.dir / "changes.csv"
        text = ("变更,代码,并入,名称,原因,人员\n"
                f"更名,{SECOND},,明德中心小学,更名,\n"
                f"合并,{FIRST},{SECOND},,布局调整,承接\n"  # rests on the row before
                f"更名,{SECOND},,明德学校,更名,\n")
        changes.write_text(text + "撤销,0000000000,,,生源不足,\n", encoding="utf-8")
        before = len(self.world.events("registry"))
        said = self.fails(8, "hubei", "institution", "succession", changes, "--all-or-nothing")
        self.assertIn("row 5: NOT-FOUND", said)
        self.assertEqual(len(self.world.events("registry")), before)
        self.assertEqual(self.unit(SECOND)["name"], "明德小学")
        with self.assertRaises(w.Rejected) as caught:  # the daemon by itself, for clients that do not ask first
            self.world.do("hubei", "registry", "ChangeInstitutions", all_or_nothing=True, rows=[
                reg.ChangeInstitution(change=reg.CHANGE_RENAME, code=SECOND, name="明德学校"),
                reg.ChangeInstitution(change=reg.CHANGE_CLOSE, code="0000000000", reason="生源不足")])
        self.assertEqual(caught.exception.status.reason, "ROW")
        self.assertEqual(len(self.world.events("registry")), before)
        changes.write_text(text, encoding="utf-8")
        self.world.text("hubei", "institution", "succession", changes, "--all-or-nothing")
        self.assertEqual((self.unit(FIRST)["status"], self.unit(SECOND)["name"]), ("INSTITUTION_MERGED", "明德学校"))
        self.assertEqual(self.unit(SECOND)["former_names"], ["明德小学", "明德中心小学"])
        self.rebuild()


if __name__ == "__main__":
    unittest.main()
