#!/usr/bin/python3
"""Source document C: a city district supports a county for years; names are masked in the document, so the pair is ours."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib/py"))
from jiedui_scenario import Scenario, rows  # noqa: E402
from jiedui_world import reg  # noqa: E402

DISTRICT, COUNTY = "BUR-440305", "BUR-451022"
VOCATIONAL = ["3644000521", "3644000522", "3644000523"]
ASSIGNMENT, ACTIVITY, CONTRIBUTION = 1, 2, 3


class C(Scenario):
    document, start, region, template, programme = "C", "2018-09-01", "twin", "c_twin.yaml", "county-twin"
    registrar, tables = "registrar", ("division", "institution")
    principals = [
        ("registrar", "AUTHORITY, REGISTRAR", "0", ()),
        ("district", "BUREAU", "440305", (f"unit:{DISTRICT}", f"units-under:{DISTRICT}")),
        ("county", "BUREAU", "451022", (f"unit:{COUNTY}", f"units-under:{COUNTY}")),
        ("district-schools", "UNIT", "440305", (f"units-under:{DISTRICT}",)),
        ("reader", "READER", "451022", ()),
    ]

    @rows("C1")
    def test_01_agreement_of_two_bureaus(self):
        "The bureau of a city district and the bureau of a county sign for three years; a prefecture's bureau cannot"
        bureaus = [(DISTRICT, "SUPPORTER_BUREAU", "district"), (COUNTY, "RECIPIENT_BUREAU", "county")]
        wrong = [reg.AgreementParty(institution=self.id("BUR-440300"), role="SUPPORTER_BUREAU"),
                 reg.AgreementParty(institution=self.id(COUNTY), role="RECIPIENT_BUREAU")]
        self.refused("AG-02", "registrar", "DraftAgreement", programme=self.programme, mode="TWIN", title="教育结对帮扶协议",
                     parties=wrong, valid={"from": "2018-09-01"})
        C.twin, last = self.agree("district", bureaus, "TWIN", "教育结对帮扶协议", "2018-09-01", ["district", "county"],
                                  end="2021-09-01", doc_no="结帮〔2018〕1号")
        self.assertEqual(last.status, reg.AGREEMENT_EFFECTIVE)

    @rows("C11")
    def test_02_twinned_schools_brokered_by_both_bureaus(self):
        "Friend schools of the same stage under the agreement; a primary and a junior school do not pair"
        made = self.do("district", "ProposePartnership", **self.proposal(
            "FRIEND_SCHOOLS", agreement=self.twin, start="2018-09-01", SUPPORTER="2144000501", RECIPIENT="2145000601"))
        self.assertEqual(made.status, reg.PARTNERSHIP_ESTABLISHED)
        self.refused("PN-07", "district", "ProposePartnership", **self.proposal(
            "FRIEND_SCHOOLS", agreement=self.twin, start="2018-09-01", SUPPORTER="2144000502", RECIPIENT="3145000611"))
        self.refused("AG-02", "county", "ProposePartnership", **self.proposal(
            "FRIEND_SCHOOLS", agreement=self.twin, start="2018-09-01", SUPPORTER="2145000602", RECIPIENT="2144000502"))
        self.assertTrue(self.measure("pupils_hand_in_hand").minors)

    @rows("C13", "C14")
    def test_03_the_second_agreement_with_three_vocational_schools(self):
        "Joint training: two bureaus and three named vocational schools sign as five parties in three roles"
        parties = [(DISTRICT, "SUPPORTER_BUREAU", "district"), (COUNTY, "RECIPIENT_BUREAU", "county")]
        parties += [(code, "SUPPORTER", "district-schools") for code in VOCATIONAL]
        other = [reg.AgreementParty(institution=self.id(code), role=role) for code, role, _ in parties[:2]]
        other.append(reg.AgreementParty(institution=self.id("2144000501"), role="SUPPORTER"))
        self.refused("AG-02", "district", "DraftAgreement", programme=self.programme, mode="JOINT_VOCATIONAL",
                     title="合作培养学生协议", parties=other, valid={"from": "2018-09-01"})
        made = self.do("district", "DraftAgreement", programme=self.programme, mode="JOINT_VOCATIONAL",
                       title="合作培养学生协议", valid={"from": "2018-09-01", "to": "2021-09-01"},
                       parties=[reg.AgreementParty(institution=self.id(code), role=role) for code, role, _ in parties],
                       clauses=[reg.Clause(measure="enrol_permit", terms="三校可在县内招生", max=300)]).id
        self.do("district", "SubmitAgreement", id=made)
        for who in ("district", "county"):
            self.do(who, "ApproveAgreement", id=made)
        for who, role in (("district", "SUPPORTER_BUREAU"), ("county", "RECIPIENT_BUREAU")):
            last = self.do(who, "SignAgreement", id=made, role=role, signed_on="2018-09-01")
        self.assertEqual(last.status, reg.AGREEMENT_APPROVED)  # the schools have not signed
        for _ in VOCATIONAL:  # one clerk acts for the three: each call signs for the next of them
            last = self.do("district-schools", "SignAgreement", id=made, role="SUPPORTER", signed_on="2018-09-01")
        kept = self.do("registrar", "GetAgreement", ref=made)
        self.assertEqual((last.status, len(kept.parties), kept.clauses[0].max), (reg.AGREEMENT_EFFECTIVE, 5, 300))
        permit = self.measure("enrol_permit")
        self.assertEqual((permit.form, permit.contribution, list(permit.modes)), (CONTRIBUTION, 5, ["JOINT_VOCATIONAL"]))

    @rows("C4", "C5", "C6")
    def test_04_two_kinds_of_posting(self):
        "Posting and following classes are two measures with quotas from the plan; promotion is a recorded outcome"
        post, follow = self.measure("post"), self.measure("follow_class")
        self.assertEqual((post.form, follow.form, list(post.outcome)), (ASSIGNMENT, ASSIGNMENT, ["PROMOTED_TO"]))
        self.assertEqual((post.quota.form, follow.quota.form), (1, 1))
        self.assertIn("promoted", {i.id for i in self.template_of().indicators})

    @rows("C2", "C3", "C7", "C8", "C9", "C10", "C12")
    def test_05_activities_stand_in_the_template(self):
        "Visits both ways, entrusted courses, the alternating forum, six training categories, outreach by subject, the camp"
        visit, forum, training = (self.measure(m) for m in ("leader_visit", "principal_forum", "outside_training"))
        self.assertEqual((visit.both_ways, sorted(visit.record)), (True, ["headcount", "leader_rank", "purpose"]))
        self.assertEqual((forum.alternate, len(forum.organiser), "edition" in forum.record), (True, 2, True))
        self.assertEqual(len(training.categories), 6)
        self.assertEqual(self.measure("outreach_lesson").audience[0].kind, 23)  # SAME_SUBJECT
        course, camp = self.measure("principal_course"), self.measure("summer_camp")
        self.assertEqual((course.quota.form, "opening_attended_by_heads" in course.record), (1, True))
        self.assertEqual((camp.minors, list(camp.record), camp.quota.form), (True, ["pupil_count"], 1))

    @rows("C15", "C16")
    def test_06_money_and_goods_stand_in_the_template(self):
        "Donations are earmarked cash with their ceremonies, purchases are counted apart"
        gift, bought = self.measure("donation"), self.measure("purchase")
        self.assertEqual((gift.contribution, gift.earmark, sorted(gift.record)), (1, True, ["amount", "ceremony"]))
        self.assertEqual((bought.contribution, list(bought.record)), (2, ["amount"]))

    @rows("C17", "C18", "C20")
    def test_07_the_annual_summary(self):
        "Four sections, a public version that masks names, figures by year beside each other (template)"
        report = self.template_of().reports[0]
        self.assertEqual(([s.zh for s in report.sections], report.mask_names),
                         (["校长队伍", "教师培训", "学生交流", "其他举措"], True))
        for indicator in self.template_of().indicators:
            self.assertIn("year", indicator.group_by)

    @rows("C19")
    def test_08_figures_are_exact_or_somebody_elses(self):
        "A figure that dispatchd's records make is never a wrong zero here: the answer names who keeps it"
        reply = self.do("registrar", "GetFigures", programme=self.programme, indicator="trained")
        self.assertEqual((reply.owner_daemon, len(reply.figures)), ("dispatch", 0))

    def test_09_the_agreement_runs_out(self):
        "It is listed as ending within 90 days and expires on its day; its pairs are flagged, not dissolved"
        self.world.set_clock("2021-07-01")
        ending = self.pages("registrar", "ListAgreements", ends_before="2021-09-29")
        self.assertEqual(len(ending), 2)
        self.world.set_clock("2021-09-02")
        self.world.events("registry")
        self.assertEqual(self.do("registrar", "GetAgreement", ref=self.twin).status, reg.AGREEMENT_EXPIRED)
        pair = self.pages("registrar", "ListPartnerships", agreement=self.twin)[0]
        self.assertEqual(pair.status, reg.PARTNERSHIP_ESTABLISHED)
        self.assertTrue(pair.broken)


if __name__ == "__main__":
    unittest.main()
