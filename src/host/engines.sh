# shellcheck shell=sh
# Health and failover engines: how they load a new configuration, check one, and give up their VIPs.

# within SECONDS COMMAND...: waits until the command succeeds. It prints something every 30 seconds, so that a long wait
# is not taken for a dead host.
within() {
  most=$1 waited=0
  shift
  until out=$("$@" 2>&1); do
    if [ "$waited" -ge "$most" ]; then
      printf 'not within %s s: %s\n%s\n' "$most" "$*" "$out"
      return 1
    fi
    [ $((waited % 30)) -eq 29 ] && printf 'after %s s: %s\n' "$waited" "$out"
    sleep 1
    waited=$((waited + 1))
  done
}

# ldirectord_again FILE: restarts ldirectord with its file, where it runs. Meanwhile pacemaker must not monitor it:
# a monitor that finds no daemon is a failure, after which pacemaker restarts all that depends on ldirectord.
ldirectord_again() {
  ldirectord "$1" status >/dev/null 2>&1 || return 0
  watched=
  if command -v crm_resource >/dev/null; then watched=$(crm_resource -l 2>/dev/null | grep -- '^lvs-.*-ldirectord$'); fi
  [ -z "$watched" ] || looks_away "$watched" || return 1
  ldirectord "$1" try-restart </dev/null >/dev/null 2>&1
  within 60 ldirectord "$1" status
  status=$?
  [ -z "$watched" ] || looks_again "$watched"
  return $status
}

# looks_away RESOURCE: puts it into maintenance, and notes that, so that the next transaction ends it where this one is
# killed.
looks_away() {
  printf '%s\n' "$1" 2>/dev/null > "$lib/maintenance"
  crm_resource -Q -r "$1" --meta -p maintenance -v true >/dev/null
}

looks_again() {
  crm_resource -Q -r "$1" --meta -d maintenance >/dev/null && rm -f "$lib/maintenance"
}

# ldirectord_reads FILE: ldirectord reads its file before it reports (3) that no daemon runs with it.
ldirectord_reads() {
  out=$(ldirectord "$1" status 2>&1)
  [ $? = 3 ] && return 0
  printf '%s\n' "$out"
  return 1
}

# hand_over ENGINE GROUP VIP...: makes the engine move the VIPs to another director, and waits until this host has none
# of them. A director that comes back without VIPs does not take them again.
hand_over() {
  engine=$1 group=$2
  shift 2
  case $engine in
    keepalived) if [ "$family" = rhel6 ]; then service keepalived restart; else systemctl restart keepalived; fi ;;
    heartbeat)
      for each in usr/share/heartbeat usr/lib64/heartbeat usr/lib/heartbeat; do
        [ -x "$each/hb_standby" ] && "$each/hb_standby" all && break
      done
      ;;
    cman) clusvcadm -r "$group" ;;
    pacemaker) crm_resource -Q --ban -r "lvs-$group" --lifetime PT10M ;;
  esac || return 1
  within 120 lacks "$@"
  status=$?
  # The ban ends once another director has the VIPs: before that, pacemaker would prefer this host again.
  if [ "$engine$status" = pacemaker0 ]; then
    within 120 elsewhere "lvs-$group-vip-1"
    status=$?
  fi
  [ "$engine" != pacemaker ] || crm_resource -Q --clear -r "lvs-$group"
  return $status
}

lacks() {
  for each; do
    case $(ip -o addr show) in *" $each/"*) printf '%s is still here\n' "$each" && return 1 ;; esac
  done
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

# heartbeat_settled: heartbeat has decided which resources this node holds.
heartbeat_settled() {
  case $(cl_status rscstatus 2>&1) in all | local | foreign | none) ;; *) return 1 ;; esac
}
