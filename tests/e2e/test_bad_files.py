#!/usr/bin/python3
"""Files that people bring: CSV with bad rows, YAML with unknown keys. Each fault is named with its place and remedy."""
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
from jiedui_world import REGION, SOURCE, bus  # noqa: E402

HEAD = "code,name,kind,division,place,stages,managing_bureau\n"
BUREAU = "BUR-1,甲市教育局,BUREAU,1502,CITY,,\n"


def school(code, name="某小学", division="150203", place="CITY"):
    return f"{code},{name},SCHOOL,{division},{place},PRIMARY,BUR-1\n"


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = w.World(daemons=["registryd"])
        cls.addClassCleanup(cls.world.close)
        cls.world.start("registryd")
        cls.world.text("nmg", "division", "import", REGION / "divisions.csv")
        (cls.world.dir / "bureau.csv").write_text(HEAD + BUREAU)
        cls.world.text("nmg", "institution", "import", cls.world.dir / "bureau.csv")

    def tearDown(self):
        self.assertTrue(self.world.ping("registryd"))

    def offer(self, data, *options, noun="institution"):
        """Imports these bytes: (exit code, what was printed)."""
        file = self.world.dir / "offered.csv"
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        try:
            return 0, self.world.text("nmg", noun, "import", file, *options)
        except w.Refused as refused:
            return refused.code, refused.text

    def known(self, code):
        return self.world.send("nmg", "registry", "GetInstitution", ref=code).code == bus.CODE_OK

    # --- CSV

    def test_bad_rows_are_named_and_the_good_ones_kept(self):
        rejects = self.world.dir / "rejects.csv"
        code, said = self.offer(HEAD + school("2115021001") + school("2115021002", division="159999") +
                                school("2115021003", place="MARS") + school("21150210") + school("2115021004"),
                                "--errors", rejects)
        self.assertEqual(code, 8)
        self.assertIn("5 rows: 2 imported, 0 unchanged, 3 refused", said)
        for row, why in (("row 3", "IN-05"), ("row 4", "MARS"), ("row 5", "IN-01")):
            line = next(line for line in said.splitlines() if line.startswith(row))
            self.assertIn(why, line)
        self.assertEqual([self.known(c) for c in ("2115021001", "2115021002", "2115021003", "2115021004")],
                         [True, False, False, True])
        mended = rejects.read_text(encoding="utf-8-sig").replace("159999", "150204").replace("MARS", "CITY")
        code, said = self.offer(mended.replace('"21150210"', '"2115021005"'))
        self.assertEqual((code, said.splitlines()[0]), (0, "3 rows: 3 imported, 0 unchanged, 0 refused"))

    def test_importing_again_changes_nothing(self):
        data = HEAD + school("2115021101") + school("2115021102")
        self.assertEqual(self.offer(data)[0], 0)
        head = self.world.status("registryd").head
        self.assertIn("0 imported, 2 unchanged", self.offer(data)[1])
        self.assertEqual(self.world.status("registryd").head, head)

    def test_all_or_nothing(self):
        code, said = self.offer(HEAD + school("2115021201") + school("2115021202", division="159999"), "--all-or-nothing")
        self.assertEqual(code, 8)
        self.assertIn("nothing was changed", said)
        self.assertFalse(self.known("2115021201"))

    def test_duplicate_codes(self):
        code, said = self.offer(HEAD + school("2115021301", "前者") + school("2115021301", "后者"))
        self.assertEqual(code, 8)
        self.assertIn("row 3: CSV: code 2115021301 is in row 2 already", said)
        self.assertEqual(self.world.do("nmg", "registry", "GetInstitution", ref="2115021301").name, "前者")
        persons = "staff_no,name,category,home\nX1,王五,TEACHER,2115021301\nX1,赵六,TEACHER,2115021301\n"
        self.assertEqual(self.offer(persons, noun="person")[0], 8)

    def test_encodings(self):
        rare = HEAD + school("2115021401", "䶮𠮷小学")
        self.assertEqual(self.offer(rare.encode("gb18030"))[0], 0)
        self.assertEqual(self.world.do("nmg", "registry", "GetInstitution", ref="2115021401").name, "䶮𠮷小学")
        self.assertEqual(self.offer("\ufeff" + (HEAD + school("2115021402")).replace("\n", "\r\n"))[0], 0)
        code, said = self.offer((HEAD + school("2115021403", "庚小学")).encode("gb18030"), "--encoding", "utf-8")
        self.assertEqual(code, 2)
        self.assertIn("row 2: the text is not UTF-8", said)
        self.assertIn("gb18030", said)
        code, said = self.offer(HEAD.encode() + bytes(range(1, 256)) * 3)
        self.assertEqual(code, 2)
        self.assertFalse(self.known("2115021403"))

    def test_files_that_are_no_tables(self):
        for data, wanted in (("", "empty"), ("code,nmae,kind,division\nx,y,z,1\n", "did you mean name"),
                             ("code,name\nx,y\n", "fill in the column division"), (HEAD + '"2115021501,未闭\n', "row 2"),
                             (HEAD + "2115021502,少\n", "row 2"), (bytes(4096), "")):
            with self.subTest(wanted=wanted):
                code, said = self.offer(data)
                self.assertIn(code, (2, 8))
                self.assertIn(wanted, said)

    def test_identity_numbers_are_checked_and_never_shown(self):
        self.offer(HEAD + school("2115021601"))
        wrong, right = "110105194912310029", "11010519491231002X"
        code, said = self.offer(f"staff_no,name,id_number,category,home\nY1,王五,{wrong},TEACHER,2115021601\n"
                                f"Y2,赵六,{right},TEACHER,2115021601\nY3,钱七,{right},TEACHER,2115021601\n"
                                "Y4,孙八,,PUPIL,2115021601\n", noun="person")
        self.assertEqual(code, 8)
        self.assertIn("1 imported", said)
        for row, why in (("row 2", "PE-01"), ("row 4", "PE-02"), ("row 5", "PE-04")):
            self.assertIn(why, next(line for line in said.splitlines() if line.startswith(row)))
        self.assertNotIn(wrong, said)
        self.assertNotIn(right, said)
        self.assertNotIn(wrong, self.world.log("registryd"))
        for file in (self.world.dir / "state/registryd/store").iterdir():  # sealed wherever it is kept
            self.assertNotIn(right.encode(), file.read_bytes(), file)
            self.assertNotIn("赵六".encode(), file.read_bytes(), file)

    # --- YAML

    def check(self, daemon, text):
        file = self.world.dir / f"edited-{daemon}.yaml"
        file.write_text(text)
        done = subprocess.run([str(w.BIN / f"jiedui-{daemon}"), "--config", str(file), "--check"], capture_output=True,
                              text=True, timeout=w.DEADLINE, check=False)
        return done.returncode, done.stderr

    def test_configuration_faults_have_a_place(self):
        good = (self.world.dir / "registryd.yaml").read_text()
        line = good.count("\n") + 1
        self.assertEqual(self.check("registryd", good), (0, ""))
        for text, place, what in ((good + "colour: red\n", f":{line}:1:", "colour"),
                                  (good + "area: registry\n", f":{line}:1:", "twice"),
                                  (good.replace("tick_seconds: 1", "tick_seconds: soon"), ":9:15:", "number"),
                                  (good + "log_level: loud\n", f":{line}:12:", "loud"),
                                  (good.replace("area: registry", "area: dispatch"), ":1:", "registry"),
                                  (good.replace("keys/registryd.key", "keys/nobody.key"), ":3:", "nobody.key"),
                                  (good + "x: &a 1\n", f":{line}:", ""), ("area: [\n", ":", ""), ("", ":", "")):
            with self.subTest(what=what):
                code, said = self.check("registryd", text)
                self.assertEqual(code, 78)
                self.assertIn(place, said)
                self.assertIn(what, said)

    def test_principals_faults_are_refused_and_the_old_list_stays(self):
        file = self.world.dir / "principals.yaml"
        good = file.read_text()
        self.addCleanup(file.write_text, good)
        line = good.count("\n") + 1
        twice = self.world.key("nmg")
        for added, what in (("  - name: x\n    key: short\n    roles: [BUREAU]\n", "key"),
                            (f"  - name: x\n    key: \"{'0' * 40}\"\n    roles: [KING]\n", "KING"),
                            (f"  - name: x\n    key: \"{twice}\"\n    roles: [BUREAU]\n", "key"),
                            (f"  - name: x\n    key: \"{'0' * 40}\"\n    roles: [BUREAU]\n    colour: red\n", "colour")):
            with self.subTest(what=what):
                file.write_text(good + added)
                status = self.world.send("operator", "ops", "Reload", to="registry")
                self.assertEqual(status.code, bus.CODE_INVALID, status)
                self.assertIn(what, status.message_en)
                self.assertTrue(any(f":{n}:" in status.message_en for n in range(line, line + 4)), status.message_en)
                self.assertTrue(self.world.ping("registryd", who="nmg"))

    def test_programme_files(self):
        template = (SOURCE / "deploy/programmes/a_framework.yaml").read_text()
        file = self.world.dir / "programme.yaml"
        for change, what in ((("owner:", "ownr:"), "ownr"), (("form: assignment", "form: assigment"), "assigment"),
                             (("[PARTY_A, PARTY_B]", "[PARTY_A, PARTY_C]"), "PARTY_C"),
                             (("min: 5, max: 10", "min: 5, max: 010"), "010"), (("signed: true", "signed: yes"), "yes"),
                             (("dialect: 1", "dialect: &one 1"), "")):
            with self.subTest(what=what):
                self.assertIn(change[0], template)
                file.write_text(template.replace(*change, 1))
                line = template[:template.index(change[0])].count("\n") + 1
                with self.assertRaises(w.Refused) as caught:
                    w.World.run(["jiedui", "--lang", "en", "programme", "check", str(file)])
                self.assertIn(f":{line}:", caught.exception.text)
                self.assertIn(what, caught.exception.text)

    def test_samples_of_the_deployment_are_right(self):
        for file in sorted((SOURCE / "deploy/programmes").glob("*.yaml")):
            w.World.run(["jiedui", "programme", "check", str(file)])
        for daemon in w.DAEMONS:
            sample = (SOURCE / f"deploy/config/{daemon}.yaml").read_text()
            keys = self.world.dir / "keys"
            sample = sample.replace(f"/run/credentials/jiedui-{daemon}.service/curve.key", str(keys / f"{daemon}.key"))
            sample = sample.replace("/run/credentials/jiedui-notifyd.service/webhook.secret", str(keys / "webhook.secret"))
            sample = sample.replace("\"principals.yaml\"", f"\"{SOURCE}/deploy/config/principals.yaml\"")
            (keys / "webhook.secret").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
            (keys / "webhook.secret").chmod(0o600)
            self.assertEqual(self.check(daemon, sample), (0, ""), daemon)


if __name__ == "__main__":
    unittest.main()
