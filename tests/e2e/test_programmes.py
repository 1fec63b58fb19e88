#!/usr/bin/python3
"""The nine programmes that ship, through the command line against registryd: checked offline, published in order, shown as compiled;
what is refused (PR-01 .. PR-04) and with which words."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib/py"))
import jiedui_world as w  # noqa: E402
from jiedui_world import reg  # noqa: E402

FOLDER = w.SOURCE / "deploy/programmes"
# in an order in which every parent comes before its heirs: file, id, version, who publishes it
SHIPPED = [
    ("a_framework", "nmg-framework", 1, "nmg"),
    ("b_jiaolianti", "hb-jiaolianti", 1, "hubei"),
    ("c_twin", "county-twin", 1, "nation"),
    ("d_daxuequ", "jl-daxuequ", 1, "baicheng"),
    ("e_custody", "moe-custody", 1, "nation"),
    ("f_silver", "silver-age", 2025, "nation"),
    ("g_rotation", "rotation", 1, "nation"),
    ("h_zhejiang", "zj-xiaogongti", 1, "zhejiang"),
    ("i_group", "zutuan", 1, "nation"),
]
PARENTS = {"h_zhejiang": "b_jiaolianti"}
MORE = [
    ("nation", "AUTHORITY, REGISTRAR", "0", ()),
    ("hubei", "AUTHORITY, REGISTRAR", "42", ("unit:HB-EDU",)),
    ("huanggang", "BUREAU", "4211", ()),
    ("baicheng", "BUREAU", "2208", ()),
    ("zhejiang", "AUTHORITY", "33", ()),
]
DIVISIONS = [("15", "内蒙古自治区"), ("22", "吉林省"), ("2208", "白城市"), ("33", "浙江省"), ("42", "湖北省"), ("4211", "黄冈市")]
KEPT_BY_REGISTRYD = ("status", "rev", "since")
HEIR = """dialect: 1
id: hg-jiaolianti
version: 1
title: {zh: "黄冈教联体", en: "Huanggang consortium"}
owner: {division: "421100"}
extends: {id: hb-jiaolianti, version: 1, relation: subordinate}

override:
  modes:
    - id: FUSION
