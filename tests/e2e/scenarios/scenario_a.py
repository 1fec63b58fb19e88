#!/usr/bin/python3
"""Source document A: the framework agreement of the education bureaus of Baotou and Bayannur."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib/py"))
import jiedui_year as year  # noqa: E402
from jiedui_scenario import REGIONS, Scenario, rows  # noqa: E402
from jiedui_world import BT, BY, PRINCIPALS, bus, dsp, reg  # noqa: E402

GOV_BT, GOV_BY = "GOV-150200", "GOV-150800"
PARENT = """dialect: 1
id: nmg-retired-teachers
version: 1
title: {zh: "盟市（高校）优秀退休教师对口支援乡村教育计划", en: "Excellent retired teachers support rural education"}
owner: {division: "150000"}
roles:
  - id: SUPPORTING
    title: {zh: "支援盟市或高校", en: "Supporting city or university"}
    who: [{kind_in: [GOVERNMENT, UNIVERSITY]}]
  - id: SUPPORTED
    title: {zh: "受援盟市", en: "Supported city"}
    who: [{kind_in: [GOVERNMENT]}, {division_level: [PREFECTURE]}]
modes:
  - id: CITY_AGREEMENT
    title: {zh: "协议书", en: "Agreement"}
    signed: true
    members:
      - {role: SUPPORTING, min: 1}
      - {role: SUPPORTED, min: 1, max: 1}
measures:
  - id: plan
    title: {zh: "对口支援计划", en: "Plan of support"}
    form: duty
    level: must
    by: [SUPPORTING]
    deliver: [{what: document}]
