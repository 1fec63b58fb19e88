#!/usr/bin/env bash
# deploy/quickstart itself, twice in one directory: the year runs, the daemons stay, stop ends them all.
#   quickstart.sh BIN_DIR
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dir=$(mktemp -d)
said=$(mktemp)
finish() {
  "$top/deploy/quickstart" stop --dir "$dir" > /dev/null || true
  rm -rf "$dir" "$said"
}
trap finish EXIT

for round in first second; do
  if ! "$top/deploy/quickstart" --bin "$1" --dir "$dir" > "$said" 2>&1; then
    echo "the $round run failed"
    cat "$said"
    tail -n 5 "$dir"/log/*.log
    exit 1
  fi
done
for wanted in 'PN-08' 'AS-06' '16/16' 'kill -9'; do
  grep -qF -- "$wanted" "$said" || { echo "not in the story: $wanted"; exit 1; }
done
running=$("$top/deploy/quickstart" status --dir "$dir" | grep -c ' pid ')
((running == 4)) || { echo "$running of 4 processes run"; exit 1; }
"$top/deploy/quickstart" stop --dir "$dir" > /dev/null
if "$top/deploy/quickstart" status --dir "$dir" | grep ' pid '; then
  echo 'stop left something running'
  exit 1
fi
