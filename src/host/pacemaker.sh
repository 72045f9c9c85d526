# shellcheck shell=sh
# pacemaker and corosync: how a director gives up its VIPs, and how corosync checks its configuration.

# pacemaker_hands_over CLUSTER VIP...: bans the cluster's group from this host. The ban ends once another director has the
# VIPs: before that, pacemaker would prefer this host again.
pacemaker_hands_over() {
  group=lvs-$1
  shift
  crm_resource -Q --ban -r "$group" --lifetime PT10M || return 1
  lacks_soon "$@" && within 120 elsewhere "$group-vip-1"
  status=$?
  crm_resource -Q --clear -r "$group"
  return $status
}

elsewhere() {
  on=$(crm_resource -Q -W -r "$1" 2>/dev/null)
  case $on in "" | "$(uname -n)") printf '%s is on no other node\n' "$1" && return 1 ;; esac
}

# corosync_reads FILE: corosync checks the key at once, and the key is beside its place until the files are swapped.
corosync_reads() {
  key=${1%/*}/.authkey.lvsform
  [ -e "$key" ] || key=${1%/*}/authkey
  while IFS= read -r text; do
    printf '%s\n' "$text"
    [ "$text" != 'totem {' ] || printf '    keyfile: %s\n' "$PWD/$key"
  done < "$1" > "$1.check"
  out=$(corosync -t -c "$PWD/$1.check" 2>&1)
  status=$?
  rm -f "$1.check"
  [ $status = 0 ] || printf '%s\n' "$out"
  return $status
}
