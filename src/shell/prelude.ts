import { filterVerbs } from './packet-filter.ts';

/** Where everything that we keep on a host lies, seen from the host's root. */
export const stateDirectory = 'var/lib/lvsform';

/**
 * What every script on a host begins with: a known place, a known language, and the frame of the answer.
 * The host's root is `/`; a simulated host names its tree in LVSFORM_ROOT.
 */
export function opening(frame: string): string {
  return `export LC_ALL=C
export PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
cd "\${LVSFORM_ROOT:-/}" || exit 70
umask 022
lib=${stateDirectory}
# Where nobody listens any more, the work goes on.
say() { printf '\\n@${frame} %s\\n' "$*" || :; }
# filled FILE: it is a file, and something is in it. A directory has a size as well, and a pipe would keep its reader.
filled() { [ -f "$1" ] && [ -s "$1" ]; }
# from_copy NAME: NAME.copy is read in place of NAME.json, which is gone, or empty, or no more than the beginning of it.
from_copy() {
  filled "$1.copy" || return 1
  filled "$1.json" || return 0
  set -- "$1" "$(wc -c < "$1.json")" "$(wc -c < "$1.copy")"
  [ "$2" -lt "$3" ] && [ "$(head -c "$2" "$1.copy" | sha256sum)" = "$(sha256sum < "$1.json")" ]
}
# A container may not see /sys/module; /proc/modules lists what is not built in.
has_module() { [ -d "sys/module/$1" ] || grep -qs "^$1 " proc/modules; }
family=unknown release=
if [ -f etc/debian_version ]; then
  family=debian
elif [ -f etc/redhat-release ]; then
  read -r release < etc/redhat-release
  case $release in
    *"release 6"*) family=rhel6 ;;
    *"release "[789]* | *"release "[1-9][0-9]*) family=rhel7 ;;
  esac
fi
`;
}

/**
 * The verbs of a transaction. `ensure` and `absent` make a command repeatable: that the thing is there already, or
 * gone already, is no failure. The messages are those of iproute2, ipvsadm and the kernel.
 */
