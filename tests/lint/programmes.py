#!/usr/bin/python3
"""No programme is known to the code: what a programme asks for comes from its file. No string and no identifier of a C file
under common/ or services/ names one of the programmes of deploy/programmes or one of their modes. Comments may: they cite
the documents. An id that is an ordinary word counts only where it is the whole string.
--selftest: the finder finds."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//(?:\\\n|[^\n])*)|(?P<string>"(?:\\.|[^"\\\n])*")|(?P<char>'(?:\\.|[^'\\\n])*')|(?P<name>[A-Za-z_]\w*)""",
    re.DOTALL)


def names():
    """(ids of programmes, ids of modes) of the files that ship."""
    programmes, modes = set(), set()
    for file in sorted((ROOT / "deploy/programmes").glob("*.yaml")):
        section = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if re.match(r"\w", line):
                section = line.split(":")[0]
            if section == "id":
                programmes.add(line.split(":")[1].strip())
            if section == "modes" and (found := re.match(r"  - id: (\w+)", line)):
                modes.add(found[1])
    return programmes, modes


def named(text, programmes, modes):
    """(line, word) of every name in the code of a file."""
    for token in TOKEN.finditer(text):
        kind, what = token.lastgroup, token.group()
        if kind == "string":
            inside = what[1:-1]
            found = [w for w in re.findall(r"[A-Za-z0-9_-]+", inside) if w in modes or (w in programmes and ("-" in w or w == inside))]
        elif kind == "name":
            found = [what] if what in modes or what.replace("_", "-").lower() in {p for p in programmes if "-" in p} else []
        else:
            continue
        for word in found:
            yield text.count("\n", 0, token.start()) + 1, word


def selftest(programmes, modes):
    bad = ['if (strcmp(id, "nmg-framework") == 0)', 'x = "rotation";', 'use("FUSION|COLLAB")', "MODE(CUSTODY)", "enum { HB_JIAOLIANTI };",
           'f("a \\" b", "moe-custody@1")', '/* c */ g("TWIN"); // d', "char c = '\"'; h(\"ZONE\");"]
    good = ["// FUSION of hb-jiaolianti", "/* \"TEAM\"\n nmg-framework */", 'say("rotation of keys")', "KIND_ZONE, zone", 'say("fusion")',
            "// it's \\\n TWIN"]
    wrong = [t for t in bad if not list(named(t, programmes, modes))] + [t for t in good if list(named(t, programmes, modes))]
    if wrong or len(programmes) != 9 or len(modes) < 15:
        sys.exit(f"the finder is wrong about {wrong}, knows {len(programmes)} programmes, {len(modes)} modes")


def main():
    programmes, modes = names()
    if "--selftest" in sys.argv:
        return selftest(programmes, modes)
    bad = 0
    for folder in ("common", "services"):
        for file in sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in (".c", ".h", ".def")):
            for line, word in named(file.read_text(encoding="utf-8"), programmes, modes):
                print(f"{file.relative_to(ROOT)}:{line}: names {word} of deploy/programmes: the programme's file decides, not the code")
                bad += 1
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
