#!/usr/bin/python3
"""Source document E: 48 universities and institutions take 115 county high schools into trusteeship."""
import collections
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib/py"))
from jiedui_scenario import PROGRAMMES, Scenario, rows  # noqa: E402
from jiedui_world import reg, sup  # noqa: E402

XPCC = "659001"
CASCADE = """dialect: 1
id: hb-custody
version: 1
title: {zh: "省属高校和城区学校托管帮扶", en: "Trusteeship by provincial universities and urban schools"}
owner: {division: "420000"}
extends: {id: moe-custody, version: 1, relation: subordinate}
roles:
  - id: LOCAL_SUPPORTER
    title: {zh: "省属高校或城区学校", en: "Provincial university or urban school"}
    who: [{kind_in: [UNIVERSITY, SCHOOL]}, {urban_rural_in: [CITY]}]
modes:
  - id: LOCAL_CUSTODY
    title: {zh: "省内托管", en: "Trusteeship inside the province"}
    members:
      - {role: LOCAL_SUPPORTER, min: 1, max: 1}
      - {role: RECIPIENT, min: 1, max: 1}
    rules: [{exclusive: [RECIPIENT]}]
"""
LOOSER = """override:
  modes:
    - id: CUSTODY
      members:
        - {role: SUPPORTER, min: 1, max: 3}
        - {role: EXECUTOR, min: 0}
        - {role: RECIPIENT, min: 1, max: 1}
        - {role: GUARANTOR, min: 1, max: 1}
"""


