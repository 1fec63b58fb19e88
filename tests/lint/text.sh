#!/usr/bin/env bash
# Rules about text that a grep can hold:
#   no sleeps in tests (a test waits for its condition with a deadline);
#   no `optional` and no map in proto/ (protobuf-c refuses the one, our readers the other);
#   no gotos out of habit, no unbounded string functions in our sources;
#   files of at most 600 lines;
#   shell scripts pass shellcheck.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bad=0

# refuse WHY PATTERN FILE...: prints file:line of every hit.
refuse() {
  local why=$1 pattern=$2 hits
  shift 2
  (($#)) || return 0
  if hits=$(grep -nE "$pattern" -- "$@" /dev/null); then
    printf '%s:\n%s\n' "$why" "$hits"
    bad=1
  fi
}

mapfile -t tests < <(find tests -type f \( -name '*.[ch]' -o -name '*.py' -o -name '*.sh' -o -name run \) \
  -not -path tests/lint/text.sh | sort)
refuse 'a test sleeps instead of waiting for its condition' \
  '(^|[^[:alnum:]_.])(sleep|usleep|nanosleep|clock_nanosleep|zclock_sleep)[ (]|time\.sleep' "${tests[@]}"
refuse 'not for protobuf-c' '^[[:space:]]*(optional|map *<|group )|google/protobuf/any' proto/*.proto
mapfile -t sources < <(find common services -name '*.[ch]' | sort)
refuse 'unbounded or locale-blind' '(^|[^[:alnum:]_])(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca)\(' "${sources[@]}"

while read -r lines file; do
  if [[ $file != total ]] && ((lines > 600)); then
    echo "$file has $lines lines: one idea to a file, at most 600 lines"
    bad=1
  fi
done < <(wc -l "${sources[@]}")

mapfile -t scripts < <({
  find deploy tests .ci -type f -name '*.sh'
  grep -rlE '^#!.*\b(bash|sh)$' deploy tests .ci --include='[a-z]*'
} | sort -u)
shellcheck -x "${scripts[@]}" || bad=1
exit $bad
