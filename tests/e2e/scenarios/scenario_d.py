#!/usr/bin/python3
"""Source document D: school zones of Baicheng (2208) support township schools."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib/py"))
from jiedui_scenario import REGIONS, Scenario, rows  # noqa: E402
from jiedui_world import reg, sup  # noqa: E402

COUNTIES = ("220802", "220821", "220822", "220881", "220882")


class D(Scenario):
    document, start, region, template, programme = "D", "2021-01-05", "jl", "d_daxuequ.yaml", "jl-daxuequ"
    registrar, tables = "jilin", ("division", "institution")
    principals = [
        ("jilin", "AUTHORITY, REGISTRAR", "22", ("unit:BUR-220000",)),
        ("baicheng", "AUTHORITY, BUREAU", "2208", ("unit:BUR-220800",)),
    ] + [(f"county{c}", "BUREAU", c, (f"unit:BUR-{c}", f"units-under:BUR-{c}")) for c in COUNTIES]

    @classmethod
    def load(cls):
        for noun in cls.tables:
            cls.world.text("jilin", noun, "import", cls.path(f"{noun}s.csv"))
        cls.publish("baicheng", cls.template)
        cls.world.settle()
        cls.units = cls.csv("institutions.csv")

    @classmethod
    def path(cls, name):
        return REGIONS / cls.region / name

    def schools(self, county, places, stage=None):
        return [u["code"] for u in self.units if u["kind"] == "SCHOOL" and u["division"].startswith(county)
                and u["place"] in places and (not stage or stage in u["stages"])]

    def towns(self, county, stage=None):
        return self.schools(county, ("CITY", "COUNTY_SEAT"), stage)

    def recipients(self, county):
        return self.schools(county, ("TOWNSHIP", "VILLAGE"))

    # --- the work plan

    @rows("D1")
    def test_01_the_city_plans_and_the_counties_carry_out(self):
        "Published by the city under the province's deployment: every county bureau is told and signs"
        told = self.told("jilin", "ProgrammePublished")
        self.assertEqual([sorted(words) for words in told.values()], [["EVERY_COUNTY_BUREAU"] * 6])
        self.assertEqual(list(self.template_of().executed_by), ["EVERY_COUNTY_BUREAU"])

    @rows("D7", "D10", "D11", "D12", "D13", "D15", "D16", "D17")
    def test_02_six_task_areas_are_measures_with_their_obligation(self):
        "All measures stand in the template with their form and obligation: must, should (鼓励), may (有条件的可)"
        levels = {m.id: (m.form, m.level) for m in self.template_of().measures}
        assignment, activity, contribution, duty = 1, 2, 3, 4
        must, should, may = 1, 2, 3
        self.assertEqual(len(levels), 15)
        for name in ("sync_class", "online_prep", "school_training"):
            self.assertEqual(levels[name], (activity, must))
        self.assertEqual(levels["master_course"], (contribution, must))
        self.assertEqual((levels["outreach_lesson"], levels["follow_class"]), ((activity, may), (assignment, may)))
        self.assertEqual((levels["pe_guide"], levels["art_guide"]), ((assignment, should), (assignment, should)))
        self.assertTrue(self.measure("ice_snow").minors)
        self.assertEqual((levels["farm_base"], levels["industry_base"]), ((contribution, should),) * 2)
        self.assertEqual((list(self.measure("farm_base").to), list(self.measure("industry_base").to)),
                         (["ZONE"], ["RECIPIENT"]))
        self.assertEqual((levels["platform"], levels["cadre_point"]), ((contribution, must), (assignment, should)))

    # --- zones and their support

    @rows("D2", "D6")
    def test_03_a_zone_supports_as_a_whole(self):
        "A zone of urban schools is itself a member of the community that supports township schools"
        D.zones, D.support = {}, {}
        for county in COUNTIES:
            urban = self.towns(county)
            D.zones[county] = self.establish(f"county{county}", [f"county{county}"], "ZONE", start="2021-01-05",
                                             name=f"{county} 第一大学区", CORE=urban[0], ZONE_SCHOOL=urban[1:])
        for county in COUNTIES[:4]:
            listed = self.recipients(county)
            D.support[county] = self.establish(f"county{county}", [f"county{county}"], "SUPPORT", start="2021-03-01",
                                               ZONE=f"partnership:{D.zones[county]}", RECIPIENT=listed)
        view = self.do("jilin", "GetPartnership", ref=D.support["220802"])
        self.assertEqual([m.party_kind for m in view.members if m.role == "ZONE"], [reg.PARTY_PARTNERSHIP])
        school = self.towns("220882")[0]
        self.refused("AG-02", "county220882", "ProposePartnership",
                     **self.proposal("SUPPORT", start="2021-03-01", ZONE=school, RECIPIENT=self.recipients("220882")))

    @rows("D3")
    def test_04_recipients_are_township_schools_of_compulsory_education(self):
        "An urban school is refused as recipient, and so is a township school of another county"
        zone = f"partnership:{self.zones['220882']}"
        self.refused("AG-02", "county220882", "ProposePartnership",
                     **self.proposal("SUPPORT", start="2021-03-01", ZONE=zone, RECIPIENT=self.towns("220882")[:1]))
        self.refused("PN-02", "jilin", "ProposePartnership",
                     **self.proposal("SUPPORT", start="2021-03-01", ZONE=zone, RECIPIENT=self.recipients("220881")[:1]))

    @rows("D8")
    def test_05_party_building_is_a_relation_of_its_own(self):
        "A party-building league beside the community: same zone, same schools, its own mode"
        league = self.establish("county220802", ["county220802"], "PARTY_LEAGUE", start="2021-01-05",
                                ZONE=f"partnership:{self.zones['220802']}", RECIPIENT=self.recipients("220802")[:2])
        self.assertEqual(self.do("jilin", "GetPartnership", ref=league).mode, "PARTY_LEAGUE")
        self.assertEqual(self.measure("party_league").deliver[0].mode, "PARTY_LEAGUE")

    @rows("D9")
    def test_06_practice_bases_are_facilities_opened_to_the_other_side(self):
        "Practice bases are contributions of kind FACILITY, both ways (template)"
        base = self.measure("moral_base")
        self.assertEqual((base.form, base.contribution, base.both_ways), (3, 6, True))

    # --- coverage and targets

    def figures(self, as_of="", level=4):
        found, after = {}, ""
        while True:
            page = self.do("jilin", "GetFigures", programme=self.programme, indicator="coverage", division="2208",
                           level=level, as_of=as_of, after=after, limit=3)
            found.update({f.division: f for f in page.figures})
            after = page.next
            if not after:
                return found

    @rows("D4")
    def test_07_full_coverage_by_the_end_of_2022(self):
        "Coverage per county as of a day; a county that lags is at risk before the deadline and missed after it"
        self.world.set_clock("2021-03-02")
        figures = self.figures()
        for county in COUNTIES[:4]:
            self.assertEqual(figures[county].numerator, figures[county].denominator, county)
        self.assertEqual((figures["220882"].numerator, figures["220882"].denominator),
                         (0, len(self.recipients("220882"))))
        self.assertTrue(figures["220871"].not_applicable, "a zone without schools is not applicable, never 100 %")
        self.assertEqual(self.figures(as_of="2021-02-01")["220802"].numerator, 0)
        self.world.set_clock("2022-12-20")
        self.world.settle()
        risk = {t.division: t.status for t in self.targets()}
        self.assertEqual(risk.get("220882"), sup.TARGET_STATUS_AT_RISK)
        self.assertEqual(self.told("jilin", "TargetAtRisk") and
                         sorted(sum(self.told("jilin", "TargetAtRisk").values(), [])), ["COUNTY_BUREAU"])
        self.world.set_clock("2023-01-02")
        after = {t.division: t.status for t in self.targets()}
        self.assertEqual(after["220882"], sup.TARGET_STATUS_MISSED)
        self.assertEqual({after[c] for c in COUNTIES[:4]}, {sup.TARGET_STATUS_MET})

    def targets(self):
        self.world.events("registry")  # ticks are answered before this fetch
        found, after = [], ""
        while True:
            page = self.do("jilin", "ListTargets", programme=self.programme, after=after)
            found += [t for t in page.targets if t.indicator == "coverage"]
            after = page.next
            if not after:
                return found

    @rows("D5", "D14")
    def test_08_what_is_judged_is_entered_with_evidence(self):
        "Quality and the art standard are entered by hand; without evidence they are refused"
        value = dict(programme=self.programme, indicator="quality_up", scope="2208", as_of="2023-01-02", value="差距明显缩小")
        self.refused("ID-01", "baicheng", "RecordIndicator", **value)
        made = self.do("baicheng", "RecordIndicator", evidence=["白教评〔2023〕1号"], **value).values[0]
        self.assertTrue(made.manual)
        art = self.do("baicheng", "RecordIndicator", programme=self.programme, indicator="art_standard", scope="2208",
                      as_of="2023-01-02", value="92", evidence=["白教体〔2022〕30号"]).values[0]
        self.assertEqual(art.value, "92")
        kept = self.do("jilin", "ListIndicatorValues", programme=self.programme, indicator="quality_up").values
        self.assertEqual([v.value for v in kept], ["差距明显缩小"])

    @rows("D18")
    def test_09_coordination_guarantee_incentive(self):
        "Co-ordination: a leading group per county; guarantee and incentive: issues are raised, answered and closed"
        head = sup.BodyMember(institution=self.id("BUR-220821"), post="局长", head=True)
        self.do("jilin", "FormBody", title="镇赉县大学区工作专班", programme=self.programme, members=[head])
        made = self.do("county220821", "RaiseIssue", programme=self.programme, partnership=self.support["220821"],
                       title="教师交通补助", text="支援教师交通补助尚未落实", raised_by=self.id("BUR-220821"),
                       owner=self.id("BUR-220800"), due="2023-01-31")
        self.do("baicheng", "AnswerIssue", id=made.id, text="已列入 2023 年预算")
        self.do("county220821", "CloseIssue", id=made.id, reason="已落实")
        issues = self.do("jilin", "ListIssues", programme=self.programme).issues
        self.assertEqual([(i.status, len(i.answers)) for i in issues if i.id == made.id], [(sup.ISSUE_CLOSED, 1)])


if __name__ == "__main__":
    unittest.main()
