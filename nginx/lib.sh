# shellcheck shell=bash
# What up, down and the tests' runner share. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
run=$root/build/run
PATH=$PATH:/usr/sbin:/sbin # where nginx is, and a plain user's PATH does not lead

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Runs a step quietly: step LOG "what" command… On failure: the end of its log, and where the rest is.
step() {
  local log=$1 what=$2
  shift 2
  say "$what (log: $log)"
  "$@" >"$log" 2>&1 </dev/null && return 0
  tail -n 20 "$log" >&2
  fail "$what: failed, all of it is in $log"
}

# --- Packages ---------------------------------------------------------------------------------------------------

is_installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

any_installed() {
  local name
  for name; do is_installed "$name" && return 0; done
  return 1
}

# missing_packages FILE…: of each line "a|b" that has nothing installed, the first name.
missing_packages() {
  local -a names
  sed 's/#.*//; /^[[:space:]]*$/d' "$@" | while IFS='|' read -ra names; do
    any_installed "${names[@]}" || say "${names[0]}"
  done
}

# Where the server looks for interpreters.
find_tool() { PATH=/usr/local/bin:/usr/bin:/bin command -v "$1"; }

strips_types() { [ "$("$1" -p 'process.features.typescript && require("module").registerHooks && 1')" = 1 ]; }

# javascript_packages: what scripts in JavaScript and TypeScript lack; nothing where a runtime is there, from
# wherever it came. A Node.js before 22.18 needs esbuild.
javascript_packages() {
  local node
  if find_tool bun || find_tool deno; then return; fi >/dev/null
  node=$(find_tool node) || say nodejs
  [ -n "$node" ] && strips_types "$node" || find_tool esbuild >/dev/null || say esbuild
}

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# sudo may ask for a password only where somebody can type one.
can_be_root() {
  [ "$(id -u)" -eq 0 ] && return 0
  command -v sudo >/dev/null || return 1
  sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --no-remove \
    -o DPkg::Lock::Timeout=300 "$@"
}

# Installs with a policy that keeps packages from starting their services, unless the system has a policy already.
install_without_services() (
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    trap 'as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy
    as_root chmod 755 $policy
  fi
  apt_install "$@" || { as_root apt-get update && apt_install "$@"; }
)

# ensure_packages FILE…: installs what is missing; where nothing is, it does nothing.
ensure_packages() {
  local -a missing
  command -v dpkg-query >/dev/null || return 0 # no Debian: the build tells what it lacks
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  can_be_root || fail "missing packages, and installing them needs root or sudo: apt-get install ${missing[*]}"
  mkdir -p "$run"
  step "$run/install.log" "Installing ${missing[*]}" install_without_services "${missing[@]}"
}

# --- Build ------------------------------------------------------------------------------------------------------

# A build folder that was moved or half made is no reason to give up: configure once more from nothing.
configure() { cmake --preset "$@" || cmake --fresh --preset "$@"; }

# build_preset PRESET [cmake options]
build_preset() {
  cd "$root" && configure "$@" && cmake --build --preset "$1"
}

# The program alone: what tests need may not be installed.
build_program() {
  cd "$root" && configure release && cmake --build --preset release --target towermill
}

# --- Processes --------------------------------------------------------------------------------------------------

# The pid in file $1, if that process is alive and its command line names our run directory: the number alone may
# be somebody else's by now. (Every "return" here names its status: in a trap a bare one gives the trap's.)
our_pid() {
  local pid
  pid=$(cat "$1") && [ -n "$pid" ] || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$run/" && say "$pid"
} 2>/dev/null

is_gone() { ! our_pid "$1" >/dev/null; }

# wait_gone PIDFILE SECONDS
wait_gone() {
  local tenths=$(($2 * 10))
  until is_gone "$1"; do
    ((tenths-- > 0)) || return 1
    sleep 0.1
  done
}

# stop_process PIDFILE SIGNAL SECONDS LAST_SIGNAL NAME [HINT]
stop_process() {
  local file=$1 signal=$2 seconds=$3 last=$4 name=$5 hint=${6-} pid
  if pid=$(our_pid "$file"); then
    say "Stopping $name (pid $pid)$hint"
    kill -s "$signal" "$pid"
    wait_gone "$file" "$seconds" || {
      say "$name still runs after $seconds s: SIG$last"
      kill -s "$last" "$pid"
      wait_gone "$file" 10
    }
  fi
  rm -f "$file"
}

# The server lets running scripts finish and gets a little longer than they do (stop_s 30); a second SIGTERM ends
# them. It has a session of its own, so Ctrl-C has to be passed on to it.
stop_server() {
  trap end_runs INT
  stop_process "$run/towermill.pid" TERM 40 KILL towermill \
    ", letting running scripts finish (up to 30 s; again to end them)"
  trap '' INT
}

end_runs() {
  local pid
  pid=$(our_pid "$run/towermill.pid") || return 0
  say "Ending the running scripts"
  kill -s TERM "$pid" || true
}

stop_nginx() { stop_process "$run/nginx.pid" QUIT 5 TERM nginx; }
