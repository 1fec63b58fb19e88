#!/usr/bin/python3
"""Ledgers in and out as files: a province with 6 % bad rows, chains that loop, days that do not exist, names with rare
characters, both encodings, and files that come back as they went out."""
import csv
import io
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
from jiedui_world import BY, REGION  # noqa: E402

ROWS = 17000  # a province
RARE = "䶮𠮷㛃𬱖䲜𰻝"
HEADER = ["code", "name", "kind", "division", "uscc", "managing_bureau", "stages"]


def good_row(i):
    return [f"2115{i:06}", f"第{i}小学", "SCHOOL", "150802", "", BY, "PRIMARY"]


def spoil(row, i):
    """One of six faults; the reason that is expected and how it is mended."""
    right = list(row)
    kind = i % 6
    if kind == 0:
        row[0], code = f"2199{i:06}", "IN-01"
    elif kind == 1:
        row[0], code = f"2115{i - 50:06}", "CSV"  # a row above has it
    elif kind == 2:
        row[2], code = "SCHOL", "CSV"
    elif kind == 3:
        row[3], code = "159999", "IN-05"
    elif kind == 4:
        row[5], code = "BUR-999999", "NOT-FOUND"
    else:
        row[4], code = "91350100M000100Y44", "IN-04"
    return row, code, right


def table(path, encoding="utf-8-sig"):
    with open(path, encoding=encoding, newline="") as file:
        return list(csv.reader(file))


