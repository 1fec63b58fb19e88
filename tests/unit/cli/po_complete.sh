#!/bin/sh
# Every text of the tool's source has a Chinese translation, none is fuzzy, and none is left over. po_complete.sh SOURCE
set -eu
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
xgettext --language=C --from-code=UTF-8 -k_ -kN_ -s -o "$work/all.pot" ./*.c ./*.h ./*.def
sed -i 's/charset=CHARSET/charset=UTF-8/' "$work/all.pot"
msgcmp po/zh_CN.po "$work/all.pot"
msgmerge --quiet --no-fuzzy-matching -o "$work/merged.po" po/zh_CN.po "$work/all.pot"
if grep '^#~ msgid' "$work/merged.po"; then
  echo 'po/zh_CN.po: the texts above are in no source any more: remove them'
  exit 1
fi
msgfmt --check -o /dev/null po/zh_CN.po
