# shellcheck shell=bash
# The package list of deploy/packages.txt for every script that needs it. Source this file.

packages_file=${BASH_SOURCE[0]%/*}/../packages.txt

# packages_list SECTION...: the names of those sections.
packages_list() {
  local wanted=" $* " section='' line
  while IFS= read -r line; do
    line=${line%%#*}
    line=${line//[[:space:]]/}
    case $line in
      '') ;;
      '['*']') section=${line:1:-1} ;;
      *) [[ $wanted == *" $section "* ]] && printf '%s\n' "$line" ;;
    esac
  done < "$packages_file"
  return 0
}

# packages_missing SECTION...: those that are not installed.
packages_missing() {
  local name
  for name in $(packages_list "$@"); do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || printf '%s\n' "$name"
  done
}

# packages_install SECTION...: installs what is missing, saying so; nothing at all when everything is there.
packages_install() {
  local missing as_root=()
  mapfile -t missing < <(packages_missing "$@")
  ((${#missing[@]})) || return 0
  if ((EUID)); then
    if ! command -v sudo > /dev/null; then
      printf 'missing packages, and neither root nor sudo: %s\n  as root: apt-get install %s\n' \
        "${missing[*]}" "${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  printf '安装软件包 / installing packages: %s\n' "${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}
