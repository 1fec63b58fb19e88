"""The source documents as acceptance scenarios: each asserts its requirement rows by number, through the CLI and the bus.

    class B(Scenario):
        document, start, principals = "B", "2022-10-21", [...]

        @rows("B2", "B6")
        def test_01_only_three_modes(self): "the three modes, members inside one county" ...

Tests run in order of their names against one world. What passed is written to $JIEDUI_ROWS/<document>.json as row -> steps;
scenarios/rows.py makes the coverage table of it.
"""
import csv
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import jiedui_world as w  # noqa: E402
from jiedui_world import reg  # noqa: E402

PROGRAMMES = w.SOURCE / "deploy/programmes"
REGIONS = w.SOURCE / "deploy/regions"
DAEMONS = [("registryd", "SERVICE", "0", ()), ("dispatchd", "SERVICE", "0", ()), ("notifyd", "SERVICE", "0", ()),
           ("operator", "OPERATOR", "0", ())]


def rows(*ids):
    """The rows of the source document that this step asserts; its docstring is the step's name in the table."""
    def mark(step):
        assert step.__doc__, f"{step.__name__} needs a name for the table"
        step.rows = ids
        return step
    return mark


class Scenario(unittest.TestCase):
    document = start = programme = None
    principals, region, tables = (), None, ()
    registrar = None  # the principal that loads the region

    @classmethod
    def setUpClass(cls):
        if cls is Scenario:
            raise unittest.SkipTest("the base")
        cls.passed = {}
        cls.world = w.World(start=cls.start, principals=DAEMONS + list(cls.principals))
        cls.addClassCleanup(cls.world.close)
        cls.world.start(*cls.world.names)
        cls.load()

    @classmethod
    def tearDownClass(cls):
        if cls is not Scenario and "JIEDUI_ROWS" in os.environ:
            folder = pathlib.Path(os.environ["JIEDUI_ROWS"])
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{cls.document}.json").write_text(json.dumps(cls.passed, ensure_ascii=False, indent=1))

    def tearDown(self):
        step = getattr(self, self._testMethodName)
        outcome = self._outcome
        failed = any(error for _, error in getattr(outcome, "errors", []) or []) or \
            not getattr(outcome, "success", True)
        if not failed:
            for row in getattr(step, "rows", ()):
                self.passed.setdefault(row, []).append(step.__doc__.strip())

    # --- the region and the template

    @classmethod
    def load(cls):
        for noun in cls.tables:
            cls.world.text(cls.registrar, noun, "import", REGIONS / cls.region / f"{noun}s.csv")
        cls.publish(cls.registrar, cls.template)
        cls.world.settle()

    @classmethod
    def publish(cls, who, name):
        return cls.world.text(who, "programme", "publish", PROGRAMMES / name)

    @classmethod
    def csv(cls, name):
        with open(REGIONS / cls.region / name, encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def template_of(self, programme=None):
        return self.do(self.registrar, "GetProgramme", id=programme or self.programme)

    def measure(self, name):
        return next(m for m in self.template_of().measures if m.id == name)

    # --- registryd by method, short

    def do(self, who, method, area="registry", message=None, **fields):
        return self.world.do(who, area, method, message, **fields)

    def figure(self, who, indicator, division="", as_of=""):
        """(numerator, denominator) of an indicator: its parts come page by page and add up."""
        after, sums = "", [0, 0]
        while True:
            page = self.do(who, "GetFigures", programme=self.programme, indicator=indicator, division=division,
                           as_of=as_of, after=after)
            for part in page.figures:
                sums[0] += part.numerator
                sums[1] += part.denominator
            after = page.next
            if not after:
                return tuple(sums)

    def pages(self, who, method, area="registry", **fields):
        return self.world.pages(who, area, method, **fields)

    def id(self, code):
        return self.world.do(self.registrar, "registry", "GetInstitution", ref=code).id

    def refused(self, reason, who, method, area="registry", **fields):
        """The Status of a refusal with both texts complete."""
        with self.assertRaises(w.Rejected) as caught:
            self.world.do(who, area, method, **fields)
        status = caught.exception.status
        self.assertEqual(status.reason, reason, status)
        for text in (status.message_zh, status.message_en, status.fix_zh, status.fix_en):
            self.assertTrue(text, f"{reason} without a text")
            self.assertNotIn("{", text, f"{reason}: a parameter is not filled")
        return status

    def members(self, **roles):
        """CORE=["2142..."], MEMBER=[...]: members by code; a value that starts with "partnership:" is its id."""
        made = []
        for role, codes in roles.items():
            for code in [codes] if isinstance(codes, str) else codes:
                kind, _, ref = code.rpartition("partnership:")
                inner = code.startswith("partnership:")
                made.append(reg.Member(party=ref if inner else self.id(code), role=role,
                                       party_kind=reg.PARTY_PARTNERSHIP if inner else reg.PARTY_INSTITUTION))
        return made

    def proposal(self, mode, variant="", agreement="", start="", name="", due="", **roles):
        return dict(programme=self.programme, mode=mode, variant=variant, agreement=agreement, name=name,
                    merger_due=due, valid={"from": start}, members=self.members(**roles))

    def establish(self, who, by, mode, **more):
        """Proposed by one, approved by those of the chain in turn; the partnership."""
        made = self.do(who, "ProposePartnership", **self.proposal(mode, **more))
        for one in by:
            made = self.do(one, "ApprovePartnership", id=made.id)
        self.assertEqual(made.status, reg.PARTNERSHIP_ESTABLISHED)
        return made.id

    def agree(self, who, parties, mode, title, start, by=(), end="", **more):
        """Drafted, approved along the chain and signed by all; parties: [(code, role, principal)]. Its id."""
        listed = [reg.AgreementParty(institution=self.id(code), role=role) for code, role, _ in parties]
        made = self.do(who, "DraftAgreement", programme=self.programme, mode=mode, title=title, parties=listed,
                       valid={"from": start, "to": end}, **more).id
        self.do(who, "SubmitAgreement", id=made)
        for one in by:
            self.do(one, "ApproveAgreement", id=made)
        for _, role, signer in parties:
            last = self.do(signer, "SignAgreement", id=made, role=role, signed_on=start)
        return made, last

    def told(self, who, event):
        """{subject: sorted party words} of the notices of an event."""
        self.world.settle()
        found = {}
        for notice in self.world.pages(who, "notify", "ListNotices", event=event):
            view = self.world.do(who, "notify", "GetNotice", id=notice.id)
            found[notice.subject] = sorted(d.word for d in view.deliveries if not d.escalation_of)
        return found
