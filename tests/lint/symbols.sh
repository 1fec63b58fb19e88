#!/usr/bin/env bash
# Exported names tell where they live: symbols of x.c begin with x_, or with a word that symbols.txt grants to the file
# or its folder. symbols.sh BUILD_DIR; symbols.sh --selftest CC compiles a planted violation.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# check DIR: the object files below DIR/common and DIR/services.
check() {
  local objects
  cd "$1"
  mapfile -t objects < <(find common services -name '*.c.o' | sort)
  ((${#objects[@]})) || { echo "no object files under $1"; return 1; }
  nm -A -g --defined-only "${objects[@]}" | awk -v words="$here/symbols.txt" '
    BEGIN {
      while ((getline line < words) > 0) {
        sub(/#.*/, "", line)
        n = split(line, part, " ")
        for (i = 2; i <= n; i++)
          granted[part[1]] = granted[part[1]] " " part[i]
      }
    }
    {
      colon = index($1, ":")
      path = substr($1, 1, colon - 1)
      name = $NF
      if (name ~ /^_/)
        next                       # compiler and sanitizer
      folder = path
      sub(/\/CMakeFiles\/.*/, "", folder)
      file = path
      sub(/.*\.dir\//, "", file)
      sub(/\.c\.o$/, "", file)
      stem = file
      sub(/.*\//, "", stem)
      if (!fits(name, stem " " granted[folder] granted[folder "/" file ".c"])) {
        printf "%s/%s.c: %s lacks the prefix %s_\n", folder, file, name, stem
        bad = 1
      }
    }
    END { exit bad }
    function fits(name, list, n, i, part) {
      n = split(list, part, " ")
      for (i = 1; i <= n; i++)
        if (name == part[i] || index(name, part[i] "_") == 1)
          return 1
      return 0
    }'
}

selftest() {
  local dir=common/base/CMakeFiles/x.dir
  tree=$(mktemp -d)
  trap 'rm -rf "$tree"' EXIT
  mkdir -p "$tree/$dir" "$tree/services"
  printf 'int arena_x(void){return 0;}\n' | "$1" -x c -c -o "$tree/$dir/arena.c.o" -
  check "$tree" || { echo 'a clean object was refused'; return 1; }
  printf 'int stray(void){return 0;}\n' | "$1" -x c -c -o "$tree/$dir/arena.c.o" -
  if check "$tree"; then
    echo 'the planted symbol was not reported'
    return 1
  fi
}

if [[ $1 == --selftest ]]; then
  selftest "$2"
else
  check "$1"
fi
