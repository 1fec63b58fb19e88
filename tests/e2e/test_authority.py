#!/usr/bin/python3
"""Who may not, is told who may: every command of every daemon for somebody without the role, and those of the registry
for somebody with all roles elsewhere."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
import jiedui_year as year  # noqa: E402
from jiedui_world import bus, reg  # noqa: E402

ALL = "AUTHORITY, REGISTRAR, BUREAU, UNIT"


class Authority(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        elsewhere = ("elsewhere", ALL, "42", ())
        nobody = ("nobody", "READER", "42", ())
        cls.world = w.World(principals=[*w.PRINCIPALS, elsewhere, nobody])
        cls.addClassCleanup(cls.world.close)
        cls.world.start(*cls.world.names)
        cls.world.load_reference()
        cls.agreement, cls.plan, cls.postings = year.approved(cls.world)

    def test_every_command_names_the_roles_that_may(self):
        for area in ("registry", "dispatch", "notify"):
            for method in w.CATALOGUE[area].services["Commands"].methods:
                with self.subTest(f"{area}.{method.name}"):
                    status = self.world.send("nobody", area, method.name)
                    self.assertEqual((status.reason, status.code), ("ROLE", bus.CODE_DENIED))
                    who = {p.name: p.value for p in status.params}
                    self.assertTrue(who["roles"])
                    self.assertIn(who["roles"], status.message_en)
                    self.assertIn(who["roles"], status.message_zh)

    def commands(self):
        """One of each kind, about things of 15, by somebody of 42."""
        school = reg.Institution(code="2115989902", name="问", kind=3, division="150802")
        yield "ImportDivisions", {"divisions": [reg.Division(code="150899", name="某县")]}
        yield "RegisterInstitution", {"institution": school, "managing_bureau_code": w.BY}
        yield "RegisterPerson", {"person": reg.Person(staff_no="Q1", category=3), "secret": reg.PersonSecret(name="某"),
                                 "home_code": "2115080001"}
        for method in ("SubmitAgreement", "ApproveAgreement"):
            yield method, {"id": self.agreement}
        for method in ("ReturnAgreement", "SuspendAgreement", "TerminateAgreement"):
            yield method, {"id": self.agreement, "reason": "x"}
        partnership = self.world.pages("nmg", "registry", "ListPartnerships")[0].id
        yield "DissolvePartnership", {"id": partnership, "reason": "x"}

    def test_who_may_is_told_to_those_from_elsewhere(self):
        for method, fields in self.commands():
            with self.subTest(method):
                status = self.world.send("elsewhere", "registry", method, **fields)
                if status.reason == "STATE":  # not due at all: nobody may
                    continue
                self.assertIn(status.reason, ("SE-01", "AS-09"), status)
                params = {p.name: p.value for p in status.params}
                self.assertTrue(any(value for name, value in params.items() if name.startswith("who")), status)

    def test_in_lists_each_row_is_told(self):
        row = reg.RegisterInstitution(institution=reg.Institution(code="2115989903", name="问", kind=3, division="150802"),
                                      managing_bureau_code=w.BY)
        reply = self.world.do("elsewhere", "registry", "ImportInstitutions", rows=[row])
        self.assertEqual((reply.refused, reply.rows[0].reason), (1, "SE-01"))
        self.assertTrue(reply.rows[0].fix_en.startswith("This is for "))
        self.assertGreater(len(reply.rows[0].fix_en), len("This is for "))


if __name__ == "__main__":
    unittest.main()
