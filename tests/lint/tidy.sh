#!/usr/bin/env bash
# Size budget of functions (.clang-tidy) over what compile_commands.json builds. tidy.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
commands=$1/compile_commands.json
[[ -s $commands ]] || { echo "no $commands: configure with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON"; exit 1; }
mapfile -t files < <(sed -n 's/^ *"file": "\(.*\)",*$/\1/p' "$commands" | grep -E '/(common|services)/' | sort -u)
((${#files[@]})) || { echo 'nothing to check'; exit 1; }
printf '%s\0' "${files[@]}" | xargs -0 -n 8 -P 2 clang-tidy --quiet -p "$1" 2> /dev/null
