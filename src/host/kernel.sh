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
    *"No such"*|*"Cannot assign requested address"*|*"Cannot find device"*|*"not defined"*|*"not found"*|*"does not exist"*|*"No daemon is running"*) return 0 ;;
  esac
  printf '%s\n' "$out"
  return 1
}

# has_module NAME: /proc/modules does not list what is built in, and is read only where a container does not see /sys/module,
# which always has an entry for the kernel itself.
has_module() { [ -d "sys/module/$1" ] || { [ ! -d sys/module/kernel ] && grep -qs "^$1 " proc/modules; }; }

# load_module NAME: what needs the module says so where it could not be loaded: an older kernel may not know it.
load_module() { modprobe "$1" 2>/dev/null || :; }

# sysctl_set PATH VALUE ["optional": an older kernel may lack it]
sysctl_set() {
  if [ ! -e "proc/sys/$1" ]; then
    [ -z "$3" ] || return 0
    printf 'the kernel has no %s\n' "$1"
    return 1
  fi
  printf '%s\n' "$2" > "proc/sys/$1"
}

# has_sysctl PATH VALUE ["optional"]
has_sysctl() {
  if [ -n "$3" ] && [ ! -e "proc/sys/$1" ]; then
    has_module ip_vs
    return
  fi
  wanted=$2
  # Words are what counts: the kernel separates some by tabs.
  # shellcheck disable=SC2046
  set -- $(cat "proc/sys/$1")
  [ "$*" = "$wanted" ]
} 2>/dev/null

has_gue() { ip fou show 2>/dev/null | grep -q "^port $1 gue"; }

# gue_close PORT: the kernel answers "Invalid argument" for a port that is not there, and that may mean anything.
gue_close() { ! has_gue "$1" || ip fou del port "$1"; }

# has_tunnel -4|-6 DEVICE SHOWN LOCAL [icsum]: this tunnel is there and up.
has_tunnel() {
  case $1 in -6) tunnel=$(ip -6 tunnel show "$2") ;; *) tunnel=$(ip tunnel show "$2") ;; esac 2>/dev/null
  sums=''
  case $tunnel in *'Checksum in received packet is required'*) sums=icsum ;; esac
  [ "$sums" = "$5" ] || return 1
  case $tunnel in "$2: $3 remote any local $4 "* | "$2: $3 remote :: local $4 "*) ;; *) return 1 ;; esac
  case $(ip -o link show dev "$2" 2>/dev/null) in *[\<,]UP[,\>]*) ;; *) return 1 ;; esac
}
