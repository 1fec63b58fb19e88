#!/usr/bin/env bash
# Every C file is as clang-format leaves it. format.sh --fix writes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -t files < <(find common services tests -name '*.[ch]' | sort)
if [[ ${1:-} == --fix ]]; then
  clang-format -i "${files[@]}"
  exit
fi
bad=$(clang-format --dry-run "${files[@]}" 2>&1 | sed -n 's/^\([^: ]*\.[ch]\):[0-9].*/\1/p' | sort -u)
if [[ $bad ]]; then
  printf 'not as clang-format leaves it (tests/lint/format.sh --fix):\n%s\n' "$bad"
  exit 1
fi
