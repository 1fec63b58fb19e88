#!/usr/bin/python3
"""settled.py: from `jiedui --json status` (a document a daemon), exit 0 when every follower has reached the head."""
import json
import sys


def main():
    daemons = json.load(sys.stdin)
    heads = {d["area"]: int(d.get("head", 0)) for d in daemons}
    behind = [f for d in daemons for f in d.get("follows", []) if int(f.get("seq", 0)) < heads.get(f["area"], 0)]
    sys.exit(1 if behind or len(heads) < 3 else 0)


if __name__ == "__main__":
    main()