"""


class A(Scenario):
    document, start, region, template, programme = "A", "2016-08-17", "nmg", "a_framework.yaml", "nmg-framework"
    registrar, tables = "nmg", ("division", "institution", "person")
    principals = [p for p in PRINCIPALS if p[1] not in ("SERVICE", "OPERATOR")] + [
        ("gov-baotou", "UNIT", "1502", (f"unit:{GOV_BT}",)), ("gov-bayannur", "UNIT", "1508", (f"unit:{GOV_BY}",))]

    # --- agreements

    @rows("A3")
    def test_01_the_higher_agreement_comes_first(self):
        "The two city governments (or a university) sign the higher agreement under which the bureaus' agreement stands"
        (self.world.dir / "parent.yaml").write_text(PARENT)
        self.world.text("nmg", "programme", "publish", self.world.dir / "parent.yaml")
        parties = [reg.AgreementParty(institution=self.id(GOV_BT), role="SUPPORTING"),
                   reg.AgreementParty(institution=self.id(GOV_BY), role="SUPPORTED")]
        made = self.do("nmg", "DraftAgreement", programme="nmg-retired-teachers", mode="CITY_AGREEMENT",
                       title="优秀退休教师对口支援乡村教育计划协议书", doc_no="内退教〔2015〕3号", parties=parties,
                       valid={"from": "2015-09-01", "to": "2021-01-01"}).id
        self.do("nmg", "SubmitAgreement", id=made)
        for who, role in (("gov-baotou", "SUPPORTING"), ("gov-bayannur", "SUPPORTED")):
            last = self.do(who, "SignAgreement", id=made, role=role, signed_on="2015-08-28")
        self.assertEqual(last.status, reg.AGREEMENT_EFFECTIVE)
        A.parent = made

    def draft(self, **more):
        parties = [reg.AgreementParty(institution=self.id(BT), role="PARTY_A"),
                   reg.AgreementParty(institution=self.id(BY), role="PARTY_B")]
        return self.do("baotou", "DraftAgreement", programme=self.programme, mode="FRAMEWORK", title="友好合作框架协议",
                       parties=parties, **more)

    @rows("A1", "A2", "A21", "A22")
    def test_02_the_framework_agreement_of_two_equal_bureaus(self):
        "Drafted under the higher one with its basis documents, approved and signed by both; dates as exact as the paper has them"
        with self.assertRaisesRegex(Exception, "AG-04"):
            self.draft(valid={"from": "2016-08-17", "to": "2030-01-01"}, parent=self.parent)
        basis = [reg.BasisDocument(title="乡村教师支持计划（2015年—2020年）实施办法", doc_no="内政办发〔2015〕147号",
                                   valid={"from": "2015", "to": "2021"})]
        made = self.draft(doc_no="包教协〔2016〕1号", valid={"from": "2016-08-17", "to": "2021-01-01"}, parent=self.parent,
                          basis=basis).id
        self.do("baotou", "SubmitAgreement", id=made)
        self.refused("AS-09", "bayannur", "ApproveAgreement", id=made)
        for who in ("baotou", "bayannur"):
            self.do(who, "ApproveAgreement", id=made)
        for who, role in (("baotou", "PARTY_A"), ("bayannur", "PARTY_B")):
            last = self.do(who, "SignAgreement", id=made, role=role, signed_on="2016-08-17")
        self.assertEqual(last.status, reg.AGREEMENT_EFFECTIVE)
        A.agreement = made
        kept = self.do("nmg", "GetAgreement", ref="包教协〔2016〕1号")
        self.assertEqual((kept.id, kept.parent, kept.basis[0].valid.to), (made, self.parent, "2021"))
        below = self.pages("nmg", "ListAgreements", parent=self.parent)
        self.assertEqual([a.id for a in below], [made])
        self.assertNotIn("SUPPORTER", {p.role for p in kept.parties})  # who supports whom stands on the measures
        self.assertEqual(self.told("nmg", "AgreementEffective"), {made: ["PARTY_A", "PARTY_B", "PROVINCE"]})

    @rows("A20")
    def test_03_further_projects_are_added_as_a_new_version(self):
        "An amendment is approved and signed by both while the first version stays in force; then it takes its place"
        self.do("baotou", "AmendAgreement", id=self.agreement, clauses=[
            reg.Clause(measure="special_ed", terms="探索特殊教育合作"), reg.Clause(measure="open_resources", terms="双方平台互通")])
        self.do("baotou", "SubmitAgreement", id=self.agreement)
        during = self.do("nmg", "GetAgreement", ref=self.agreement)
        self.assertEqual((during.version, during.status, during.amendment.version), (1, reg.AGREEMENT_EFFECTIVE, 2))
        for who in ("baotou", "bayannur"):
            self.do(who, "ApproveAgreement", id=self.agreement)
        for who, role in (("baotou", "PARTY_A"), ("bayannur", "PARTY_B")):
            self.do(who, "SignAgreement", id=self.agreement, role=role, signed_on="2016-08-17")
        after = self.do("nmg", "GetAgreement", ref=self.agreement)
        self.assertEqual((after.version, after.status, len(after.clauses), after.HasField("amendment")),
                         (2, reg.AGREEMENT_EFFECTIVE, 2, False))

    # --- relations

    @rows("A14", "A16")
    def test_04_school_pairs_and_one_to_one_kindergartens(self):
        "The bureau pairs its schools: supporters must be quality schools, kindergartens strictly 1:1 with the tag on both sides"
        self.world.set_clock("2016-08-18")
        self.world.text("baotou", "partnership", "import", REGIONS / "nmg/pairs.csv", "--agreement", self.agreement)
        found = self.pages("nmg", "ListPartnerships", agreement=self.agreement)
        self.assertEqual({p.status for p in found}, {reg.PARTNERSHIP_ESTABLISHED})
        for reason, mode, supporter, recipient in (
                ("PN-08", "KG_ONE_TO_ONE", "1115020044", "1115080044"), ("PN-08", "MUTUAL_AID", "2115020025", "2115080018"),
                ("PN-07", "MUTUAL_AID", "3415020001", "2115080018"), ("PN-03", "KG_ONE_TO_ONE", "1115020041", "1115080043")):
            self.refused(reason, "baotou", "ProposePartnership",
                         **self.proposal(mode, agreement=self.agreement, SUPPORTER=supporter, RECIPIENT=recipient))

    # --- the year

    @rows("A4", "A9")
    def test_05_the_needs_plan_is_fixed_by_the_department(self):
        "20 requested, 16 approved by the autonomous region's department, a third party above both sides"
        self.world.settle()
        A.plan = year.plan(self.world, self.agreement)
        plan = self.do("nmg", "GetPlan", "dispatch", id=self.plan)
        self.assertEqual((plan.requested, plan.approved, [s.party for s in plan.approvals]), (20, 16, ["PARTY_B", "PROVINCE"]))

    @rows("A5", "A6", "A7", "A8")
    def test_06_retired_teachers_to_rural_and_pastoral_schools(self):
        "Excellent retired teachers for a school year from autumn 2016, hosts rural or pastoral; pairs of last year are preferred"
        A.posted = year.postings(self.world, self.agreement, self.plan)
        made = self.pages("nmg", "ListAssignments", "dispatch", agreement=self.agreement, measure="retired_teaching")
        self.assertEqual(({getattr(a.period, "from") for a in made},
                          {a.period.to for a in made}), ({"2016-09-01"}, {"2017-09-01"}))
        places = {self.do("nmg", "GetInstitution", ref=a.host).place for a in made}
        self.assertLessEqual(places, {3, 4})
        serving = self.world.send("baotou", "dispatch", "Nominate", programme=self.programme, agreement=self.agreement,
                                  measure="retired_teaching", period="2016-2017", person=self.world.person_id("BT-T01"),
                                  nominated_by=self.id(BT))
        if serving.code == bus.CODE_OK:  # recorded with the finding, never matched
            reply = dsp.CandidateReply.FromString(serving.result)
            self.assertIn("AS-01", [f.code for f in reply.findings if not f.ok])
        else:
            self.assertEqual(serving.reason, "AS-01")
        self.assertEqual(self.measure("retired_teaching").prefer[0].kind, 24)  # SAME_PAIR_AS_LAST_YEAR

    @rows("A11", "A12", "A13")
    def test_07_ten_principals_the_other_way_for_a_month(self):
        "The recipient's principals work for one month at quality schools of the supporter; the eleventh is over the quota"
        self.world.text("bayannur", "assignment", "import", REGIONS / "nmg/principals-2016.csv", "--agreement",
                        self.agreement, "--measure", "principal_post")
        posts = self.pages("nmg", "ListAssignments", "dispatch", agreement=self.agreement, measure="principal_post")
        for number, one in enumerate(posts):
            self.do("persons", "AcceptAssignment", "dispatch", id=one.id, as_person=True)
            self.do("bayannur-schools", "AcceptAssignment", "dispatch", id=one.id, as_home=True)
            if number < 10:
                self.do("bayannur", "ApproveAssignment", "dispatch", id=one.id)
            else:
                self.refused("AS-06", "bayannur", "ApproveAssignment", "dispatch", id=one.id)
        quota = self.do("nmg", "Quota", "dispatch", agreement=self.agreement, measure="principal_post", period="2016")
        self.assertEqual((quota.used, quota.min, quota.max), (10, 5, 10))
        longer = dict(programme=self.programme, agreement=self.agreement, measure="principal_post",
                      person=self.world.person_id("BN-P12"), host=self.id("3115020012"))
        self.refused("AS-05", "bayannur", "ProposeAssignment", "dispatch", **longer,
                     period={"from": "2016-10-10", "to": "2016-11-25"})

    @rows("A17")
    def test_08_heads_of_kindergartens_shadow(self):
        "Kindergarten directors and teaching directors may shadow at the twinned kindergarten, nobody else"
        who = self.measure("kg_shadow").who
        self.assertEqual([sorted(p.posts) for p in who], [[6, 7]])

    @rows("A10", "A18", "A19")
    def test_09_visits_special_education_and_open_platforms(self):
        "Visits without quota, an exploratory duty, platforms opened both ways stand in the template"
        self.assertEqual((self.measure("teacher_visit").form, self.measure("teacher_visit").HasField("quota")), (2, False))
        self.assertEqual((self.measure("special_ed").form, self.measure("special_ed").level), (4, 3))
        opened = self.measure("open_resources")
        self.assertEqual((opened.contribution, opened.both_ways), (4, True))

    @rows("A15")
    def test_10_a_goal_without_a_number(self):
        "The agreement's qualitative goal is kept as a clause in words"
        self.do("baotou", "AmendAgreement", id=self.agreement, clauses=[
            reg.Clause(measure="retired_teaching", terms="力争短期内在教育教学管理上有所突破")])
        kept = self.do("nmg", "GetAgreement", ref=self.agreement)
        self.assertIn("力争短期内", kept.amendment.clauses[0].terms)
        self.do("baotou", "DropAmendment", id=self.agreement, reason="留待下一年度")
        self.assertFalse(self.do("nmg", "GetAgreement", ref=self.agreement).HasField("amendment"))


if __name__ == "__main__":
    unittest.main()