"""


def path(file):
    return FOLDER / f"{file}.yaml"


def check(*words):
    return w.World.run(["jiedui", "--lang", "en", "programme", "check", *map(str, words)])


def compiled(file):
    """What the compiler makes of it, with what it inherits."""
    parents = ["--parent", path(PARENTS[file])] if file in PARENTS else []
    return json.loads(w.World.run(["jiedui", "--json", "programme", "check", str(path(file)), *map(str, parents)]))


class Offline(unittest.TestCase):
    def test_all_nine_at_once_without_a_daemon(self):
        self.assertEqual(sorted(p.stem for p in FOLDER.glob("*.yaml")), [file for file, *_ in SHIPPED])
        said = check(*(path(file) for file, *_ in SHIPPED), "--parent", path("b_jiaolianti")).splitlines()
        self.assertIn("  with what it inherits from hb-jiaolianti version 1", said)
        said = [line for line in said if "in order" in line]
        for line, (file, name, version, _) in zip(said, SHIPPED, strict=True):
            self.assertIn(f"{file}.yaml: {name} version {version} is in order: ", line)

    def test_an_heir_without_its_parent_is_checked_for_its_own_text(self):
        self.assertIn("what it inherits was not checked", check(path("h_zhejiang")))
        with self.assertRaises(w.Refused) as caught:
            check(path("h_zhejiang"), "--parent", path("a_framework"))
        self.assertEqual(caught.exception.code, 2)
        self.assertIn("h_zhejiang.yaml:9:10: extends: hb-jiaolianti@1 is none of the files given as --parent", caught.exception.text)


class Published(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = w.World(daemons=["registryd"], principals=w.PRINCIPALS + MORE)
        cls.addClassCleanup(cls.world.close)
        cls.world.start("registryd")
        cls.world.do("nation", "registry", "ImportDivisions", divisions=[reg.Division(code=c, name=n) for c, n in DIVISIONS])
        cls.world.do("hubei", "registry", "RegisterInstitution", institution=reg.Institution(code="HB-EDU", name="湖北省教育厅", kind="KIND_BUREAU", division="42"))
        for file, name, version, who in SHIPPED:
            done = cls.publish(who, path(file))
            assert (done["id"], done["version"], done.get("unchanged")) == (name, version, None), done

    @classmethod
    def publish(cls, who, file):
        return cls.world.cli(who, "programme", "publish", file)

    def refused(self, who, *words, code=1):
        with self.assertRaises(w.Refused) as caught:
            self.world.text(who, *words)
        self.assertEqual(caught.exception.code, code, caught.exception.text)
        return caught.exception.text

    def written(self, name, text):
        file = self.world.dir / name
        file.write_text(text, encoding="utf-8")
        return file

    def changed(self, file, old, new):
        text = path(file).read_text(encoding="utf-8")
        self.assertIn(old, text)
        return self.written(f"changed-{file}.yaml", text.replace(old, new))

    def test_what_is_shown_is_what_was_compiled(self):
        for file, name, version, _ in SHIPPED:
            with self.subTest(file=file):
                shown = self.world.cli("reader", "programme", "show", name, "--programme-version", str(version))
                self.assertEqual((shown["status"], shown["rev"], shown["since"]), ("PROGRAMME_PUBLISHED", "1", "2016-08-17"))
                self.assertEqual({k: v for k, v in shown.items() if k not in KEPT_BY_REGISTRYD}, compiled(file))

    def test_the_heir_is_published_resolved(self):
        shown, parent = (self.world.cli("reader", "programme", "show", name) for name in ("zj-xiaogongti", "hb-jiaolianti"))
        self.assertNotIn("override", shown)
        self.assertEqual(shown["roles"], parent["roles"])
        self.assertEqual([m["id"] for m in shown["measures"]], [m["id"] for m in parent["measures"]])
        self.assertEqual([len(m.get("rules", [])) for m in shown["modes"]], [2, 1, 1])
        self.assertEqual([t["deadline"] for t in shown["targets"]], ["2021-12-31"])

    def test_people_read_sentences(self):
        said = self.world.text("reader", "programme", "show", "zj-xiaogongti")
        self.assertIn("  State: published, since 2016-08-17\n", said)
        self.assertIn("  Jurisdiction: 浙江省 330000  {division: \"330000\"}\n", said)
        self.assertIn("  Extends: County education consortium (hb-jiaolianti@1); borrowed: anything may be changed", said)
        self.assertIn("  Core school  CORE  (inherited from hb-jiaolianti@1)\n", said)
        self.assertIn("  Integration  FUSION  (changed from hb-jiaolianti@1)\n", said)
        said = self.world.text("reader", "--lang", "zh", "programme", "show", "moe-custody")
        self.assertIn("  所属：全国  {division: \"000000\"}\n", said)
        self.assertIn("    所在区划或县的标签：薄弱县  {division_tag: [weak_county]}\n", said)

    def test_publishing_again_is_unchanged(self):
        before = len(self.world.events("registry"))
        for file, name, version, who in SHIPPED:
            self.assertEqual(self.publish(who, path(file)), {"id": name, "version": version, "unchanged": True})
        self.assertEqual(len(self.world.events("registry")), before)

    def test_all_are_listed(self):
        listed = self.world.cli("reader", "programme", "list")["programmes"]
        self.assertLessEqual({(name, version) for _, name, version, _ in SHIPPED}, {(p["id"], p["version"]) for p in listed})

    def test_an_heir_before_its_parent(self):
        said = self.refused("zhejiang", "programme", "publish", self.changed("h_zhejiang", "hb-jiaolianti, version: 1", "hb-jiaolianti, version: 7"))
        self.assertIn("changed-h_zhejiang.yaml:9:10: extends: hb-jiaolianti@7 is not published", said)

    def test_a_faulty_file_is_not_sent(self):
        said = self.refused("nmg", "programme", "publish", self.changed("a_framework", "role: SUPPORTER", "role: SUPORTER"), code=2)
        self.assertIn("unknown role: SUPORTER\n  -> did you mean SUPPORTER?", said)

    def test_somebody_elses_programme(self):
        said = self.refused("hubei", "programme", "publish", path("h_zhejiang"), code=4)
        self.assertIn("SE-01", said)

    def test_subjects_are_those_of_the_registry(self):
        """Its table, once it is loaded, may know more than the tool: the curriculum of 2022 has subjects of its own."""
        newer = self.changed("d_daxuequ", '["22"]', '["22", "70"]')
        said = self.refused("baicheng", "programme", "publish", newer, code=2)  # not loaded yet: the tool's own table
        self.assertIn("subject_in: no subject has the code 70", said)
        names = {"22": "体育与健康", "23": "艺术", "24": "音乐", "25": "美术", "70": "劳动", "71": "信息科技"}
        self.world.do("nation", "registry", "ImportCodes", codes=[reg.CodeEntry(table="ZXXKC", code=c, name=n) for c, n in names.items()])
        newer.write_text(newer.read_text(encoding="utf-8").replace("version: 1", "version: 3", 1), encoding="utf-8")
        self.assertEqual(self.publish("baicheng", newer)["version"], 3)
        newer.write_text(newer.read_text(encoding="utf-8").replace('"70"', '"79"').replace("version: 3", "version: 4", 1), encoding="utf-8")
        said = self.refused("baicheng", "programme", "publish", newer)
        self.assertIn("PR-01", said)
        self.assertIn("measures.pe_guide.who[1].subject_in[1]", said)
        self.assertIn("no subject has the code 79 in table ZXXKC, did you mean: 70 劳动, 71 信息科技", said)

    def test_pr_02_at_its_place(self):
        loose = self.written("loose.yaml", HEIR + "      rules: [{exclusive: [MEMBER]}]\n")
        said = self.refused("huanggang", "programme", "publish", loose)
        self.assertIn("loose.yaml:11:14: modes.FUSION.rules may not be loosened by 421100: parent allows same_division: COUNTY or stricter", said)
        said = self.refused("huanggang", "--lang", "zh", "programme", "publish", loose)
        self.assertIn("modes.FUSION.rules：421100 不得放宽，上级允许：same_division: COUNTY 或更严", said)
        with self.assertRaises(w.Refused) as caught:  # offline, with the same words and the same code
            check(loose, "--parent", path("b_jiaolianti"))
        self.assertEqual(caught.exception.code, 1)
        self.assertIn("parent allows same_division: COUNTY or stricter", caught.exception.text)

    def test_pr_02_from_registryd_itself(self):
        """A client that does not check is told the same."""
        loose = self.written("loose.yaml", HEIR + "      rules: [{exclusive: [MEMBER]}]\n")
        message = w.World.run(["jiedui", "--json", "programme", "check", str(loose)])
        said = self.refused("huanggang", "call", "registry.PublishProgramme", json.dumps({"programme": json.loads(message)}))
        self.assertIn("PR-02", said)
        self.assertIn("modes.FUSION.rules may not be loosened by 421100", said)

    def test_a_tighter_heir(self):
        tight = self.written("tight.yaml", HEIR + "      signed: true\n")
        self.assertEqual(self.publish("huanggang", tight)["id"], "hg-jiaolianti")
        self.assertTrue(self.world.cli("reader", "programme", "show", "hg-jiaolianti")["modes"][0]["signed"])

    def test_pr_03(self):
        changed = self.changed("a_framework", "first: 16", "first: 17")
        said = self.refused("nmg", "programme", "publish", changed)
        self.assertIn("PR-03: nmg-framework@1 is published and cannot change; in use by 0 agreements, 0 partnerships", said)
        self.assertIn("-> Publish version 2", said)
        said = self.refused("nmg", "--lang", "zh", "programme", "publish", changed)
        self.assertIn("PR-03: nmg-framework@1 已发布，内容不可改；使用中：0 个协议、0 个结对关系", said)

    def test_pr_04(self):
        """A version of its own: what is retired stays so."""
        second = self.changed("i_group", "\nversion: 1\n", "\nversion: 2\n")
        self.publish("nation", second)
        self.refused("nmg", "programme", "retire", "zutuan", "--programme-version", "2", "--reason", "x", code=4)
        self.refused("nation", "programme", "retire", "zutuan", "--programme-version", "9", "--reason", "x", code=6)
        self.world.text("nation", "programme", "retire", "zutuan", "--programme-version", "2", "--reason", "改用新办法")
        self.assertTrue(self.world.cli("nation", "programme", "retire", "zutuan", "--programme-version", "2", "--reason", "x")["unchanged"])
        self.assertEqual(self.world.cli("reader", "programme", "show", "zutuan", "--programme-version", "2")["status"], "PROGRAMME_RETIRED")
        self.assertEqual(self.world.cli("reader", "programme", "show", "zutuan")["version"], 1)  # the newest that is not retired
        pair = ("partnership", "propose", "--programme", "zutuan", "--programme-version", "2", "--mode", "GROUP", "--member", "GIVER=HB-EDU")
        said = self.refused("hubei", *pair)
        self.assertIn("PR-04: zutuan@2 is retired and takes no new partnerships", said)
        self.assertIn("-> Use zutuan@1", said)
        self.assertIn("PR-04: zutuan@2 已停用，不再用于新的结对关系", self.refused("hubei", "--lang", "zh", *pair))
        heir = self.written("heir.yaml", HEIR.split("\noverride")[0].replace("hb-jiaolianti, version: 1", "zutuan, version: 2"))
        self.assertIn("extends: zutuan@2 is retired", self.refused("huanggang", "programme", "publish", heir))

    def test_versions_stay_readable_after_a_restart(self):
        before = {name: self.world.cli("reader", "programme", "show", name) for _, name, _, _ in SHIPPED}
        self.world.restart("registryd")
        self.assertEqual({name: self.world.cli("reader", "programme", "show", name) for name in before}, before)


if __name__ == "__main__":
    unittest.main()
