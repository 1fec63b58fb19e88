#!/usr/bin/python3
"""pick.py LIST FIELD...: from JSON on standard input, one line for each element of LIST with those fields.

LIST and FIELD may be dotted (deliveries; delivery.id); "." is the document itself. Absent fields are empty.
"""
import json
import sys


def at(value, path):
    for name in path.split("."):
        if name:
            value = value.get(name, {}) if isinstance(value, dict) else {}
    return value


def main():
    found = at(json.load(sys.stdin), sys.argv[1])
    for element in found if isinstance(found, list) else [found] if found else []:
        values = (at(element, field) for field in sys.argv[2:])
        print("\t".join("" if v == {} else str(v) for v in values))


if __name__ == "__main__":
    main()
