#!/usr/bin/env bash
# The units say what systemd understands, and their exposure stays under its limit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cp -r deploy/systemd/. "$tree"
# The programs and the manual are not installed here: stand-ins that exist.
sed -i "s,/usr/bin/jiedui-,$tree/jiedui-,; s,^Documentation=.*,Documentation=file:$tree," "$tree"/*.service
bad=0
# name, exposure limit in tenths: ipc only 0.3, with the webhooks' network 1.1 (one tenth each is sched_setscheduler)
while read -r name limit; do
  install -m 755 /bin/true "$tree/jiedui-$name"
  unit=$tree/jiedui-$name.service
  said=$(systemd-analyze verify "$unit" 2>&1 | grep -F "$tree" || true)
  if [[ $said ]]; then
    printf '%s\n' "$said"
    bad=1
  fi
  if ! said=$(systemd-analyze security --no-pager --offline=true --threshold="$limit" "$unit" 2>&1); then
    printf '%s\n' "$said" | tail -n 3
    bad=1
  fi
  # systemd-analyze alone would not tell a lost drop-in from a kept one
  grep -q '^SystemCallFilter=sched_setscheduler$' "$tree/jiedui-.service.d/10-hardening.conf" || bad=1
done << 'LIMITS'
registryd 3
dispatchd 3
notifyd 11
LIMITS
exit $bad
