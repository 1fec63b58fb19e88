#!/usr/bin/python3
"""Programme A through its first school year: every step and who is told of it."""
import collections
import csv
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
from jiedui_world import BT, BY, DEPT, REGION, bus, dsp, ntf, reg  # noqa: E402

PROGRAMME, YEAR = "nmg-framework", "2016-2017"


def rows(name):
    with open(REGION / name, encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Year(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = w.World()
        cls.addClassCleanup(cls.world.close)
        cls.world.start(*cls.world.names)
        cls.world.load_reference()
        cls.ids = {code: cls.world.id_of(code) for code in (DEPT, BT, BY)}

    def refused(self, reason, who, area, method, **fields):
        with self.assertRaises(w.Rejected) as caught:
            self.world.do(who, area, method, **fields)
        status = caught.exception.status
        self.assertEqual(status.reason, reason, status)
        for text in (status.message_zh, status.message_en, status.fix_zh, status.fix_en):
            self.assertTrue(text, f"{reason} without a text")
            self.assertNotIn("{", text, f"{reason}: a parameter is not filled")
        return status

    def notices(self, event):
        """The notices of that event: {subject: [(party word, addressee)]}, mailbox deliveries only."""
        self.world.settle()
        found = {}
        for notice in self.world.pages("nmg", "notify", "ListNotices", event=event):
            self.assertNotIn(notice.subject, found, f"{event} raised twice for one record")
            view = self.world.do("nmg", "notify", "GetNotice", id=notice.id)
            found[notice.subject] = sorted((d.word, d.addressee) for d in view.deliveries if not d.escalation_of)
        return found

    def assignments(self, measure, status=0):
        return self.world.pages("nmg", "dispatch", "ListAssignments", agreement=self.agreement, measure=measure,
                                status=status)

    # --- the agreement

    def test_01_agreement_becomes_effective_by_its_chain(self):
        world, ids = self.world, self.ids
        parties = [reg.AgreementParty(institution=ids[BT], role="PARTY_A"),
                   reg.AgreementParty(institution=ids[BY], role="PARTY_B")]
        reply = world.do("baotou", "registry", "DraftAgreement", programme=PROGRAMME, mode="FRAMEWORK",
                         title="友好合作框架协议", doc_no="包教协〔2016〕1号", parties=parties, valid={"from": "2016-08-17"})
        self.assertEqual(reply.status, reg.AGREEMENT_DRAFT)
        Year.agreement = reply.id
        self.refused("STATE", "baotou", "registry", "ApproveAgreement", id=reply.id)
        world.do("baotou", "registry", "SubmitAgreement", id=reply.id)
        self.refused("AS-09", "bayannur", "registry", "ApproveAgreement", id=reply.id)  # PARTY_A comes first
        world.do("baotou", "registry", "ApproveAgreement", id=reply.id)
        self.assertEqual(world.do("bayannur", "registry", "ApproveAgreement", id=reply.id).status, reg.AGREEMENT_APPROVED)
        world.do("baotou", "registry", "SignAgreement", id=reply.id, role="PARTY_A", signed_on="2016-08-17")
        self.refused("AS-09", "baotou", "registry", "SignAgreement", id=reply.id, role="PARTY_B", signed_on="2016-08-17")
        last = world.do("bayannur", "registry", "SignAgreement", id=reply.id, role="PARTY_B", signed_on="2016-08-17")
        self.assertEqual(last.status, reg.AGREEMENT_EFFECTIVE)

    def test_02_both_bureaus_and_the_department_are_told(self):
        wanted = sorted([("PARTY_A", self.ids[BT]), ("PARTY_B", self.ids[BY]), ("PROVINCE", self.ids[DEPT])])
        self.assertEqual(self.notices("AgreementEffective"), {self.agreement: wanted})

    # --- partnerships

    def test_03_pairs_are_established_and_their_schools_told(self):
        self.world.set_clock("2016-08-18")
        self.world.text("baotou", "partnership", "import", REGION / "pairs.csv", "--agreement", self.agreement)
        found = self.world.pages("nmg", "registry", "ListPartnerships", agreement=self.agreement)
        self.assertEqual({p.status for p in found}, {reg.PARTNERSHIP_ESTABLISHED})
        self.assertEqual(collections.Counter(p.mode for p in found),
                         collections.Counter(r["mode"] for r in rows("pairs.csv")))
        wanted = {p.id: sorted((m.role, m.party) for m in p.members) for p in found}
        self.assertEqual(self.notices("PartnershipEstablished"), wanted)

    def pair(self, mode, supporter, recipient):
        members = [reg.Member(party=self.world.id_of(supporter), party_kind=reg.PARTY_INSTITUTION, role="SUPPORTER"),
                   reg.Member(party=self.world.id_of(recipient), party_kind=reg.PARTY_INSTITUTION, role="RECIPIENT")]
        return dict(programme=PROGRAMME, mode=mode, agreement=self.agreement, members=members)

    def test_04_pairs_that_break_a_rule_are_refused(self):
        for reason, pair in (("PN-08", ("KG_ONE_TO_ONE", "1115020044", "1115080044")),   # no model kindergarten
                             ("PN-08", ("MUTUAL_AID", "2115020025", "2115080018")),      # supporter without the tag
                             ("PN-07", ("MUTUAL_AID", "3415020001", "2115080018")),      # no stage in common
                             ("PN-03", ("KG_ONE_TO_ONE", "1115020041", "1115080043")),   # both are taken
                             ("AG-02", ("MUTUAL_AID", "2115080001", "2115020021"))):     # the wrong way round
            with self.subTest(reason=reason, pair=pair):
                self.refused(reason, "baotou", "registry", "ProposePartnership", **self.pair(*pair))

    # --- the plan

    def test_05_plan_is_verified_with_another_figure(self):
        world = self.world
        world.settle()
        draft = ("plan", "draft", REGION / "plan-2016.csv", "--agreement", self.agreement, "--measure",
                 "retired_teaching", "--year", YEAR, "--owner", BY)
        Year.plan = world.text("bayannur", "-q", *draft).strip()
        with self.assertRaises(w.Refused) as caught:
            world.text("bayannur", *draft)
        self.assertEqual(caught.exception.code, 1)
        self.assertIn("PL-01", caught.exception.text)
        self.refused("AS-09", "baotou", "dispatch", "SubmitPlan", id=self.plan)
        world.do("bayannur", "dispatch", "SubmitPlan", id=self.plan)
        self.refused("PL-03", "nmg", "dispatch", "VerifyPlan", id=self.plan)  # PARTY_B's step comes first
        world.do("bayannur", "dispatch", "VerifyPlan", id=self.plan)
        raised = [dsp.LineDecision(no=1, approved=3)]
        self.refused("PL-04", "nmg", "dispatch", "VerifyPlan", id=self.plan, decisions=raised)
        world.text("nmg", "plan", "verify", self.plan, REGION / "plan-2016-verified.csv")
        plan = world.do("nmg", "dispatch", "GetPlan", id=self.plan)
        self.assertEqual((plan.status, plan.requested, plan.approved), (dsp.PLAN_APPROVED, 20, 16))
        self.assertEqual([step.party for step in plan.approvals], ["PARTY_B", "PROVINCE"])
        self.assertEqual(self.notices("PlanApproved"), {plan.id: [("PARTY_A", self.ids[BT]), ("PARTY_B", self.ids[BY])]})

    def test_06_candidates_and_their_findings(self):
        measure = ("--agreement", self.agreement, "--measure", "retired_teaching", "--period", YEAR, "--by", BT)
        self.world.text("baotou", "candidate", "import", REGION / "candidates-2016.csv", *measure)
        serving = dict(programme=PROGRAMME, agreement=self.agreement, measure="retired_teaching", period=YEAR,
                       person=self.world.person_id("BT-T01"), nominated_by=self.ids[BT])
        status = self.world.send("baotou", "dispatch", "Nominate", **serving)
        if status.code == bus.CODE_OK:  # recorded with the finding, never matched
            reply = dsp.CandidateReply.FromString(status.result)
            self.assertFalse(reply.eligible)
            self.assertIn("AS-01", [f.code for f in reply.findings if not f.ok])
        else:
            self.assertEqual(status.reason, "AS-01")
        again = dict(serving, person=self.world.person_id("BT-R01"))
        self.refused("AS-14", "baotou", "dispatch", "Nominate", **again)

    def test_07_match_fills_all_sixteen_and_says_why(self):
        reply = self.world.do("bayannur", "dispatch", "RunMatch", plan=self.plan, period={"from": "2016-09-01"})
        run = reply.run
        self.assertEqual((run.needed, run.filled, run.optimal, len(run.unmet)), (16, 16, True, 0))
        self.assertEqual(len({line.person for line in run.lines}), 16)
        self.assertTrue(all(line.reasons for line in run.lines))
        approved = {line.no: line.approved for line in self.world.do("nmg", "dispatch", "GetPlan", id=self.plan).lines}
        self.assertEqual(collections.Counter(line.plan_line for line in run.lines), collections.Counter(approved))
        adopted = self.world.do("bayannur", "dispatch", "AdoptMatch", id=run.id, period={"from": "2016-09-01"})
        self.assertEqual(len(adopted.assignments), 16)
        self.refused("STATE", "bayannur", "dispatch", "AdoptMatch", id=run.id, period={"from": "2016-09-01"})

    # --- the postings

    def test_08_assignments_are_accepted_approved_and_ordered(self):
        world = self.world
        for number, one in enumerate(self.assignments("retired_teaching"), 1):
            self.assertEqual((one.status, one.period.to), (dsp.ASSIGNMENT_PROPOSED, "2017-09-01"))
            if number == 1:
                self.refused("AS-09", "bayannur-schools", "dispatch", "AcceptAssignment", id=one.id, as_home=True)
                self.refused("STATE", "baotou", "dispatch", "ApproveAssignment", id=one.id)
            world.do("persons", "dispatch", "AcceptAssignment", id=one.id, as_person=True)
            world.do("baotou-schools", "dispatch", "AcceptAssignment", id=one.id, as_home=True)
            if number == 1:
                self.refused("AS-09", "bayannur", "dispatch", "ApproveAssignment", id=one.id)
            world.do("baotou", "dispatch", "ApproveAssignment", id=one.id)
            world.do("baotou", "dispatch", "IssueOrder", id=one.id, order_no=f"{number}", arrival_due="2016-09-01")
        all_ = self.assignments("retired_teaching")
        self.assertEqual({a.status for a in all_}, {dsp.ASSIGNMENT_DISPATCHED})
        self.assertEqual(self.notices("AssignmentApproved"),
                         {a.id: sorted([("PERSON", a.person), ("HOME", a.home), ("HOST", a.host)]) for a in all_})
        self.assertEqual(self.notices("AssignmentOrdered"),
                         {a.id: sorted([("PERSON", a.person), ("HOST", a.host)]) for a in all_})

    def test_09_quota_of_the_plan_and_double_booking_hold(self):
        quota = self.world.do("nmg", "dispatch", "Quota", agreement=self.agreement, measure="retired_teaching", period=YEAR)
        self.assertEqual((quota.used, quota.max), (16, 16))
        busy = self.assignments("retired_teaching")[0]
        again = dict(programme=PROGRAMME, agreement=self.agreement, measure="retired_teaching", person=busy.person,
                     host=busy.host, plan=self.plan, plan_line=busy.plan_line, period={"from": "2016-09-01"})
        self.refused("AS-04", "baotou", "dispatch", "ProposeAssignment", **again)

    # --- receipts and escalation

    def sign_all(self, but=None):
        signed = 0
        for item in self.world.pages("nmg", "notify", "ListUnsigned"):
            delivery = item.delivery
            if item.notice.event == but and delivery.addressee == self.ids[BY]:
                continue
            bureau = {self.ids[DEPT]: "nmg", self.ids[BT]: "baotou", self.ids[BY]: "bayannur"}.get(delivery.addressee)
            school = "baotou-schools" if delivery.division.startswith("1502") else "bayannur-schools"
            who = bureau or ("persons" if delivery.addressee_kind == ntf.ADDRESSEE_PERSON else school)
            self.world.do(who, "notify", "SignDelivery", id=delivery.id)
            signed += 1
        return signed

    def test_10_only_the_addressee_signs(self):
        items = self.world.do("nmg", "notify", "Mailbox", addressee=BY, unsigned_only=True).items
        plan = next(i.delivery for i in items if i.notice.event == "PlanApproved")
        self.refused("NO-02", "baotou", "notify", "SignDelivery", id=plan.id)
        read = self.world.do("bayannur", "notify", "ReadDelivery", id=plan.id)
        self.assertEqual(read.status, ntf.DELIVERY_READ)
        # agreement 3, plan 2 less the one that is left, pairs, 16 x (3 + 2)
        members = sum(1 + len(r["recipients"].split("|")) for r in rows("pairs.csv"))
        self.assertEqual(self.sign_all(but="PlanApproved"), 3 + 1 + members + 16 * 5)

    def test_11_the_unsigned_one_escalates_once(self):
        world = self.world
        world.set_clock("2016-08-22")
        self.assertEqual(len(world.do("nmg", "notify", "ListUnsigned", overdue_only=True).items), 0)
        world.set_clock("2016-08-24")
        world.events("notify")  # ticks are answered before this fetch
        late = world.do("nmg", "notify", "ListUnsigned", overdue_only=True).items
        self.assertEqual([(i.notice.event, i.delivery.addressee) for i in late if not i.delivery.escalation_of],
                         [("PlanApproved", self.ids[BY])])
        world.set_clock("2016-08-26")
        up = [i.delivery for i in world.do("nmg", "notify", "Mailbox", addressee=DEPT).items if i.delivery.escalation_of]
        self.assertEqual(len(up), 1)
        self.assertEqual(up[0].escalation_of, next(i.delivery.id for i in late if not i.delivery.escalation_of))

    # --- the other direction

    def test_12_ten_principals_and_not_eleven(self):
        world = self.world
        world.text("bayannur", "assignment", "import", REGION / "principals-2016.csv", "--agreement", self.agreement,
                   "--measure", "principal_post")
        proposed = self.assignments("principal_post", dsp.ASSIGNMENT_PROPOSED)
        self.assertEqual(len(proposed), 11)
        for number, one in enumerate(proposed, 1):
            world.do("persons", "dispatch", "AcceptAssignment", id=one.id, as_person=True)
            world.do("bayannur-schools", "dispatch", "AcceptAssignment", id=one.id, as_home=True)
            if number <= 10:
                world.do("bayannur", "dispatch", "ApproveAssignment", id=one.id)
                world.do("bayannur", "dispatch", "IssueOrder", id=one.id, order_no=f"P{number}", arrival_due="2016-10-10")
            else:
                status = self.refused("AS-06", "bayannur", "dispatch", "ApproveAssignment", id=one.id)
                self.assertIn("10", status.message_zh)
                world.do("bayannur", "dispatch", "CancelAssignment", id=one.id, reason="名额已满")
        quota = world.do("nmg", "dispatch", "Quota", agreement=self.agreement, measure="principal_post", period="2016")
        self.assertEqual((quota.used, quota.min, quota.max), (10, 5, 10))

    def test_13_a_term_of_another_length_is_refused(self):
        principal = dict(programme=PROGRAMME, agreement=self.agreement, measure="principal_post",
                         person=self.world.person_id("BN-P12"), host=self.world.id_of("3115020012"))
        self.refused("AS-05", "bayannur", "dispatch", "ProposeAssignment", **principal,
                     period={"from": "2016-10-10", "to": "2016-11-25"})
        posted = dict(principal, person=self.world.person_id("BN-P01"), host=self.world.id_of("2115020022"))
        self.refused("AS-04", "bayannur", "dispatch", "ProposeAssignment", **posted,
                     period={"from": "2016-10-20", "to": "2016-11-20"})
        village = dict(principal, host=self.world.id_of("2115020025"))  # no quality school, no supporter
        status = self.world.send("bayannur", "dispatch", "ProposeAssignment", **village,
                                 period={"from": "2016-10-10", "to": "2016-11-10"})
        self.assertIn(status.reason, ("AS-02", "AS-03"))

    # --- to the end

    def test_14_arrival_completion_and_the_summary(self):
        world = self.world
        world.set_clock("2016-09-01")
        for one in self.assignments("retired_teaching"):
            world.do("bayannur-schools", "dispatch", "ConfirmArrival", id=one.id, arrived_on="2016-09-01")
        world.set_clock("2016-10-10")
        posted = self.assignments("principal_post", dsp.ASSIGNMENT_DISPATCHED)
        for one in posted:
            world.do("baotou-schools", "dispatch", "ConfirmArrival", id=one.id, arrived_on="2016-10-10")
        world.set_clock("2016-11-10")
        for one in posted:
            world.do("baotou-schools", "dispatch", "CompleteAssignment", id=one.id, ended_on="2016-11-10", evaluation="合格")
        world.set_clock("2017-09-01")
        for one in self.assignments("retired_teaching"):
            world.do("bayannur-schools", "dispatch", "CompleteAssignment", id=one.id, ended_on="2017-09-01",
                     evaluation="优秀")
        done = self.assignments("retired_teaching") + self.assignments("principal_post")
        self.assertEqual(collections.Counter(a.status for a in done),
                         {dsp.ASSIGNMENT_COMPLETED: 26, dsp.ASSIGNMENT_CANCELLED: 1})
        self.assertEqual(len(self.notices("AssignmentArrived")), 26)
        self.assertEqual(len(self.notices("AssignmentCompleted")), 26)
        summary = world.text("nmg", "summary", "--agreement", self.agreement, "--year", YEAR)
        for wanted in ("16/16", "包头市昆河小学", "临河区狼山镇新禾小学", "BT-R09", "巴彦淖尔市教育局"):
            self.assertIn(wanted, summary)
        past = world.text("nmg", "summary", "--agreement", self.agreement, "--year", YEAR, "--as-of", "2016-09-30")
        self.assertIn("As of 2016-09-30. Plans, postings and notices are kept in their present state", past)
        self.assertIn("包头市昆河小学", past)
        self.assertNotIn("BT-R09", past)
        past = world.cli("nmg", "summary", "--agreement", self.agreement, "--year", YEAR, "--as-of", "2016-09-30")
        self.assertEqual(set(past), {"year", "as_of", "agreement", "partnerships"})
        self.assertTrue(world.alive())


if __name__ == "__main__":
    unittest.main()
