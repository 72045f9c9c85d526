# shellcheck shell=sh
# Commands made repeatable, kernel modules, kernel parameters and tunnels' ports.

# ensure COMMAND...: succeeds where the thing is there already. The messages are those of iproute2, ipvsadm and the
# kernel.
ensure() {
  out=$("$@" 2>&1) && return 0
  case $out in *"File exists"*|*"already assigned"*|*"already exists"*|*"already in use"*|*"already run"*) return 0 ;; esac
  printf '%s\n' "$out"
  return 1
}

# absent COMMAND...: succeeds where the thing is gone already.
absent() {
  out=$("$@" 2>&1) && return 0
  case $out in
    *"No such"*|*"Cannot assign requested address"*|*"Cannot find device"*|*"not defined"*|*"not found"*|*"No daemon is running"*) return 0 ;;
  esac
  printf '%s\n' "$out"
  return 1
}

# has_module NAME: a container may not see /sys/module, and /proc/modules does not list what is built in.
has_module() { [ -d "sys/module/$1" ] || grep -qs "^$1 " proc/modules; }

# sysctl_set PATH VALUE ["optional": an older kernel may lack it]: notes the value before our first change.
sysctl_set() {
  [ -n "$3" ] && [ ! -e "proc/sys/$1" ] && return 0
  old=$(cat "proc/sys/$1") || return 1
  known=
  if [ -f "$lib/sysctl.before" ]; then
    while read -r key _; do [ "$key" = "$1" ] && known=1; done < "$lib/sysctl.before"
  fi
  [ -n "$known" ] || printf '%s %s\n' "$1" "$old" >> "$lib/sysctl.before"
  printf '%s\n' "$2" > "proc/sys/$1"
}

# gue_close PORT: the kernel answers "Invalid argument" for a port that is not there, and that may mean anything.
gue_close() {
  ! ip fou show 2>/dev/null | grep -q "^port $1 gue" || ip fou del port "$1"
}
