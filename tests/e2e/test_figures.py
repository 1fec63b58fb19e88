#!/usr/bin/python3
"""Figures, targets, reviews and the past, as a department uses them: who has no supporter today, how it was on a past
day, what a target stands at, an acceptance review from its opening to the award (domain questions 1, 2 and 7)."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402

PROGRAMME = """dialect: 1
id: nmg-cover
version: 1
title: {zh: "城乡学校结对", en: "Schools of town and country in pairs"}
owner: {division: "150000"}

roles:
  - id: SUPPORTER
    title: {zh: "支援学校", en: "supporting school"}
    who: [{kind_in: [SCHOOL]}]
  - id: RECIPIENT
    title: {zh: "受援学校", en: "supported school"}
    who: [{kind_in: [SCHOOL]}, {urban_rural_in: [TOWNSHIP, VILLAGE]}]

modes:
  - id: PAIR
    title: {zh: "结对", en: "Pair"}
    members: [{role: SUPPORTER, min: 1, max: 1}, {role: RECIPIENT, min: 1}]

measures:
  - id: visit
    title: {zh: "互访", en: "Visits"}
    form: activity
    level: should
    from: [SUPPORTER]
    to: [RECIPIENT]
    record: [headcount]

indicators:
  - id: coverage
    title: {zh: "乡镇学校受援覆盖率", en: "Township schools with support"}
    form: coverage
    universe: [{kind_in: [SCHOOL]}, {urban_rural_in: [TOWNSHIP, VILLAGE]}]
    roles: [RECIPIENT]
    group_by: [division]
  - id: models
    title: {zh: "示范结对数", en: "Model pairs"}
    form: count
    num: {what: partnerships, designation: MODEL}
  - id: satisfaction
    title: {zh: "满意度", en: "Satisfaction"}
    form: manual
    value_type: percent
    evidence: true
  - id: visits
    title: {zh: "互访次数", en: "Visits"}
    form: count
    num: {what: activities, measure: visit}

targets:
  - {indicator: coverage, op: ge, value: 100, unit: percent, each: COUNTY, deadline: "2016-12-31"}

reviews:
  - id: acceptance
    title: {zh: "考核验收", en: "Acceptance review"}
    subject: partnership
    steps: [SELF, PREFECTURE, OWNER, PUBLICITY]
    outcomes: [PASS, FAIL]
    award: {kind: SPECIAL_FUND, designation: MODEL}

notices:
  - {event: TargetAtRisk, to: [COUNTY_BUREAU], ack: receipt, within_working_days: 5}
  - {event: ReviewConfirmed, to: [SUPPORTER, RECIPIENT], ack: none}
