#!/usr/bin/env bash
# Writes the journal's message catalog, English and Chinese, from common/obs/log.def; --check only compares.
# Installed to /usr/lib/systemd/catalog/, `journalctl --catalog` then explains each warning and error and what to do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# One line per event that has a MESSAGE_ID: "id" "text" "advice in English" "advice in Chinese".
rows() {
  printf '%s\n' '#define LOG(id, level, msgid, text, en, zh) msgid text en zh' '#include "../../common/obs/log.def"' |
    "${CC:-cc}" -E -P -x c -I. - | grep -v '^""'
}

english() {
  rows | awk -F'"' '{ printf "%s-- %s\nSubject: %s\nDefined-By: jiedui\n\n%s\n", (NR > 1 ? "\n" : ""), $2, $4, $6 }'
}

# The first sentence of the Chinese advice is its title.
chinese() {
  rows | awk -F'"' '{
    end = index($8, "。")
    if (!end) { print "no title in: " $8 > "/dev/stderr"; exit 1 }
    printf "%s-- %s\nSubject: %s\nDefined-By: jiedui\n\n%s\n", (NR > 1 ? "\n" : ""), $2, substr($8, 1, end - 1),
      substr($8, end + length("。"))
  }'
}

if [[ ${1:-} == --check ]]; then
  if ! diff -u jiedui.catalog <(english) || ! diff -u jiedui.zh_CN.catalog <(chinese); then
    echo 'not current: run deploy/catalog/generate.sh'
    exit 1
  fi
else
  english > jiedui.catalog
  chinese > jiedui.zh_CN.catalog
fi
