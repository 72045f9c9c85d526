# shellcheck shell=sh
# ldirectord: how it loads a new configuration, and checks one.

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