"""


class Figures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = w.World()
        cls.addClassCleanup(cls.world.close)
        cls.world.start(*cls.world.names)
        cls.world.load_reference()
        file = pathlib.Path(cls.world.dir) / "cover.yaml"
        file.write_text(PROGRAMME, encoding="utf-8")
        cls.world.text("nmg", "programme", "publish", file)
        units = cls.world.cli("nmg", "institution", "list", "--division", "1508", "--kind", "SCHOOL")["institutions"]
        cls.rural = sorted(u["code"] for u in units if u.get("place") in ("PLACE_TOWNSHIP", "PLACE_VILLAGE"))
        assert len(cls.rural) > 2, units

    def show(self, *words):
        return self.world.cli("nmg", "indicator", "show", "nmg-cover", "coverage", "--division", "1508", *words)

    def missing(self, *words):
        page = self.world.cli("nmg", "indicator", "records", "nmg-cover", "coverage", "--division", "1508", "--missing",
                              *words)
        return sorted(r["code"] for r in page["records"])

    def pair(self, *recipients):
        words = [x for code in recipients for x in ("--member", f"RECIPIENT={code}")]
        return self.world.cli("nmg", "partnership", "propose", "--programme", "nmg-cover", "--mode", "PAIR", "--member",
                              "SUPPORTER=2115020021", *words)["id"]

    def test_a_year(self):
        world = self.world
        self.assertEqual(self.missing(), self.rural)  # nobody has a supporter yet
        total = self.show()["total"]
        self.assertEqual((total.get("numerator", "0"), total["denominator"]), ("0", str(len(self.rural))))

        world.set_clock("2016-09-05")
        first = self.pair(self.rural[0])
        self.assertEqual(self.missing(), self.rural[1:])
        self.assertEqual(self.missing("--as-of", "2016-09-04"), self.rural)  # question 2: as of a past day
        by_county = self.show("--by", "county", "--as-of", "2016-09-05")
        self.assertEqual(sum(int(f.get("numerator", 0)) for f in by_county["figures"]), 1)
        self.assertEqual(sum(int(f.get("denominator", 0)) for f in by_county["figures"]), len(self.rural))
        self.assertIn("not_applicable", str(self.world.cli("nmg", "indicator", "show", "nmg-cover", "coverage",
                                                           "--division", "1502")["total"]))
        self.assertIn("n/a", world.text("nmg", "indicator", "show", "nmg-cover", "coverage", "--division", "1502"))
        with self.assertRaises(w.Refused) as caught:  # activities are dispatchd's: never a wrong zero
            world.text("nmg", "indicator", "show", "nmg-cover", "visits")
        self.assertEqual(caught.exception.code, 1)
        self.assertIn("dispatch", caught.exception.text)

        self.history(first)
        self.targets()
        self.review(first)

    def history(self, first):
        world = self.world
        self.assertEqual(world.cli("nmg", "partnership", "show", first, "--as-of", "2016-09-05")["id"], first)
        with self.assertRaises(w.Refused) as caught:
            world.text("nmg", "partnership", "show", first, "--as-of", "2016-09-04")
        self.assertEqual(caught.exception.code, 6)
        with self.assertRaises(w.Refused) as caught:
            world.text("nmg", "partnership", "list", "--as-of", "2016-09")
        self.assertEqual(caught.exception.code, 2)
        states = world.cli("nmg", "history", "partnership", first)["states"]
        self.assertEqual(states[-1]["record"]["status"], "PARTNERSHIP_ESTABLISHED")

    def targets(self):
        world = self.world
        world.set_clock("2016-12-05")
        world.settle()
        listed = world.cli("nmg", "target", "list", "--programme", "nmg-cover", "--division", "1508")["targets"]
        self.assertTrue(listed)
        self.assertEqual({t["status"] for t in listed}, {"TARGET_STATUS_AT_RISK"})
        titles = [n["title_zh"] for n in world.cli("nmg", "notice", "list")["notices"]]
        self.assertIn("目标预警：乡镇学校受援覆盖率", titles)
        self.pair(*self.rural[1:])
        self.assertEqual(self.missing(), [])
        world.set_clock("2016-12-06")
        world.settle()
        listed = world.cli("nmg", "target", "list", "--programme", "nmg-cover", "--division", "1508")["targets"]
        self.assertEqual({t["status"] for t in listed}, {"TARGET_STATUS_MET"})
        self.years()

    def years(self):  # question 2, year by year: none, one in 2016/2017's first days, all in the end
        def rows(*words):
            return [(f["group"], int(f.get("numerator", 0))) for f in self.show(*words)["figures"]]

        every = len(self.rural)
        self.assertEqual(rows("--by", "year", "--since", "2014"), [("2014", 0), ("2015", 0), ("2016", every)])
        self.assertEqual(rows("--by", "school-year", "--since", "2015", "--as-of", "2016-10-01"),
                         [("2015/2016", 0), ("2016/2017", 1)])
        self.assertEqual(len(rows("--by", "year")), 5)
        table = self.world.text("nmg", "indicator", "show", "nmg-cover", "coverage", "--division", "1508", "--by", "year")
        self.assertRegex(table, r"2015 +2015-12-31 +0 ")
        for since in ("2016-01", "2017", "1900", "x"):
            with self.assertRaises(w.Refused) as caught:
                self.show("--by", "year", "--since", since)
            self.assertEqual(caught.exception.code, 2)

    def review(self, first):
        world = self.world
        review = world.cli("nmg", "review", "open", "nmg-cover", "acceptance", "--partnership", first)["id"]
        for who in ("baotou", "bayannur", "nmg"):
            world.text(who, "review", "step", review, "--outcome", "PASS", "--score", "905")
        with self.assertRaises(w.Refused) as caught:
            world.text("nmg", "review", "confirm", review)
        self.assertIn("RV-05", caught.exception.text)
        world.set_clock("2016-12-14")
        world.text("nmg", "review", "confirm", review)
        world.text("nmg", "review", "award", review, "--amount-fen", "50000000", "--doc-no", "内教发〔2016〕8号")
        self.assertEqual(world.cli("nmg", "review", "show", review)["status"], "REVIEW_AWARDED")
        self.assertEqual(world.cli("nmg", "partnership", "show", first)["designation"], "DESIGNATION_MODEL")
        then = world.cli("nmg", "partnership", "show", first, "--as-of", "2016-12-13")
        self.assertNotEqual(then.get("designation"), "DESIGNATION_MODEL")
        self.assertEqual(world.cli("nmg", "indicator", "show", "nmg-cover", "models")["total"]["numerator"], "1")
        self.assertIn("2016-12-14", world.text("nmg", "history", "partnership", first))

        with self.assertRaises(w.Refused) as caught:
            world.text("nmg", "indicator", "record", "nmg-cover", "satisfaction", "--value", "97.5")
        self.assertIn("ID-01", caught.exception.text)
        world.text("nmg", "indicator", "record", "nmg-cover", "satisfaction", "--value", "97.5", "--evidence", "调查报告1号")
        kept = world.cli("nmg", "indicator", "snapshot", "nmg-cover", "--scope", "1508")["values"]
        self.assertEqual({v["indicator"] for v in kept}, {"coverage", "models"})
        self.assertTrue(all(v["universe"] and int(v["universe_seq"]) > 0 for v in kept))
        values = world.cli("nmg", "indicator", "values", "--programme", "nmg-cover")["values"]
        self.assertEqual(len(values), 3)
        world.settle()
        titles = [n["title_zh"] for n in world.cli("nmg", "notice", "list")["notices"]]
        self.assertIn("评审结果：考核验收", titles)


if __name__ == "__main__":
    unittest.main()