class E(Scenario):
    document, start, region, template, programme = "E", "2022-06-01", "moe", "e_custody.yaml", "moe-custody"
    registrar, tables = "moe", ("division", "institution")
    principals = [
        ("moe", "AUTHORITY, REGISTRAR", "0", ("unit:BUR-000000",)),
        ("pku", "UNIT", "11", ("unit:4111010001",)),
        ("bnu", "UNIT", "11", ("unit:4111010027",)),
        ("hubei", "AUTHORITY", "42", ()),
        ("xpcc", "BUREAU", XPCC, (f"unit:BUR-{XPCC}", f"units-under:BUR-{XPCC}", f"unit:GOV-{XPCC}")),
    ]

    @classmethod
    def load(cls):
        super().load()
        listed = cls.csv("institutions.csv")
        cls.supporters = [u for u in listed if u["kind"] in ("UNIVERSITY", "AGENCY")]
        cls.recipients = [u for u in listed if u["code"].startswith("34") and u["managing_bureau"]]
        cls.runs = {u["operator"]: u["code"] for u in listed if u["operator"]}

    @rows("E1")
    def test_01_basis(self):
        "The national action plan and the notice of May 2022 are the programme's basis"
        basis = self.template_of().basis
        self.assertEqual([b.kind for b in basis], [2, 3])
        self.assertEqual(getattr(basis[1].valid, "from"), "2022-05")

    @rows("E2", "E18")
    def test_02_the_whole_list_is_registered(self):
        "48 universities and institutions, 115 county highs in 23 provinces and in XPCC, whose cities stand outside the usual tree"
        self.assertEqual((len(self.supporters), len(self.recipients)), (48, 115))
        provinces = collections.Counter(u["division"][:2] for u in self.recipients)
        self.assertEqual((len(provinces), provinces["65"]), (24, 2))
        unit = self.do("xpcc", "GetInstitution", ref=f"BUR-{XPCC}")
        self.assertEqual(unit.division, XPCC)
        seen = {u.division for u in self.pages("xpcc", "ListInstitutions", kind=3)}
        self.assertEqual(seen, {XPCC})

    def party(self, code, role):
        return reg.AgreementParty(institution=self.id(code), role=role)

    @rows("E3", "E4")
    def test_03_three_parties_sign(self):
        "University, county government and school approve and sign; with one signature missing nothing starts"
        county = XPCC
        school = next(u["code"] for u in self.recipients if u["division"] == county)
        parties = [self.party("4111010001", "SUPPORTER"), self.party(f"GOV-{county}", "GUARANTOR"),
                   self.party(school, "RECIPIENT")]
        self.refused("AG-01", "moe", "DraftAgreement", programme=self.programme, mode="CUSTODY", title="托管帮扶协议",
                     parties=parties[:2], valid={"from": "2022-09-01"})
        made = self.do("moe", "DraftAgreement", programme=self.programme, mode="CUSTODY", title="托管帮扶协议",
                       doc_no="托管〔2022〕1号", parties=parties, valid={"from": "2022-09-01", "to": "2025-09-01"}).id
        self.do("moe", "SubmitAgreement", id=made)
        for who in ("pku", "xpcc", "xpcc"):
            self.do(who, "ApproveAgreement", id=made)
        self.world.set_clock("2022-06-26")
        self.do("pku", "SignAgreement", id=made, role="SUPPORTER", signed_on="2022-06-20")
        self.do("xpcc", "SignAgreement", id=made, role="GUARANTOR", signed_on="2022-06-20")
        members = self.proposal("CUSTODY", agreement=made, start="2022-09-01", SUPPORTER="4111010001",
                                EXECUTOR=self.runs["4111010001"], RECIPIENT=school, GUARANTOR=f"GOV-{county}")
        self.refused("AG-05", "moe", "ProposePartnership", **members)
        last = self.do("xpcc", "SignAgreement", id=made, role="RECIPIENT", signed_on="2022-06-25")
        self.assertEqual(last.status, reg.AGREEMENT_SIGNED_PENDING)
        self.world.set_clock("2022-09-01")
        self.world.events("registry")
        self.assertEqual(self.do("moe", "GetAgreement", ref=made).status, reg.AGREEMENT_EFFECTIVE)
        self.assertEqual(self.told("moe", "AgreementEffective")[made], ["GUARANTOR", "OWNER", "RECIPIENT", "SUPPORTER"])
        E.agreement, E.school, E.custody_of = made, school, members

    @rows("E6")
    def test_04_the_affiliated_school_acts_under_the_university(self):
        "The executor must be run by the supporting university; another's affiliated school is refused"
        wrong = self.proposal("CUSTODY", agreement=self.agreement, start="2022-09-01", SUPPORTER="4111010001",
                              EXECUTOR=self.runs["4111010002"], RECIPIENT=self.school, GUARANTOR=f"GOV-{XPCC}")
        self.refused("AG-02", "moe", "ProposePartnership", **wrong)
        E.custody = self.do("moe", "ProposePartnership", **self.custody_of).id
        done = self.do("moe", "ApprovePartnership", id=self.custody)
        self.assertEqual(done.status, reg.PARTNERSHIP_ESTABLISHED)

    @rows("E5")
    def test_05_leading_group(self):
        "The university's leading group: its head, departments and the affiliated school"
        members = [sup.BodyMember(institution=self.id("4111010001"), post="副校长", head=True),
                   sup.BodyMember(institution=self.id("4111010001"), post="社会服务处处长"),
                   sup.BodyMember(institution=self.id(self.runs["4111010001"]), post="校长")]
        self.do("moe", "FormBody", title="托管帮扶工作领导小组", partnership=self.custody, members=members)
        self.assertEqual(len(self.do("moe", "ListBodies", partnership=self.custody).bodies[0].members), 3)

    @rows("E7", "E8", "E9", "E10", "E12", "E13", "E14")
    def test_06_measures_of_the_three_task_areas(self):
        "Duties, teams, guidance, volunteers, training, shadowing, camps, funds and the national training stand in the template"
        forms = collections.Counter(m.form for m in self.template_of().measures)
        self.assertEqual((len(self.template_of().measures), forms[4], forms[3]), (14, 4, 1))
        self.assertEqual(list(self.measure("development_plan").by), ["RECIPIENT"])
        self.assertEqual((list(getattr(self.measure("investment"), "from")), self.measure("investment").contribution),
                         (["GUARANTOR"], 7))
        self.assertEqual(list(self.measure("national_training").organiser), ["OWNER"])
        self.assertEqual(list(self.measure("team").to), ["RECIPIENT"])

    @rows("E17")
    def test_07_every_weak_county_has_a_supported_school(self):
        "Coverage counts counties, not schools: one of 115 weak counties is covered, the others are listed"
        self.assertEqual(self.figure("moe", "weak_county_covered"), (1, 115))
        missing, after = set(), ""
        while True:
            page = self.do("moe", "GetFigureRecords", programme=self.programme, indicator="weak_county_covered",
                           missing=True, after=after, limit=50)
            missing |= {r.division or r.id for r in page.records}
            after = page.next
            if not after:
                break
        self.assertEqual(len(missing), 114)
        self.assertNotIn(XPCC, missing)

    @rows("E15")
    def test_08_tracking_good_practice_and_difficulties(self):
        "A difficulty is raised, told and answered; the yearly tracking review shares the case"
        issue = self.do("xpcc", "RaiseIssue", programme=self.programme, partnership=self.custody, title="理化实验员不足",
                        text="缺理化实验员 2 名", raised_by=self.id(self.school), due="2022-10-31")
        self.assertEqual(self.told("moe", "IssueRaised")[issue.id], ["OWNER", "SUPPORTER"])
        self.do("pku", "AnswerIssue", id=issue.id, text="选派实验员 2 名驻校")
        review = self.do("moe", "OpenReview", programme=self.programme, review="tracking", partnership=self.custody,
                         period="2022")
        self.do("pku", "RecordReviewStep", id=review.id, outcome="OK")
        last = self.do("moe", "RecordReviewStep", id=review.id, outcome="CASE_SHARED", note="双师课堂")
        if last.status != sup.REVIEW_CONFIRMED:
            self.do("moe", "ConfirmReview", id=review.id, outcome="CASE_SHARED")
        shared = [r for r in self.do("moe", "ListReviews", programme=self.programme).reviews if r.outcome == "CASE_SHARED"]
        self.assertEqual([r.partnership for r in shared], [self.custody])

    @rows("E11")
    def test_09_the_scope_may_grow(self):
        "A second version takes in kindergartens and schools of compulsory education; the first one's records stay on it"
        wider = (PROGRAMMES / self.template).read_text().replace("version: 1\n", "version: 2\n", 1)
        wider = wider.replace("{kind_in: [SCHOOL]}, {stage_in: [SENIOR]}",
                              "{kind_in: [SCHOOL, KINDERGARTEN]}, {stage_in: [PRESCHOOL, PRIMARY, JUNIOR, SENIOR]}")
        (self.world.dir / "v2.yaml").write_text(wider)
        self.world.text("moe", "programme", "publish", self.world.dir / "v2.yaml")
        recipient = next(r for r in self.template_of().roles if r.id == "RECIPIENT")
        self.assertEqual(len(recipient.who[1].stages), 4)
        self.assertEqual(self.do("moe", "GetPartnership", ref=self.custody).programme_version, 1)

    @rows("E16")
    def test_10_provinces_cascade(self):
        "A province runs the same with local universities and urban schools: its own mode beside the ministry's, nothing loosened"
        (self.world.dir / "hb.yaml").write_text(CASCADE)
        self.world.text("hubei", "programme", "publish", self.world.dir / "hb.yaml")
        child = self.template_of("hb-custody")
        self.assertEqual((len(child.measures), child.owner.division, {m.id for m in child.modes}),
                         (14, "420000", {"CUSTODY", "LOCAL_CUSTODY"}))
        (self.world.dir / "loose.yaml").write_text(CASCADE.replace("version: 1", "version: 2", 1) + LOOSER)
        with self.assertRaisesRegex(Exception, "may not be loosened by 420000"):
            self.world.text("hubei", "programme", "publish", self.world.dir / "loose.yaml")


if __name__ == "__main__":
    unittest.main()
