#!/usr/bin/python3
"""Agreements and partnerships over their life, through the command line: versions, members, modes, waivers, what breaks."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
import jiedui_year as year  # noqa: E402
from jiedui_world import reg  # noqa: E402

HUBEI = [
    ("hubei", "AUTHORITY, REGISTRAR", "42", ("unit:HB-EDU",)),
    ("wuxue", "BUREAU", "421182", ("unit:WX-EDU", "units-under:WX-EDU")),
]
CORE, FIRST, SECOND, THIRD = "2142118201", "2142118202", "2142118203", "2142118204"


class Life(unittest.TestCase):
    def setUp(self):
        self.world = w.World(daemons=["registryd"], principals=w.PRINCIPALS + HUBEI)
        self.addCleanup(self.world.close)
        self.world.start("registryd")

    def fails(self, code, who, *words):
        with self.assertRaises(w.Refused) as caught:
            self.world.text(who, *words)
        self.assertEqual(caught.exception.code, code, caught.exception.text)
        return caught.exception.text

    def tick(self, day):
        self.world.set_clock(day)
        self.world.do("operator", "registry", "Tick")

    def made(self, who, *words):
        return self.world.text(who, "-q", *words).strip()


class Agreements(Life):
    def setUp(self):
        super().setUp()
        self.world.load_reference()
        self.agreement = year.agreement(self.world)
        self.world.set_clock("2016-08-18")
        self.world.text("baotou", "partnership", "import", w.REGION / "pairs.csv", "--agreement", self.agreement)
        self.pairs = len(self.world.cli("nmg", "partnership", "list")["partnerships"])
        self.assertGreater(self.pairs, 3)

    def pass_amendment(self):
        self.world.text("baotou", "agreement", "submit", self.agreement)
        for who in ("baotou", "bayannur"):
            self.world.text(who, "agreement", "approve", self.agreement)
        for who, role in (("baotou", "PARTY_A"), ("bayannur", "PARTY_B")):
            self.world.text(who, "agreement", "sign", self.agreement, "--role", role, "--on", "2016-08-18")

    def test_a_new_version_that_breaks_what_rests_on_it(self):
        words = ("agreement", "amend", self.agreement, "--to", "2019-09-01", "--clause",
                 "principal_post;每年选派5至10名;5;10")
        said = self.fails(1, "baotou", *words)
        self.assertIn("AG-06", said)
        self.assertIn(f"breaks {self.pairs} pairings", said)
        self.fails(2, "baotou", "agreement", "amend", self.agreement, "--clause", "teleport;x")
        self.fails(2, "baotou", "agreement", "amend", self.agreement, "--clause", "a;b;1;2;3")
        self.fails(4, "wuxue", *words)
        done = self.world.text("baotou", *words, "--accept-broken")
        self.assertIn("will be flagged", done)  # the warning
        shown = self.world.cli("nmg", "agreement", "show", self.agreement)
        self.assertEqual((shown["version"], shown["status"]), (1, "AGREEMENT_EFFECTIVE"))
        self.assertEqual(shown["amendment"]["status"], "AGREEMENT_DRAFT")
        self.pass_amendment()
        shown = self.world.cli("nmg", "agreement", "show", self.agreement)
        self.assertEqual((shown["version"], shown["valid"]["to"]), (2, "2019-09-01"))
        self.assertNotIn("amendment", shown)
        self.assertEqual(shown["clauses"][0]["max"], 10)
        broken = self.world.cli("nmg", "partnership", "list", "--broken")["partnerships"]
        self.assertEqual(len(broken), self.pairs)
        self.assertEqual({(p["status"], p["broken"][0], p["broken_since"]) for p in broken},
                         {("PARTNERSHIP_ESTABLISHED", "PN-10", "2016-08-18")})
        self.assertIn("PN-10 outside the agreement's period", self.world.text("nmg", "partnership", "list", "--broken"))
        self.assertIn("PN-10 超出协议期限", self.world.text("nmg", "--lang", "zh", "partnership", "list", "--broken"))

    def test_dropped_and_returned(self):
        self.world.text("baotou", "agreement", "amend", self.agreement, "--title", "续签")
        self.world.text("bayannur", "agreement", "drop-amendment", self.agreement, "--reason", "不再需要")
        self.fails(1, "baotou", "agreement", "submit", self.agreement)
        self.fails(2, "bayannur", "agreement", "drop-amendment", self.agreement, "--reason", "x")

    def test_which_agreements_end_within_90_days(self):
        self.world.text("baotou", "agreement", "amend", self.agreement, "--to", "2017-01-31", "--accept-broken")
        self.pass_amendment()
        self.assertEqual(self.world.text("nmg", "agreement", "list", "--ends-within", "90").strip(), "none")
        self.tick("2016-11-02")
        found = self.world.cli("nmg", "agreement", "list", "--ends-within", "90")["agreements"]
        self.assertEqual([a["id"] for a in found], [self.agreement])
        self.tick("2017-01-31")
        self.assertEqual(self.world.cli("nmg", "agreement", "show", self.agreement)["status"], "AGREEMENT_EXPIRED")
        self.assertEqual(self.world.text("nmg", "agreement", "list", "--ends-within", "90").strip(), "none")

    def test_suspended_and_resumed(self):
        self.world.set_clock("2016-10-01")
        self.world.text("baotou", "agreement", "suspend", self.agreement, "--reason", "核查", "--on", "2016-09-10")
        self.fails(2, "baotou", "agreement", "resume", self.agreement, "--on", "2016-09-01")  # before it was suspended
        broken = self.world.cli("nmg", "partnership", "list", "--broken", "--since", "2016-09-10")["partnerships"]
        self.assertEqual({(p["broken"][0], p["broken_since"]) for p in broken}, {("PN-12", "2016-09-10")})
        self.assertEqual(len(broken), self.pairs)
        self.assertEqual(self.world.cli("nmg", "partnership", "list", "--since", "2016-09-11")["partnerships"], [])
        self.world.text("baotou", "agreement", "resume", self.agreement)
        self.assertEqual(self.world.cli("nmg", "partnership", "list", "--broken")["partnerships"], [])


class Consortium(Life):
    def setUp(self):
        super().setUp()
        divisions = [reg.Division(code=code, name=name) for code, name in
                     (("42", "湖北省"), ("4211", "黄冈市"), ("421182", "武穴市"), ("421125", "浠水县"))]
        self.world.do("hubei", "registry", "ImportDivisions", divisions=divisions)
        for code, name, kind, division, above, place in (
                ("HB-EDU", "湖北省教育厅", "BUREAU", "42", "", ""), ("WX-EDU", "武穴市教育局", "BUREAU", "421182", "HB-EDU", ""),
                (CORE, "武师附小", "SCHOOL", "421182", "WX-EDU", "COUNTY_SEAT"), (FIRST, "江林小学", "SCHOOL", "421182", "WX-EDU", "TOWNSHIP"),
                (SECOND, "明德小学", "SCHOOL", "421182", "WX-EDU", "TOWNSHIP"), (THIRD, "石佛寺小学", "SCHOOL", "421182", "WX-EDU", "TOWNSHIP")):
            self.register(code=code, name=name, kind=f"KIND_{kind}", division=division, above=above,
                          place=f"PLACE_{place}" if place else "PLACE_UNSPECIFIED")
        self.world.text("hubei", "programme", "publish", w.SOURCE / "deploy/programmes/b_jiaolianti.yaml")

    def register(self, above, **fields):
        school = fields["kind"] == "KIND_SCHOOL"
        unit = reg.Institution(legal_person=school, stages=["STAGE_PRIMARY"] if school else [], **fields)
        self.world.do("hubei", "registry", "RegisterInstitution", institution=unit, managing_bureau_code=above)

    def move(self, code, division):
        unit = self.world.do("hubei", "registry", "GetInstitution", ref=code)
        unit.division = division
        self.world.do("hubei", "registry", "AmendInstitution", id=unit.id, institution=unit)

    def collaboration(self):
        made = self.made("wuxue", "partnership", "propose", "--programme", "hb-jiaolianti", "--mode", "COLLAB", "--name",
                         "武师附小教联体", "--member", f"CORE={CORE}", "--member", f"MEMBER={FIRST}")
        self.world.text("wuxue", "partnership", "approve", made)
        return made

    def show(self, made):
        return self.world.cli("hubei", "partnership", "show", made)

    def test_from_collaboration_to_one_school(self):
        made = self.collaboration()
        self.assertIn("武师附小教联体", self.world.text("hubei", "partnership", "list"))
        self.world.text("wuxue", "partnership", "members", made, "--add", f"MEMBER={SECOND}")
        self.assertIn("AS-09", self.fails(4, "hubei", "partnership", "members", made, "--add", f"MEMBER={THIRD}"))
        self.assertIn("AG-03", self.fails(1, "wuxue", "partnership", "members", made, "--add", f"MEMBER={SECOND}"))
        self.fails(2, "wuxue", "partnership", "members", made, "--add", THIRD)  # no role
        self.fails(2, "wuxue", "partnership", "mode", made, "--to", "COBUILD", "--reason", "推进")  # which variant
        self.world.text("wuxue", "partnership", "mode", made, "--to", "COBUILD", "--variant", "GROUP", "--reason", "推进")
        said = self.fails(1, "wuxue", "partnership", "mode", made, "--to", "FUSION", "--reason", "融合")
        self.assertIn("PN-05", said)
        self.world.text("wuxue", "partnership", "mode", made, "--to", "FUSION", "--reason", "融合", "--merger-due", "2017-09-01")
        self.assertIn("PN-01", self.fails(1, "wuxue", "partnership", "members", made, "--add", f"MEMBER={THIRD}"))
        merger = [m for e, m in self.world.events("registry") if e.type.endswith("MergerProposed")]
        self.assertEqual([(len(m.ids), m.due, m.into) for m in merger], [(2, "2017-09-01", self.world.do("hubei", "registry", "GetInstitution", ref=CORE).id)])
        self.tick("2017-08-31")
        self.assertNotIn("broken", self.show(made))
        self.tick("2017-09-02")
        self.assertEqual((self.show(made)["broken"], self.show(made)["broken_since"]), (["PN-05"], "2017-09-01"))
        self.fails(4, "wuxue", "partnership", "waive", made, "--rule", "PN-05", "--until", "2018-01-01", "--reason", "x")
        self.fails(2, "hubei", "partnership", "waive", made, "--rule", "PN-09", "--until", "2018-01-01", "--reason", "x")
        self.world.text("hubei", "partnership", "waive", made, "--rule", "PN-05", "--until", "2018-01-01", "--reason", "手续办理中")
        self.assertNotIn("broken", self.show(made))
        self.assertEqual(self.show(made)["waivers"][0]["by"], "hubei")
        self.tick("2018-01-01")
        self.assertEqual(self.show(made)["broken"], ["PN-05"])
        self.assertNotIn("waivers", self.show(made))

    def test_structures_that_a_later_change_broke(self):
        made = self.collaboration()
        other = self.made("wuxue", "partnership", "propose", "--programme", "hb-jiaolianti", "--mode", "COLLAB",
                          "--member", f"CORE={CORE}", "--member", f"MEMBER={THIRD}")
        self.world.text("wuxue", "partnership", "approve", other)
        self.tick("2017-03-01")
        self.move(FIRST, "421125")
        table = self.world.text("hubei", "partnership", "list", "--broken", "--since", "2017-02-01")
        self.assertIn("PN-02 members of different divisions", table)
        self.assertEqual(len(table.strip().splitlines()), 2)
        self.assertEqual(self.show(made)["status"], "PARTNERSHIP_ESTABLISHED")
        self.world.text("wuxue", "partnership", "members", made, "--add", f"MEMBER={SECOND}", "--remove", FIRST, "--reason",
                        "划归浠水县")
        self.assertEqual(self.world.text("hubei", "partnership", "list", "--broken").strip(), "none")

    def test_pilot_and_model(self):
        made = self.collaboration()
        self.assertIn("湖北省教育厅", self.fails(4, "wuxue", "partnership", "designate", made, "--to", "PILOT"))
        self.world.text("hubei", "partnership", "designate", made, "--to", "PILOT", "--reason", "首批试点")
        listed = self.world.cli("hubei", "partnership", "list", "--designation", "PILOT", "--division", "4211")
        self.assertEqual([p["id"] for p in listed["partnerships"]], [made])

    def test_paused_and_dissolved_with_decisions(self):
        made = self.collaboration()
        self.world.text("wuxue", "partnership", "pause", made, "--reason", "校舍改造")
        self.assertEqual(self.show(made)["status"], "PARTNERSHIP_PAUSED")
        self.world.text("wuxue", "partnership", "resume", made)
        self.fails(2, "wuxue", "partnership", "dissolve", made, "--reason", "撤并", "--posting", "x=VANISH")
        self.world.text("wuxue", "partnership", "dissolve", made, "--reason", "撤并", "--posting", "all=END")
        ended = [m for e, m in self.world.events("registry") if e.type.endswith("PartnershipDissolved")]
        self.assertEqual([reg.LinkAction.Name(d.action) for d in ended[0].decisions], ["ACTION_END"])


if __name__ == "__main__":
    unittest.main()
