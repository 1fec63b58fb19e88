#!/usr/bin/python3
"""Source document B: county education consortia in Hubei, carried out in Wuxue (421182)."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib/py"))
from jiedui_scenario import PROGRAMMES, Scenario, rows  # noqa: E402
from jiedui_world import reg, sup  # noqa: E402

CORE, FIRST, SECOND = "2142000101", "2142000111", "2142000112"  # 武师附小, 江林, 明德
TOWN_CORE, NINE_YEAR, JUNIOR_CORE = "2142000120", "3142000122", "3142000121"
CHILD = """dialect: 1
id: wx-jiaolianti
version: {version}
title: {{zh: "武穴市县域教联体", en: "Consortia of Wuxue"}}
owner: {{division: "421182"}}
extends: {{id: hb-jiaolianti, version: 1, relation: subordinate}}
override:
  modes:
    - id: {mode}
      members:
        - {{role: CORE, min: 1, max: {cores}}}
        - {{role: MEMBER, min: 1, max: 4}}
"""


class B(Scenario):
    document, start, region, template, programme = "B", "2022-10-21", "hb", "b_jiaolianti.yaml", "hb-jiaolianti"
    registrar, tables = "hubei", ("division", "institution")
    principals = [
        ("hubei", "AUTHORITY, REGISTRAR", "42", ("unit:BUR-420000",)),
        ("huanggang", "BUREAU", "4211", ("unit:BUR-421100",)),
        ("wuxue", "BUREAU, AUTHORITY", "421182", ("unit:BUR-421182", "units-under:BUR-421182")),
        ("schools", "UNIT", "421182", ("units-under:BUR-421182",)),
    ]

    def mode(self, name):
        return next(m for m in self.template_of().modes if m.id == name)

    # --- the programme

    @rows("B6")
    def test_01_three_modes(self):
        "The template has exactly the three modes 融合型, 共建型, 协作型"
        self.assertEqual({m.title.zh for m in self.template_of().modes}, {"融合型", "共建型", "协作型"})

    @rows("B1")
    def test_02_a_county_adds_its_own_form(self):
        "A county extends the province's template where that allows it and is refused where it does not"
        self.assertEqual(self.template_of().owner.division, "420000")
        allowed, loose = self.world.dir / "wx1.yaml", self.world.dir / "wx2.yaml"
        allowed.write_text(CHILD.format(version=1, mode="FUSION", cores=1))
        loose.write_text(CHILD.format(version=2, mode="COLLAB", cores=2))
        self.world.text("wuxue", "programme", "publish", allowed)
        fusion = next(m for m in self.template_of("wx-jiaolianti").modes if m.id == "FUSION")
        self.assertEqual([m.max for m in fusion.members], [1, 4])
        with self.assertRaisesRegex(Exception, "modes.COLLAB.members may not be loosened by 421182"):
            self.world.text("wuxue", "programme", "publish", loose)

    # --- modes and their rules

    @rows("B7", "B8", "B9")
    def test_03_fusion_is_one_school_with_campuses(self):
        "融合型: 武师附小 with 江林 and 明德, refused without a merger, established with one scheduled, merged into one legal person"
        self.refused("PN-05", "wuxue", "ProposePartnership",
                     **self.proposal("FUSION", start="2022-10-21", CORE=CORE, MEMBER=[FIRST, SECOND]))
        self.refused("PN-01", "wuxue", "ProposePartnership",
                     **self.proposal("FUSION", start="2022-10-21", due="2022-12-31", CORE=CORE,
                                     MEMBER=[FIRST, SECOND, "2142000130"]))
        B.fusion = self.establish("wuxue", ["wuxue"], "FUSION", start="2022-10-21", due="2022-12-31",
                                  name="武师附小教联体", CORE=CORE, MEMBER=[FIRST, SECOND])
        proposed = [m for e, m in self.world.events("registry") if e.type.endswith(".MergerProposed")]
        self.assertEqual([(m.partnership.id, m.into, sorted(m.ids), m.due) for m in proposed],
                         [(B.fusion, self.id(CORE), sorted([self.id(FIRST), self.id(SECOND)]), "2022-12-31")])
        self.world.set_clock("2022-12-01")
        for code in (FIRST, SECOND):
            kept = [reg.LinkDecision(kind=kind, action=reg.ACTION_KEEP)
                    for kind in (reg.LINK_PARTNERSHIP, reg.LINK_PERSONS, reg.LINK_INSTITUTION)]
            self.do("hubei", "ConvertInstitution", message=reg.ConvertInstitution(
                id=self.id(code), to=reg.INSTITUTION_CAMPUS, of=self.id(CORE), on="2022-12-01", reason="融合办学",
                decisions=kept))
        units = [self.do("hubei", "GetInstitution", ref=code) for code in (CORE, FIRST, SECOND)]
        self.assertEqual([u.status for u in units],
                         [reg.INSTITUTION_ACTIVE, reg.INSTITUTION_CAMPUS, reg.INSTITUTION_CAMPUS])
        self.assertEqual([u.campus_of for u in units[1:]], [units[0].id] * 2)
        self.assertEqual([u.legal_person for u in units], [True, False, False])
        fusion = self.do("hubei", "GetPartnership", ref=B.fusion)
        self.assertEqual((list(fusion.broken), fusion.status), ([], reg.PARTNERSHIP_ESTABLISHED))

    @rows("B10", "B14", "B18")
    def test_04_management_in_five_points(self):
        "Five points and the form of evaluation per mode: unified, bundled, per project; one core school leads"
        self.assertEqual({m.id: (len(m.points), m.evaluation) for m in self.template_of().modes},
                         {"FUSION": (5, 1), "COBUILD": (5, 2), "COLLAB": (5, 3)})
        for mode in self.template_of().modes:
            self.assertEqual([(m.min, m.max) for m in mode.members if m.role == "CORE"], [(1, 1)])

    @rows("B11", "B12", "B13")
    def test_05_cobuild_in_two_variants(self):
        "共建型: entrusted and as a group, one urban core each; two cores, or a member taken already, are refused"
        self.refused("PN-04", "wuxue", "ProposePartnership",
                     **self.proposal("COBUILD", "GROUP", start="2022-11-01", CORE=[TOWN_CORE, NINE_YEAR],
                                     MEMBER=["2142000131"]))
        self.refused("FIELD", "wuxue", "ProposePartnership",
                     **self.proposal("COBUILD", start="2022-11-01", CORE=TOWN_CORE, MEMBER=["2142000131"]))
        B.entrusted = self.establish("wuxue", ["wuxue"], "COBUILD", variant="ENTRUSTED", start="2022-11-01",
                                     CORE=TOWN_CORE, MEMBER=["2142000131"])
        B.group = self.establish("wuxue", ["wuxue"], "COBUILD", variant="GROUP", start="2022-11-01", CORE=JUNIOR_CORE,
                                 MEMBER=["3142000131", "3142000132", "3142000133"])
        self.refused("PN-03", "wuxue", "ProposePartnership",
                     **self.proposal("COBUILD", "GROUP", start="2022-11-01", CORE=NINE_YEAR, MEMBER=["2142000131"]))

    @rows("B2")
    def test_06_inside_one_county(self):
        "A member of another county is refused, and the county's bureau approves, nobody else"
        self.refused("PN-02", "hubei", "ProposePartnership",
                     **self.proposal("COLLAB", start="2022-11-01", CORE=NINE_YEAR, MEMBER=["2142000202"]))
        made = self.do("wuxue", "ProposePartnership",
                       **self.proposal("COLLAB", start="2022-11-01", CORE=NINE_YEAR, MEMBER=["2142000134", "3142000134"]))
        self.refused("AS-09", "schools", "ApprovePartnership", id=made.id)
        B.collab = self.do("wuxue", "ApprovePartnership", id=made.id).id

    @rows("B15", "B16", "B17")
    def test_07_collaboration_leaves_staff_where_they_are(self):
        "协作型: one town school and several township schools, affiliation unchanged, works through projects"
        mode, project = self.mode("COLLAB"), self.measure("project")
        self.assertIn("PREDICATE_AFFILIATION_UNCHANGED", str(mode))
        self.assertEqual((list(project.modes), sorted(project.delivery)), (["COLLAB"], ["ONLINE", "ONSITE"]))
        members = self.do("hubei", "GetPartnership", ref=B.collab).members
        self.assertEqual(sorted(m.role for m in members), ["CORE", "MEMBER", "MEMBER"])

    @rows("B5")
    def test_08_elements_move_and_leagues_grow_closer(self):
        "A member joins; 协作型 becomes 共建型 with all rules checked again; the past stays readable"
        self.do("wuxue", "ChangeMembers", id=B.collab, add=self.members(MEMBER="2142000135"), on="2022-12-01",
                reason="新增成员")
        self.world.set_clock("2023-03-01")
        self.do("wuxue", "ChangeMode", id=B.collab, mode="COBUILD", variant="GROUP", on="2023-03-01", reason="深化合作")
        changed = self.do("hubei", "GetPartnership", ref=B.collab)
        self.assertEqual((changed.mode, changed.variant, len(changed.members)), ("COBUILD", "GROUP", 4))
        before = self.do("hubei", "GetPartnership", ref=B.collab, as_of="2022-11-15")
        self.assertEqual((before.mode, len(before.members)), ("COLLAB", 3))

    # --- coverage

    def coverage(self, as_of=""):
        return self.figure("hubei", "coverage", "421182", as_of)

    @rows("B3")
    def test_09_every_school_is_a_unit(self):
        "Coverage counts every primary and junior school of the county as of any day, and lists those outside"
        schools = [r for r in self.csv("institutions.csv") if r["kind"] == "SCHOOL" and r["division"].startswith("421182")]
        self.assertEqual(self.coverage("2022-10-25"), (3, len(schools)))
        self.assertEqual(self.coverage("2022-10-01")[0], 0)
        covered, total = self.coverage()  # two former schools are campuses of the third today: one legal person, one unit
        self.assertEqual((covered, total), (1 + 2 + 4 + 4, len(schools) - 2))
        missing, after = [], ""
        while True:
            page = self.do("hubei", "GetFigureRecords", programme=self.programme, indicator="coverage",
                           division="421182", missing=True, after=after, limit=10)
            missing += page.records
            after = page.next
            if not after:
                break
        self.assertEqual(len(missing), total - covered)
        self.assertNotIn(self.id(CORE), {r.id for r in missing})

    @rows("B4")
    def test_10_near_schools_are_bundled(self):
        "A version of the template that bundles near schools only refuses a member further away, where positions are known"
        near = (PROGRAMMES / self.template).read_text().replace("version: 1\n", "version: 2\n", 1)
        near = near.replace("      - {affiliation_unchanged: true}\n",
                            "      - {affiliation_unchanged: true}\n      - {within_km: {km: 30}}\n")
        (self.world.dir / "near.yaml").write_text(near)
        self.world.text("hubei", "programme", "publish", self.world.dir / "near.yaml")
        for code, latitude, longitude in ((TOWN_CORE, 29850000, 115560000), ("2142000136", 29900000, 115600000),
                                          ("2142000137", 30400000, 115900000)):
            unit = self.do("hubei", "GetInstitution", ref=code)
            unit.geo.latitude_e6, unit.geo.longitude_e6 = latitude, longitude
            self.do("hubei", "AmendInstitution", id=unit.id, institution=unit)
        far = self.proposal("COLLAB", start="2023-03-01", CORE=TOWN_CORE, MEMBER=["2142000136", "2142000137"])
        with self.assertRaisesRegex(Exception, "km"):
            self.do("wuxue", "ProposePartnership", **dict(far, programme_version=2))
        close = self.proposal("COLLAB", start="2023-03-01", CORE=TOWN_CORE, MEMBER=["2142000136"])
        made = self.do("wuxue", "ProposePartnership", **dict(close, programme_version=2))
        self.assertEqual(self.do("wuxue", "ApprovePartnership", id=made.id).status, reg.PARTNERSHIP_ESTABLISHED)

    # --- from pilot to model

    @rows("B21", "B22", "B23")
    def test_11_pilot_review_award(self):
        "A pilot is reviewed by itself, county and province, announced to the public, confirmed, awarded and becomes a model"
        self.do("hubei", "DesignatePartnership", id=B.group, designation=reg.DESIGNATION_PILOT, on="2023-03-01",
                reason="首批试点")
        made = self.do("hubei", "OpenReview", programme=self.programme, programme_version=1, review="acceptance",
                       partnership=B.group)
        self.assertEqual(made.next, "SELF")
        self.refused("AS-09", "hubei", "RecordReviewStep", id=made.id, outcome="PASS")
        self.do("schools", "RecordReviewStep", id=made.id, outcome="PASS", score_x10=905, note="自评")
        self.do("wuxue", "RecordReviewStep", id=made.id, outcome="PASS", score_x10=890)
        last = self.do("hubei", "RecordReviewStep", id=made.id, outcome="PASS", score_x10=900)
        self.assertEqual(last.status, sup.REVIEW_PUBLICITY)
        with self.assertRaises(Exception):
            self.do("hubei", "ConfirmReview", id=made.id, outcome="PASS")  # the notice period runs
        self.world.set_clock("2023-03-20")
        self.do("hubei", "ConfirmReview", id=made.id, outcome="PASS")
        self.do("hubei", "GrantAward", id=made.id, amount_fen=50000000, doc_no="鄂教函〔2023〕9号")
        review = next(r for r in self.do("hubei", "ListReviews", programme=self.programme).reviews if r.id == made.id)
        self.assertEqual((review.status, review.award.amount_fen, review.award.kind),
                         (sup.REVIEW_AWARDED, 50000000, "SPECIAL_FUND"))
        self.assertEqual(self.do("hubei", "GetPartnership", ref=B.group).designation, reg.DESIGNATION_MODEL)
        self.assertEqual(self.told("hubei", "ReviewConfirmed").get(made.id, []),
                         ["CORE", "COUNTY_BUREAU", "MEMBER", "MEMBER", "MEMBER"])

    @rows("B25")
    def test_12_good_examples_are_found_again(self):
        "The model consortia are listed for others to learn from"
        models = self.pages("hubei", "ListPartnerships", programme=self.programme, designation=reg.DESIGNATION_MODEL)
        self.assertEqual([p.id for p in models], [B.group])

    @rows("B20")
    def test_13_figures_for_the_supervision_of_governments(self):
        "Figures of the county are kept as snapshots of the year's last day, and its yearly review goes to the province"
        taken = self.do("hubei", "TakeSnapshot", programme=self.programme, programme_version=1, scope="421182",
                        as_of="2022-12-31").values
        coverage = next(v for v in taken if v.indicator == "coverage")
        self.assertEqual((coverage.scope, coverage.as_of, coverage.manual), ("421182", "2022-12-31", False))
        self.assertTrue(coverage.universe and coverage.universe_seq)
        self.assertEqual((coverage.numerator, coverage.denominator), self.coverage("2022-12-31"))
        review = self.do("hubei", "OpenReview", programme=self.programme, programme_version=1, review="duty",
                         division="421182", period="2022")
        self.assertTrue(review.id)

    @rows("B19")
    def test_14_on_the_agenda_of_the_leading_group(self):
        "The county's education working group is recorded as a governance body with exactly one head"
        members = [sup.BodyMember(institution=self.id("BUR-421182"), post="局长", head=True),
                   sup.BodyMember(institution=self.id(CORE), post="校长")]
        made = self.do("hubei", "FormBody", title="武穴市委教育工作领导小组", programme=self.programme, members=members)
        members[1].head = True
        with self.assertRaises(Exception):
            self.do("hubei", "AmendBody", id=made.id, members=members)
        bodies = self.do("hubei", "ListBodies", programme=self.programme).bodies
        self.assertEqual([(b.title, len(b.members)) for b in bodies], [("武穴市委教育工作领导小组", 2)])

    @rows("B24")
    def test_15_mobilisation_is_a_measure_of_the_owner(self):
        "The mobilisation meeting is an activity that the owner organises and counts (template)"
        self.assertEqual(list(self.measure("mobilise").organiser), ["OWNER"])
        self.assertEqual(list(self.measure("mobilise").record), ["headcount"])


if __name__ == "__main__":
    unittest.main()
