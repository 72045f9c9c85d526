/** The verbs by which engines are told of what is new, and asked whether they have taken it up. */
export const engineVerbs = `
# within SECONDS COMMAND...: waits until the command succeeds.
within() {
  most=$1 waited=0
  shift
  until out=$("$@" 2>&1); do
    if [ "$waited" -ge "$most" ]; then
      printf 'not within %s s: %s\\n%s\\n' "$most" "$*" "$out"
      return 1
    fi
    # Said now and then, so that a long wait is not taken for a dead host.
    [ $((waited % 30)) -eq 29 ] && printf 'after %s s: %s\\n' "$waited" "$out"
    sleep 1
    waited=$((waited + 1))
  done
}
# serves SERVICE...: these services are in the table.
serves() {
  table=$(ipvsadm -Sn) || return 1
  for service; do
    case $table in *"-A $service "*) ;; *) printf '%s is not in the table\\n' "$service" && return 1 ;; esac
  done
}
# ldirectord_again FILE: takes up its file, where it runs. A cluster manager is to look away meanwhile, and not only to
# keep its hands off: a monitor that finds no daemon is a failure, which restarts all that stands on it afterwards.
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
# Noted, so that it ends also where we are killed meanwhile.
looks_away() {
  printf '%s\\n' "$1" 2>/dev/null > "$lib/maintenance"
  crm_resource -Q -r "$1" --meta -p maintenance -v true >/dev/null
}
looks_again() {
  crm_resource -Q -r "$1" --meta -d maintenance >/dev/null && rm -f "$lib/maintenance"
}
# hand_over ENGINE GROUP VIP...: until this host has them no more. Who comes back without VIPs does not take them again.
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
  # Allowed again before the other one has taken them, this host would be preferred again.
  if [ "$engine$status" = pacemaker0 ]; then
    within 120 elsewhere "lvs-$group-vip-1"
    status=$?
  fi
  [ "$engine" != pacemaker ] || crm_resource -Q --clear -r "lvs-$group"
  return $status
}
lacks() {
  for each; do
    case $(ip -o addr show) in *" $each/"*) printf '%s is still here\\n' "$each" && return 1 ;; esac
  done
}
elsewhere() {
  on=$(crm_resource -Q -W -r "$1" 2>/dev/null)
  case $on in "" | "$(uname -n)") printf '%s is on no other node\\n' "$1" && return 1 ;; esac
}
# A cluster manager that can be asked. Asked too early, crmadmin may turn round for ever (measured, 2.1.5).
cluster_answers() { timeout 20 cibadmin -Q >/dev/null && timeout 20 crmadmin -D; }
# members NODE...: waits a minute until all of them take part. With one alone a resource would start where it is not
# preferred, and stay there; one that does not come is not waited for any longer.
members() {
  within 120 cluster_answers || return 1
  waited=0
  while :; do
    states=$(timeout 20 cibadmin -Q | grep '<node_state ')
    [ -n "$states" ] || return 0
    missing=
    for each; do
      printf '%s\\n' "$states" | grep -q " uname=.$each. .* join=.member." || missing="$missing $each"
    done
    [ -n "$missing" ] || return 0
    [ "$waited" -lt 60 ] || break
    sleep 1
    waited=$((waited + 1))
  done
  printf 'not in the cluster yet:%s\\n' "$missing"
}
# last_member COMMAND...: only where no other node is left that needs what it would take away.
last_member() {
  cibadmin -Q | grep '<node_state ' | grep -v " uname=.$(uname -n)\\. " | grep -q ' join=.member.' || "$@"
}
# cib_edit (set|drop SECTION XML)...: what differs goes live in one patch, once crm_verify has read the whole.
cib_edit() {
  within 120 cluster_answers || return 1
  old=$lib/cib.old new=$lib/cib.new
  cibadmin -Q > "$old" && cp "$old" "$new" || return 1
  sets=
  while [ $# -gt 0 ]; do
    case $1 in
      drop) on_copy -D -o "$2" -X "$3" || return 1 ;;
      set) sets=1 && cib_set "$2" "$3" || return 1 ;;
    esac
    shift 3
  done
  # What remains when ours is gone is not ours to judge.
  [ -z "$sets" ] || crm_verify -V -x "$new" || return 1
  crm_diff -o "$old" -n "$new" > "$lib/cib.patch"
  [ ! -s "$lib/cib.patch" ] || cibadmin -P -x "$lib/cib.patch" || return 1
  rm -f "$old" "$new" "$lib/cib.patch"
}
# It wants its key at once, which is not in its place before the file is.
corosync_reads() {
  key=\${1%/*}/.authkey.lvsform
  [ -e "$key" ] || key=\${1%/*}/authkey
  while IFS= read -r text; do
    printf '%s\\n' "$text"
    [ "$text" != 'totem {' ] || printf '    keyfile: %s\\n' "$PWD/$key"
  done < "$1" > "$1.check"
  out=$(corosync -t -c "$PWD/$1.check" 2>&1)
  status=$?
  rm -f "$1.check"
  [ $status = 0 ] || printf '%s\\n' "$out"
  return $status
}
on_copy() { CIB_file=$PWD/$new cibadmin "$@"; }
# cib_set SECTION XML: in the place of an element of the same id, or beside the others; a section may not be there yet.
cib_set() {
  on_copy -R -o "$1" -X "$2" >/dev/null 2>&1 && return
  on_copy -C -o "$1" -X "$2" >/dev/null 2>&1 && return
  on_copy -C -o configuration -X "<$1/>" && on_copy -C -o "$1" -X "$2"
}
# A node that has found out what it is to hold.
heartbeat_settled() {
  case $(cl_status rscstatus 2>&1) in all | local | foreign | none) ;; *) return 1 ;; esac
}
# It reads its configuration before it says that no daemon runs with it (3).
ldirectord_reads() {
  out=$(ldirectord "$1" status 2>&1)
  [ $? = 3 ] && return 0
  printf '%s\\n' "$out"
  return 1
}
`;
