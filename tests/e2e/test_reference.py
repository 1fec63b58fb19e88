#!/usr/bin/python3
"""Reference data: divisions with their lives and successors, joining by name, code tables, the codes of institutions.
A sample of official codes lies beside the tests; the whole lists are used where ../shared/data is."""
import csv
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402

SAMPLE = w.SOURCE / "tests/fixtures/divisions"
WHOLE = w.SOURCE.parent / "shared/data"
PRINCIPALS = [*w.PRINCIPALS, ("nation", "REGISTRAR, AUTHORITY", "0", ()), ("xpcc", "REGISTRAR", "66", ())]


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Reference(unittest.TestCase):
    def setUp(self):
        self.world = w.World(daemons=["registryd"], principals=[list(p) for p in PRINCIPALS], start="2024-12-31")
        self.addCleanup(self.world.close)
        self.world.start("registryd")

    def cli(self, *words):
        return self.world.cli("nation", *words)

    def partly(self, *words):
        with self.assertRaises(w.Refused) as caught:
            self.world.text("nation", *words)
        return caught.exception

    def found(self, name, *words):
        match = self.cli("division", "find", name, *words)
        return match["step"].removeprefix("STEP_"), match.get("division", {}).get("code")

    def write(self, name, rows):
        path = self.world.dir / name
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    def rejects(self, noun, path):
        """Imports with a reject file: {row number: (code, message)}."""
        out = self.world.dir / "rejects.csv"
        try:
            self.world.text("nation", noun, "import", path, "--errors", out)
            return {}
        except w.Refused as refused:
            self.assertEqual(refused.code, 8, refused.text)
        with open(out, encoding="utf-8-sig", newline="") as file:
            return {int(row[0]): (row[1], row[2]) for row in list(csv.reader(file))[1:]}

    # --- the sample

    def load_sample(self):
        for name in ("history", "list"):
            self.world.text("nation", "division", "import", SAMPLE / f"{name}.csv")

    def test_lives_of_a_code(self):
        self.load_sample()
        self.world.text("nation", "division", "import", SAMPLE / "history.csv", "--key", "again")  # nothing is new
        head = self.world.status("registryd").head
        self.assertIn("21 unchanged", self.world.text("nation", "division", "import", SAMPLE / "list.csv", "--key", "x"))
        self.assertEqual(self.world.status("registryd").head, head)
        xiantao = self.cli("division", "show", "429004")
        self.assertEqual((xiantao["name"], xiantao["parent"], xiantao["level"]), ("仙桃市", "42", "LEVEL_COUNTY"))
        sui = self.cli("division", "show", "429001")
        self.assertEqual((sui["since"], sui["valid"], sui["successors"]),
                         ("1994-01-01", {"from": "1994", "to": "2000"}, ["421303"]))
        for day, name in (("1988-01-01", "随州市"), ("1995-06-01", "随州市")):
            self.assertEqual(self.cli("division", "show", "429001", "--as-of", day)["name"], name)
        with self.assertRaises(w.Refused):  # between its two lives
            self.cli("division", "show", "429001", "--as-of", "1992-01-01")
        then = {d["code"] for d in self.cli("division", "list", "--under", "42", "--as-of", "1995-06-01")["divisions"]}
        self.assertTrue({"429001", "421182", "429021"} <= then and not {"421303", "422103"} & then, then)
        shown = self.cli("division", "show", "421181")
        self.assertEqual(shown["parts"], [{"to": "421182", "year": "1996"}])
        self.assertEqual(self.cli("division", "show", "4419")["level"], "LEVEL_PREFECTURE")  # a city without counties
        self.assertEqual(self.cli("division", "show", "441900101")["parent"], "4419")

    def test_by_name(self):
        self.load_sample()
        self.assertEqual(self.found("武穴市", "--province", "湖北省", "--prefecture", "黄冈市"), ("EXACT", "421182"))
        self.assertEqual(self.found("武穴市", "--province", "湖北", "--prefecture", "孝感市"),
                         ("WITHOUT_PREFECTURE", "421182"))
        self.assertEqual(self.found("广济县", "--province", "湖北省", "--prefecture", "黄冈地区"), ("HISTORY", "421182"))
        self.assertEqual(self.found("崇文区", "--province", "北京市", "--prefecture", "市辖区"), ("HISTORY", "110101"))
        self.assertEqual(self.found("东城区", "--province", "北京市", "--prefecture", "北京市"), ("EXACT", "110101"))
        for direct in ("省直辖县级行政区划", "仙桃市", ""):
            self.assertEqual(self.found("仙桃市", "--province", "湖北省", "--prefecture", direct), ("EXACT", "429004"))
        self.assertEqual(self.found("东莞市", "--province", "广东省", "--prefecture", "东莞市"), ("EXACT", "4419"))
        step, code = self.found("武穴")
        self.assertEqual((step, code), ("NONE", None))  # near is not the same
        self.assertEqual([c["code"] for c in self.cli("division", "find", "武穴")["candidates"]], ["421182"])
        self.assertIn("武穴市", self.world.text("nation", "division", "find", "武穴"))
        self.assertEqual(self.found("武穴市", "--as-of", "1990-01-01"), ("WITHOUT_PREFECTURE", "422103"))

    def test_units_by_the_names_of_places(self):
        self.load_sample()
        head = ["代码", "名称", "类别", "省", "市", "县"]
        units = [["E1", "黄冈市教育局", "教育局", "湖北省", "黄冈市", ""],
                 ["E2", "武穴市教育局", "教育局", "湖北省", "黄冈市", "武穴市"],
                 ["E3", "广济教育局", "教育局", "湖北省", "黄冈地区", "广济县"],
                 ["E4", "仙桃市教育局", "教育局", "湖北省", "仙桃市", ""],
                 ["E5", "某局", "教育局", "湖北省", "黄冈市", "武雪市"],
                 ["E6", "某局", "教育局", "湖南省", "长沙市", "岳麓区"],
                 ["E7", "某局", "教育局", "", "", ""]]
        refused = self.rejects("institution", self.write("units.csv", [head, *units]))
        self.assertEqual({n: code for n, (code, _) in refused.items()}, {6: "IN-05", 7: "IN-05", 8: "CSV"})
        places = {u["code"]: u["division"] for u in self.cli("institution", "list")["institutions"]}
        self.assertEqual(places, {"E1": "4211", "E2": "421182", "E3": "421182", "E4": "429004"})

    def test_a_replaced_division_names_its_successors(self):
        self.load_sample()
        head = ["code", "name", "kind", "division"]
        refused = self.rejects("institution", self.write("units.csv", [
            head, ["E1", "甲局", "BUREAU", "422123"], ["E2", "乙局", "BUREAU", "429001"], ["E3", "丙局", "BUREAU", "429999"]]))
        self.assertEqual({code for code, _ in refused.values()}, {"IN-05"})
        self.assertIn("421182 武穴市", refused[2][1])  # over two steps
        self.assertIn("421303 曾都区", refused[3][1])
        self.assertIn("2000", refused[3][1])

    def test_the_corps_is_a_jurisdiction_of_several_roots(self):
        """E18: its cities are 6590xx, its units in ordinary counties lie under the ministry's pseudo province 66."""
        self.world.text("nation", "division", "import", self.write("xpcc.csv", [
            ["code", "name", "tags"], ["65", "新疆维吾尔自治区", ""], ["6501", "乌鲁木齐市", ""], ["650102", "天山区", ""],
            ["6590", "自治区直辖县级行政区划", ""], ["659001", "石河子市", ""], ["66", "新疆生产建设兵团", "xpcc"],
            ["6604", "第四师", "xpcc"]]))
        file = self.world.dir / "principals.yaml"
        text = file.read_text().replace('scope: [{division: "66", programme: "*"}]',
                                        'scope: [{division: "66", programme: "*"}, {division: "6590", programme: "*"}]')
        file.write_text(text)
        self.world.do("operator", "ops", "Reload", to="registry")
        for code, name, division, may in (("XPCC-EDU", "兵团教育局", "66", True), ("SHZ-EDU", "石河子市教育局", "659001", True),
                                          ("D4-EDU", "第四师教育局", "6604", True), ("WL-EDU", "某局", "6501", False),
                                          ("XJ-EDU", "某厅", "65", False)):
            unit = w.reg.Institution(code=code, name=name, kind=w.reg.types__pb2.KIND_BUREAU, division=division)
            status = self.world.send("xpcc", "registry", "RegisterInstitution", institution=unit)
            self.assertEqual(status.reason, "" if may else "SE-01", (code, status))

    def test_code_tables(self):
        self.world.load_reference()
        unit = dict(code="3115020099", name="某校", kind=w.reg.types__pb2.KIND_SCHOOL, division="150202", run_type="312")
        told = self.world.do("nmg", "registry", "RegisterInstitution", institution=w.reg.Institution(**unit),
                             managing_bureau_code=w.BT)
        self.assertTrue(any("CODE-TABLE" in text for text in told.warnings), told)
        self.assertEqual([int(s) for s in self.world.do("nmg", "registry", "GetInstitution", ref="3115020099").stages],
                         [w.reg.types__pb2.STAGE_PRIMARY, w.reg.types__pb2.STAGE_JUNIOR])  # a nine-year school
        path = self.write("codes.csv", [["table", "code", "name", "note", "applies_to"],
                                        ["BXLX", "211", "小学", "", ""], ["BXLX", "311", "初级中学", "", ""],
                                        ["BXLX", "312", "九年一贯制学校", "", ""], ["ZXXKC", "13", "语文", "", "小学"]])
        self.world.text("nmg", "code", "import", path)
        self.assertEqual([(t["table"], t["note"]) for t in self.cli("code", "list")["codes"]], [("BXLX", "3"), ("ZXXKC", "1")])
        self.assertEqual([c["code"] for c in self.cli("code", "list", "BXLX")["codes"]], ["211", "311", "312"])
        self.assertEqual(self.cli("code", "show", "BXLX", "312")["codes"][0]["name"], "九年一贯制学校")
        status = self.world.send("nmg", "registry", "RegisterInstitution", managing_bureau_code=w.BT,
                                 institution=w.reg.Institution(**{**unit, "run_type": "313"}))
        self.assertEqual(status.reason, "CODE")
        self.assertIn("312 九年一贯制学校", status.message_en)
        person = w.reg.Person(staff_no="S-1", category=w.reg.types__pb2.CATEGORY_TEACHER, subjects=["14"])
        status = self.world.send("nmg", "registry", "RegisterPerson", person=person, home_code="2115080001",
                                 secret=w.reg.PersonSecret(name="某某"))
        self.assertEqual(status.reason, "CODE")

    # --- the whole lists

    def load_whole(self):
        if not WHOLE.is_dir():
            self.skipTest("no ../shared/data beside the project")
        self.world.text("nation", "division", "import", WHOLE / "division_history.csv")
        for name in ("provinces", "cities", "areas"):
            self.world.text("nation", "division", "import", WHOLE / f"divisions/{name}.csv")

    def test_all_divisions_and_a_list_with_bad_rows(self):
        self.load_whole()
        listed = {d["code"]: d for d in self.cli("division", "list", "--under", "42")["divisions"]}
        areas = [a for a in table(WHOLE / "divisions/areas.csv") if a["provinceCode"] == "42"]
        for area in areas:
            self.assertEqual(listed[area["code"]]["name"], area["name"])
        ended = [r for r in table(WHOLE / "division_history.csv")
                 if r["状态"] == "弃用" and r["新代码"] and "[" not in r["新代码"] and ";" not in r["新代码"] and r["级别"] == "县级"]
        self.join(areas=table(WHOLE / "divisions/areas.csv"), ended=ended)

    def join(self, areas, ended):
        """400 made-up units under real names, 6 % of them bad in the ways real lists are."""
        draw = random.Random(20230630)
        cities = {c["code"]: c["name"] for c in table(WHOLE / "divisions/cities.csv")}
        provinces = {p["code"]: p["name"] for p in table(WHOLE / "divisions/provinces.csv")}
        rows, wanted, bad = [], {}, set()
        for i in range(400):
            area = draw.choice(areas)
            place = [provinces[area["provinceCode"]], cities[area["cityCode"]], area["name"]]
            kind = draw.random()
            if kind < 0.02:
                place[1] = "某某市"  # the prefecture is wrong
            elif kind < 0.04:
                old = draw.choice(ended)
                place = [old["一级行政区"], old["二级行政区"], old["名称"]]
            elif kind < 0.06:
                place[2] = "没有这样的县"
                bad.add(i)
            rows.append([f"U-{i:05}", f"试验单位{i}", "BUREAU", *place])
            if 0.02 > kind or kind >= 0.06:
                wanted[f"U-{i:05}"] = area["code"]
        refused = self.rejects("institution", self.write("bad.csv", [["code", "name", "kind", "省", "市", "县"], *rows]))
        self.assertTrue({i + 2 for i in bad} <= set(refused), "a row that is no place was linked")
        self.assertEqual({code for code, _ in refused.values()}, {"IN-05"})
        linked = {u["code"]: u["division"] for u in self.cli("institution", "list")["institutions"]}
        short = {"4419", "4420", "4604", "620201"}
        for code, division in wanted.items():
            if code in linked:
                self.assertIn(linked[code], (division, division[:4] if division[:4] in short else division))
        lost = [code for code in wanted if code not in linked]
        # only rows that lost their prefecture and whose county name stands several times in the province
        self.assertLess(len(lost), 10, lost)
        self.assertLess(len(refused), len(bad) + len(lost) + 40)

    def test_all_universities(self):
        self.load_whole()
        path = WHOLE / "universities.csv"
        rows = table(path)
        asked = []
        for first in range(0, len(rows), 400):  # in parts: each must be done within the deadline of a call
            part = [list(rows[0]), *[list(row.values()) for row in rows[first:first + 400]]]
            refused = self.rejects("institution", self.write("part.csv", part))
            self.assertEqual({code for code, _ in refused.values()} - {"IN-05"}, set())
            asked += [part[n - 1] for n in refused]
        # a city that was divided, a short form: questions, which are answered by the province alone
        self.assertLess(len(asked), 15, asked)
        where = list(rows[0]).index("address")
        for row in asked:
            row[where] = ""
        self.assertEqual(self.rejects("institution", self.write("mended.csv", [list(rows[0]), *asked])), {})
        units = self.cli("institution", "list", "--kind", "UNIVERSITY")["institutions"]
        self.assertEqual(len(units), len(rows))
        self.assertFalse([u["name"] for u in units if "\n" in u["name"]])
        self.assertEqual(sum("ministry_university" in u.get("tags", []) for u in units), 76)
        unusual = []
        for row in rows:
            if not row["code"].startswith("41"):
                unit = self.world.do("nation", "registry", "GetInstitution", ref=row["code"])
                status = self.world.send("nation", "registry", "RegisterInstitution", institution=unit)
                reply = w.reg.InstitutionReply.FromString(status.result)
                self.assertTrue(reply.unchanged, row)
                unusual += [row["code"][:2] for text in reply.warnings if text.startswith("IN-02")]
        self.assertEqual(sorted(unusual), ["36"] * 6 + ["42"] * 7)
        tsinghua = self.cli("institution", "show", "4111010003")
        self.assertEqual((tsinghua["name"], tsinghua["division"]), ("清华大学", "11"))

    def test_all_code_tables(self):
        if not WHOLE.is_dir():
            self.skipTest("no ../shared/data beside the project")
        self.world.text("nation", "code", "import", WHOLE / "code_tables.csv")
        self.assertEqual(sum(int(t["note"]) for t in self.cli("code", "list")["codes"]), 546)


if __name__ == "__main__":
    unittest.main()
