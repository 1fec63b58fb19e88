# shellcheck shell=bash
# What the story says: each line in Chinese and English. Source this file.

narrate_started=$SECONDS

# narrate ZH EN [DETAIL]
narrate() {
  printf '  %s · %s%s\n' "$1" "$2" "${3:+: $3}"
}

# chapter N ZH EN
chapter() {
  printf '\n[%s] %s · %s  (%ds)\n' "$1" "$2" "$3" $((SECONDS - narrate_started))
}

# expect WANTED GOT ZH EN: a fact of the story that must hold.
expect() {
  if [[ $1 == "$2" ]]; then
    printf '  ✔ %s · %s: %s\n' "$3" "$4" "$2"
  else
    printf '  ✘ %s · %s: %s, 应为 / wanted %s\n' "$3" "$4" "$2" "$1" >&2
    return 1
  fi
}