export const verbs = `
${filterVerbs}ensure() {
  out=$("$@" 2>&1) && return 0
  case $out in *"File exists"*|*"already assigned"*|*"already exists"*|*"already in use"*|*"already run"*) return 0 ;; esac
  printf '%s\\n' "$out"
  return 1
}
absent() {
  out=$("$@" 2>&1) && return 0
  case $out in
    *"No such"*|*"Cannot assign requested address"*|*"Cannot find device"*|*"not defined"*|*"not found"*|*"No daemon is running"*) return 0 ;;
  esac
  printf '%s\\n' "$out"
  return 1
}
# made DIRECTORY: somebody else may make it at the same moment.
made() { mkdir "$1" 2>/dev/null || [ -d "$1" ] || mkdir "$1"; }
# sysctl_set PATH VALUE ["optional": an older kernel does without it]
sysctl_set() {
  [ -n "$3" ] && [ ! -e "proc/sys/$1" ] && return 0
  old=$(cat "proc/sys/$1") || return 1
  known=
  if [ -f "$lib/sysctl.before" ]; then
    while read -r key _; do [ "$key" = "$1" ] && known=1; done < "$lib/sysctl.before"
  fi
  [ -n "$known" ] || printf '%s %s\\n' "$1" "$old" >> "$lib/sysctl.before"
  printf '%s\\n' "$2" > "proc/sys/$1"
}
# The kernel's word for a port that is not there is "Invalid argument", which may mean anything.
gue_close() {
  ! ip fou show 2>/dev/null | grep -q "^port $1 gue" || ip fou del port "$1"
}
# Noted wholly or not at all: an empty note means that there was no default route.
keep_gateway() {
  [ -f "$lib/gateway\${1#-4}.before" ] && return
  ip "$1" route show to exact default table main | while read -r old; do
    case "$1 $old" in "-6 "*"metric 1024"*) ;; *metric*) continue ;; esac
    printf '%s\\n' "$old"
    break
  done > "$lib/gateway.new" && mv -f "$lib/gateway.new" "$lib/gateway\${1#-4}.before"
}
forget_gateway() { rm -f "$lib/gateway\${1#-4}.before"; }
# The first packet leaves at once; arping would wait another second for each.
announce() {
  if command -v arping >/dev/null; then arping -q -U -c 2 -w 2 -I "$1" "$2" </dev/null >/dev/null 2>&1 & fi
}
# unclaimed (DEVICE ADDRESS)...: no other host answers for addresses that are to come here. All are asked at once.
unclaimed() {
  command -v arping >/dev/null || return 0
  claims=$(
    while [ $# -gt 1 ]; do
      arping -D -c 1 -w 1 -I "$1" "$2" 2>/dev/null &
      shift 2
    done
    wait
  )
  case $claims in
    *" reply from "*)
      printf '%s\n' "$claims" | grep ' reply from '
      printf 'another host has it, and two would answer: take it away there first\n'
      return 1
      ;;
  esac
}
packages() {
  if [ "$family" = debian ]; then
    dpkg-query -W -f '\${binary:Package} \${Status}\\n'
  else
    rpm -qa --qf '%{NAME} install ok installed\\n'
  fi
}
# What comes with a package is noted, so that it can go with it.
package_install() {
  packages > "$lib/packages.before.$1" && install_it "$1"
  status=$?
  packages_came "$1"
  return $status
}
packages_came() {
  packages | grep -vxF -f "$lib/packages.before.$1" | while read -r new _; do
    [ "\${new%%:*}" = "$1" ] || printf '%s\\n' "$new"
  done > "$lib/packages.with.$1"
  rm -f "$lib/packages.before.$1"
}
install_it() { if [ "$family" = debian ]; then apt_install "$1"; else yum_install "$1"; fi; }
# dpkg and rpm refuse to remove what others need, where apt and yum would take the others along.
# taken PACKAGE: 0 it is gone, 2 others need it, 1 it could not be removed.
taken() {
  out=$(remove_it "$1" 2>&1) && return 0
  case $out in *"dependency problems"* | *"Failed dependencies"*) return 2 ;; esac
  printf '%s\\n' "$out"
  return 1
}
package_remove() {
  taken "$1"
  case $? in
    1) return 1 ;;
    2)
      printf 'kept, since others need it: %s\\n' "$out"
      rm -f "$lib/packages.with.$1"
      return 0
      ;;
  esac
  packages_with_it "$1"
}
packages_with_it() {
  with=$lib/packages.with.$1
  [ -f "$with" ] || return 0
  # shellcheck disable=SC2046
  set -- $(cat "$with")
  # What somebody has wanted for its own sake since then stays.
  # shellcheck disable=SC2046
  if [ $# -gt 0 ] && [ "$family" = debian ]; then set -- $(apt-mark showauto "$@"); fi
  while [ $# -gt 0 ]; do
    left=$#
    for each; do
      shift
      taken "$each"
      case $? in 1) return 1 ;; 2) set -- "$@" "$each" ;; esac
    done
    if [ $# -eq $left ]; then
      printf 'kept, since others need it: %s\\n' "$*"
      break
    fi
  done
  rm -f "$with"
}
remove_it() { if [ "$family" = debian ]; then dpkg --purge "$1"; else rpm -e "$1"; fi; }
apt_install() {
  DEBIAN_FRONTEND=noninteractive
  export DEBIAN_FRONTEND
  set -- apt-get -y -q -o DPkg::Lock::Timeout=60 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \\
    --no-install-recommends install "$@"
  "$@" || { apt-get -q update && "$@"; }
}
yum_install() {
  if command -v dnf >/dev/null; then dnf -y -q install "$@"; else yum -y -q install "$@"; fi
}
# unit_act VERB UNIT: where it fails, the last that the unit said is said, too.
unit_act() {
  systemctl "$@" || { set -- $? "$2"; journalctl -q -n 8 -o cat --no-pager -u "$2" >&2 2>/dev/null; return "$1"; }
}
chkconfig_on() { chkconfig --add "$1" && chkconfig "$1" on; }
`;
