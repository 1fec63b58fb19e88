# shellcheck shell=bash
# One instance of jiedui under one directory: keys, principals, configuration, the three daemons. Source this file.
#   $bin   folder of the executables
#   $run   the directory; everything lives below it

: "${bin:=}"

declare -A instance_area=([registryd]=registry [dispatchd]=dispatch [notifyd]=notify)
instance_daemons=(registryd dispatchd notifyd)

# instance_make DIR: an empty instance. A directory that is not ours is never touched.
instance_make() {
  run=$1
  if [[ -e $run ]]; then
    if [[ ! -e $run/.jiedui-run ]] && [[ $(ls -A "$run") ]]; then
      printf '%s: 目录非空且不是本脚本建立的 / not empty and not made by this script\n' "$run" >&2
      return 1
    fi
    instance_stop
    rm -rf "${run:?}"/{etc,state,log,pid,sock,out}
  fi
  mkdir -p "$run"
  chmod 700 "$run"
  run=$(cd "$run" && pwd -P)
  # The address of a unix socket has 108 bytes.
  if ((${#run} > 80)); then
    printf '%s: 路径过长，请用 --dir 换一个 / too long for a socket, choose another with --dir\n' "$run" >&2
    return 1
  fi
  : > "$run/.jiedui-run"
  mkdir "$run"/{etc,state,log,pid,sock,out} "$run/etc/keys"
}

# instance_key NAME: the Z85 public key.
instance_key() {
  sed -n 's/^ *public-key = "\(.*\)"$/\1/p' "$run/etc/keys/$1.pub"
}

# instance_principal NAME ROLES DIVISION [ACTS_FOR]: one entry of the principals file, on standard output.
instance_principal() {
  printf '  - name: %s\n    key: "%s"\n    roles: [%s]\n    scope: [{division: "%s", programme: "*"}]\n' \
    "$1" "$(instance_key "$1")" "$2" "$3"
  [[ ${4:-} ]] && printf '    acts_for: [%s]\n' "$4"
  return 0
}

# instance_config DAEMON [LINE...]: writes its configuration; more lines are added as they are.
instance_config() {
  local daemon=$1 peer
  shift
  {
    printf 'area: %s\nendpoint: "ipc://%s"\n' "${instance_area[$daemon]}" "$run/sock/${instance_area[$daemon]}"
    printf 'key_file: keys/%s.key\nprincipals_file: principals.yaml\n' "$daemon"
    printf 'state_dir: "%s"\nmap_size_mib: 4096\nfloor_mib: 256\nfloor_percent: 1\n' "$run/state/$daemon"
    (($#)) && printf '%s\n' "$@"
    [[ $daemon != registryd ]] && printf 'peers:\n'
    for peer in "${instance_daemons[@]}"; do
      [[ $peer == "$daemon" ]] && break
      printf '  - {area: %s, endpoint: "ipc://%s", server_key: keys/%s.pub}\n' \
        "${instance_area[$peer]}" "$run/sock/${instance_area[$peer]}" "$peer"
    done
  } > "$run/etc/$daemon.yaml"
}

# instance_client PRINCIPAL: the configuration of the command line.
instance_client() {
  local daemon
  {
    printf 'keys_dir: keys\nprincipal: %s\ndaemons:\n' "$1"
    for daemon in "${instance_daemons[@]}"; do
      printf '  - {area: %s, endpoint: "ipc://%s", server_key: keys/%s.pub}\n' \
        "${instance_area[$daemon]}" "$run/sock/${instance_area[$daemon]}" "$daemon"
    done
  } > "$run/etc/client.yaml"
}

# instance_pid NAME: the process id if it still runs and is the one that was started here.
instance_pid() {
  local pid
  pid=$(cat "$run/pid/$1.pid" 2> /dev/null) || return 1
  [[ $pid && -r /proc/$pid/cmdline ]] || return 1
  tr '\0' ' ' 2> /dev/null < "/proc/$pid/cmdline" | grep -qF -- "$run/" && printf '%s\n' "$pid"
}

# instance_spawn NAME COMMAND...: in the background, with a pid file and a log.
instance_spawn() {
  local name=$1
  shift
  setsid "$@" < /dev/null >> "$run/log/$name.log" 2>&1 &
  printf '%s\n' $! > "$run/pid/$name.pid"
}

# instance_start DAEMON...: starts and waits until each is ready; the log says why if one is not.
instance_start() {
  local daemon
  for daemon; do
    instance_spawn "$daemon" "$bin/jiedui-$daemon" --config "$run/etc/$daemon.yaml"
  done
  for daemon; do
    instance_wait "$daemon"
  done
}

instance_wait() {
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    "$bin/jiedui" --config "$run/etc/client.yaml" --as operator --timeout 500 ping "${instance_area[$1]}" \
      > /dev/null 2>&1 && return 0
    instance_pid "$1" > /dev/null || break
    sleep 0.1
  done
  printf '%s 未就绪，日志 / is not ready, log: %s\n' "$1" "$run/log/$1.log" >&2
  tail -n 5 "$run/log/$1.log" >&2
  return 1
}

# instance_kill NAME...: SIGKILL, at once, as a power cut would.
instance_kill() {
  local name pid
  for name; do
    pid=$(instance_pid "$name") || continue
    kill -KILL "$pid"
    { wait "$pid" || true; } 2> /dev/null
  done
}

# instance_stop: ends what the pid files name, politely, then firmly.
instance_stop() {
  local file name pid tries
  for file in "$run"/pid/*.pid; do
    [[ -e $file ]] || continue
    name=$(basename "$file" .pid)
    if pid=$(instance_pid "$name"); then
      kill -TERM "$pid" 2> /dev/null || true
      for ((tries = 0; tries < 100; tries++)); do
        instance_pid "$name" > /dev/null || break
        sleep 0.1
      done
      ! pid=$(instance_pid "$name") || kill -KILL "$pid" 2> /dev/null || true
    fi
    rm -f "$file"
  done
}
