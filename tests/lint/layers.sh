#!/usr/bin/env bash
# Who may include whom: every file of common/ and services/ against layers.txt, and the table itself is acyclic.
# layers.sh [ROOT]; layers.sh --selftest plants violations and wants each of them reported.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
table=$here/layers.txt

check() {
  local files
  cd "$1"
  mapfile -t files < <(find common services -name '*.[ch]' 2> /dev/null | sort)
  awk -v edges=1 -f "$here/layers.awk" "$table" | tsort > /dev/null || return 1
  ((${#files[@]})) || { echo "no source files under $1"; return 1; }
  awk -f "$here/layers.awk" "$table" "${files[@]}"
}

# plant FILE LINE: one more file with one include; expect FILE in the report.
plant() {
  mkdir -p "$tree/$(dirname "$1")"
  printf '%s\n' "$2" > "$tree/$1"
}

selftest() {
  tree=$(mktemp -d)
  trap 'rm -rf "$tree"' EXIT
  plant common/base/good.c '#include "common/base/arena.h"'
  plant common/store/good.c '#include <lmdb.h>'
  plant common/svc/good.c '#include <sys/signalfd.h>'
  check "$tree" || { echo 'a clean tree was refused'; return 1; }
  local case file line missed=0
  for case in 'common/base/up.c|#include "common/obs/log.h"' \
    'common/store/bus.c|#include "common/bus/bus.h"' \
    'common/domain/lib.c|#include <lmdb.h>' \
    'services/registry/rules/store.c|#include "common/store/store.h"' \
    'services/registry/other.c|  #  include "services/notify/rules/ntf.h"' \
    'services/dispatch/solver/proto.c|#include "proto/dispatch.pb-c.h"' \
    'services/notify/local.c|#include "local.h"' \
    'services/cli/near.c|#include <zmq_utils.h>' \
    'services/gateway/new.c|#include <stdio.h>'; do
    file=${case%%|*}
    line=${case#*|}
    plant "$file" "$line"
    if [[ $(check "$tree") == "$file:1: "* ]]; then
      rm "$tree/$file"
    else
      echo "planted in $file and not reported: $line"
      missed=1
    fi
  done
  table=$tree/layers.txt
  { cat "$here/layers.txt"; echo 'common/base: common/svc'; } > "$table"
  if check "$tree" 2> /dev/null; then
    echo 'a table with a cycle was taken'
    missed=1
  fi
  return $missed
}

if [[ ${1:-} == --selftest ]]; then
  selftest
else
  check "${1:-$here/../..}"
fi
