#!/usr/bin/python3
"""The coverage table of the source documents: every requirement row A1..E18 has a step that asserts it, and where a row's
records belong to another daemon the table names it with the reason.

rows.py FOLDER     checks ROWS.md against what the scenarios wrote into FOLDER (JIEDUI_WRITE_DOCS=1 writes it)
"""
import collections
import csv
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENTS = {"A": "framework agreement", "B": "county education consortia", "C": "county twin support",
             "D": "school zones", "E": "trusteeship of county high schools"}


def wanted():
    with open(HERE / "rows.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def passed(folder):
    steps = {}
    for document in DOCUMENTS:
        steps.update(json.loads((folder / f"{document}.json").read_text(encoding="utf-8")))
    return steps


def page(rows, steps):
    kinds = collections.Counter("theirs" if r["owner"] else "ours" for r in rows)
    lines = ["# Rows of the source documents", "",
             "Printed by the scenarios in this folder (`rows.py`): what each requirement row is asserted by. Where a row's records belong",
             "to another daemon the scenario asserts what the registry holds of it, and the last column says who owns the rest.", "",
             f"{len(rows)} rows: {kinds['ours']} asserted whole, {kinds['theirs']} in the template here with their records elsewhere."]
    for document, title in DOCUMENTS.items():
        lines += ["", f"## {document}: {title}", "", "| row | what | step | rest |", "|---|---|---|---|"]
        for row in rows:
            if row["row"].startswith(document):
                rest = f"{row['owner']}: {row['why']}" if row["owner"] else ""
                lines.append(f"| {row['row']} | {row['feature']} | {'; '.join(steps[row['row']])} | {rest} |")
    return "\n".join(lines) + "\n"


def main():
    steps, rows = passed(pathlib.Path(sys.argv[1])), wanted()
    known = {row["row"] for row in rows}
    bare, unknown = [r for r in known if r not in steps], [r for r in steps if r not in known]
    if bare or unknown:
        sys.exit(f"rows that no scenario asserts: {sorted(bare)}; steps of rows nobody knows: {sorted(unknown)}")
    text, committed = page(rows, steps), HERE / "ROWS.md"
    if os.environ.get("JIEDUI_WRITE_DOCS"):
        committed.write_text(text, encoding="utf-8")
    if not committed.exists() or committed.read_text(encoding="utf-8") != text:
        sys.exit("ROWS.md is not what the scenarios print: run rows.py again with JIEDUI_WRITE_DOCS=1")
    print(text.split("\n\n")[2])


if __name__ == "__main__":
    main()
