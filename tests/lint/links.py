#!/usr/bin/python3
"""Every relative link of every Markdown file leads to a file of the tree."""
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


def main():
    listed = subprocess.run(["find", ".", "-name", "*.md", "-not", "-path", "./build*", "-not", "-path", "./.git/*",
                             "-not", "-path", "./_run/*"], cwd=TOP, capture_output=True, text=True, check=True)
    broken = []
    for name in listed.stdout.split():
        file = TOP / name
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            for target in re.findall(r"\]\(([^)#\s]+)", line):
                if "://" not in target and not (file.parent / target).exists():
                    broken.append(f"{name}:{number}: {target} is not there")
    if broken:
        sys.exit("\n".join(broken))


if __name__ == "__main__":
    main()