class Ledgers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = w.World(daemons=("registryd",))
        cls.addClassCleanup(cls.world.close)
        cls.world.start(*cls.world.names)
        for noun, file in (("division", "divisions"), ("institution", "institutions"), ("person", "persons")):
            cls.world.text("nmg", noun, "import", REGION / f"{file}.csv")

    def file(self, name, rows=None, encoding="utf-8"):
        path = self.world.dir / name
        if rows is not None:
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            path.write_bytes(text.getvalue().encode(encoding))
        return path

    def partial(self, *words, who="nmg"):
        """An import with refused rows: what it printed."""
        with self.assertRaises(w.Refused) as caught:
            self.world.text(who, *words)
        self.assertEqual(caught.exception.code, 8, caught.exception.text)
        return caught.exception.text

    def head(self):
        return self.world.status("registryd").head

    def test_province_with_bad_rows(self):
        rows, wrong = [HEADER], {}
        for i in range(ROWS):
            row = good_row(i)
            if i % 100 < 6 and i >= 6:
                row, code, right = spoil(row, i)
                wrong[len(rows) + 1] = (code, right)
            rows.append(row)
        before, errors = self.head(), self.file("rejects.csv")
        said = self.partial("--timeout", "60000", "institution", "import", "--errors", errors, self.file("province.csv", rows))
        self.assertIn(f"{ROWS} rows: {ROWS - len(wrong)} imported, 0 unchanged, {len(wrong)} refused", said)
        self.assertEqual(self.head() - before, ROWS - len(wrong), "one event a row, none for the refused")
        rejects = table(errors)
        self.assertEqual(rejects[0], ["row", "code", "message", *HEADER])
        self.assertEqual({int(row[0]): row[1] for row in rejects[1:]}, {row: code for row, (code, _) in wrong.items()})
        mended = [rejects[0]] + [[*row[:3], *wrong[int(row[0])][1]] for row in rejects[1:]]
        said = self.world.text("nmg", "institution", "import", self.file("mended.csv", mended))
        self.assertIn(f"{len(wrong)} rows: {len(wrong)} imported", said)
        before = self.head()
        whole = [HEADER] + [good_row(i) for i in range(ROWS)]
        said = self.world.text("nmg", "--timeout", "60000", "institution", "import", self.file("whole.csv", whole))
        self.assertIn(f"{ROWS} rows: 0 imported, {ROWS} unchanged, 0 refused", said)
        self.assertEqual(self.head(), before, "the same again is no event")

    def test_all_or_nothing_and_dry_run(self):
        before = self.head()
        rows = [HEADER, ["2115990001", "甲", "SCHOOL", "150802", "", BY, ""], ["99", "乙", "SCHOOL", "150802", "", BY, ""]]
        path = self.file("all.csv", rows)
        self.assertIn("nothing was changed", self.partial("institution", "import", "--all-or-nothing", path))
        self.assertIn("1 would be imported", self.partial("--dry-run", "institution", "import", path))
        self.assertEqual(self.head(), before)

    def test_managing_chains(self):
        bureaus = [HEADER, ["X-1", "甲局", "BUREAU", "150802", "", "X-2", ""], ["X-2", "乙局", "BUREAU", "150802", "", "X-1", ""]]
        before = self.head()
        self.assertIn("2 refused", self.partial("institution", "import", self.file("loop.csv", bureaus)))
        self.assertEqual(self.head(), before)
        bureaus[2][5] = BY
        self.assertIn("2 rows: 2 imported", self.world.text("nmg", "institution", "import", self.file("chain.csv", bureaus)))
        bureaus[2][5] = "X-1"  # now through what is stored
        said = self.partial("institution", "import", self.file("loop2.csv", bureaus))
        self.assertIn("row 3: IN-06", said)

    def test_days_that_do_not_exist(self):
        rows = [["staff_no", "name", "category", "home", "birth", "here_since"],
                ["D-1", "某", "TEACHER", "2115080001", "1980-13", ""],
                ["D-2", "某", "TEACHER", "2115080001", "1980-02", "2015-02-30"]]
        said = self.partial("person", "import", self.file("days.csv", rows))
        self.assertIn("row 2: FIELD", said)
        self.assertIn("row 3: FIELD", said)

    def test_there_and_back(self):
        """What is exported is imported again without a change, here and in an empty registry, in both encodings."""
        rows = [["标识码", "名称", "类别", "区划", "主管单位", "标签"]]
        rows += [[f"21159800{i:02}", f"{c}家小学", "学校", "150802", BY, "quality|甲、乙"[: 7 + i % 2]] for i, c in enumerate(RARE)]
        path = self.file("rare.csv", rows, "gb18030")
        self.assertIn("6 rows: 6 imported", self.world.text("nmg", "institution", "import", path))
        staff = [["工号", "姓名", "人员类别", "所在单位"]] + [[f"R-{i}", f"{c}{c}", "教师", "2115980000"] for i, c in enumerate(RARE)]
        self.world.text("nmg", "person", "import", self.file("staff.csv", staff, "gb18030"))
        with w.World(daemons=("registryd",)) as other:
            for noun in ("division", "institution", "person"):
                out, back = self.world.dir / f"{noun}-out.csv", self.world.dir / f"{noun}-back.csv"
                self.world.text("nmg", "--lang", "zh", noun, "export", "--encoding", "gb18030", "--out", out)
                sheet = table(out, "gb18030")
                self.assertGreater(len(sheet), 40)
                said = self.world.text("nmg", noun, "import", "--dry-run", out) if noun != "person" else ""
                self.assertTrue(not said or f"{len(sheet) - 1} unchanged, 0 refused" in said, said)
                other.text("nmg", "--timeout", "60000", noun, "import", out)
                other.text("nmg", "--lang", "zh", noun, "export", "--out", back)
                self.assertEqual(sorted(table(back)), sorted(sheet), noun)
            names = "".join(row[1] for row in table(self.world.dir / "institution-back.csv"))
            self.assertTrue(all(c in names for c in RARE))

    def test_a_list_without_numbers_takes_none_away(self):
        """The file of an export, imported over the persons it came from."""
        self.world.text("nmg", "person", "import", self.file("full.csv", [
            ["staff_no", "name", "category", "home", "id_number", "phone"],
            ["K-1", "某某", "TEACHER", "2115080001", "11010519491231002X", "13800000001"]]))
        before, out = self.head(), self.world.dir / "persons-out.csv"
        self.world.text("nmg", "person", "export", "--out", out)
        said = self.world.text("nmg", "person", "import", out)
        self.assertIn(f"{len(table(out)) - 1} unchanged, 0 refused", said)
        self.assertEqual(self.head(), before)
        opened = self.world.cli("nmg", "person", "unmask", "K-1", "--field", "ID_NUMBER", "--field", "CONTACTS", "--reason", "核对")
        self.assertEqual((opened["id_number"], opened["phone"]), ("11010519491231002X", "13800000001"))

    def test_encodings(self):
        with self.assertRaises(w.Refused) as caught:
            self.world.text("nmg", "institution", "export", "--encoding", "gbk", "--out", self.world.dir / "x.csv")
        self.assertEqual(caught.exception.code, 2)
        self.assertIn("gb18030", caught.exception.text)
        self.assertFalse((self.world.dir / "x.csv").exists())
        out = self.world.dir / "d.csv"
        self.world.text("nmg", "division", "export", "--under", "1508", "--out", out)
        self.assertEqual(out.read_bytes()[:3], b"\xef\xbb\xbf")
        self.assertEqual(table(out)[0], ["code", "name", "level", "parent", "tags"])
        self.assertTrue(all(row[0].startswith("1508") for row in table(out)[1:]))

    def test_masked_names_and_other_ledgers(self):
        said = self.world.text("reader", "person", "export")
        self.assertNotIn("王*", said)
        self.assertEqual(self.world.text("nmg", "agreement", "export").splitlines()[0].count(","), 5)


if __name__ == "__main__":
    unittest.main()
