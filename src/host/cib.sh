# shellcheck shell=sh
# Pacemaker's CIB: its members, and edits of it.

# cluster_answers: pacemaker can be asked. Where it is asked too early, crmadmin may loop for ever (measured, 2.1.5).
cluster_answers() { timeout 20 cibadmin -Q >/dev/null && timeout 20 crmadmin -D; }

# members NODE...: waits up to a minute until all of them are in the cluster. With one node alone a resource would start
# on a node that is not preferred, and stay there. It does not wait longer for a node that does not join.
members() {
  within 120 cluster_answers || return 1
  waited=0
  while :; do
    states=$(timeout 20 cibadmin -Q | grep '<node_state ')
    [ -n "$states" ] || return 0
    missing=
    for each; do
      printf '%s\n' "$states" | grep -q " uname=.$each. .* join=.member." || missing="$missing $each"
    done
    [ -n "$missing" ] || return 0
    [ "$waited" -lt 60 ] || break
    sleep 1
    waited=$((waited + 1))
  done
  printf 'not in the cluster yet:%s\n' "$missing"
}

# last_member COMMAND...: runs the command only where no other node is left that needs what it would remove.
last_member() {
  cibadmin -Q | grep '<node_state ' | grep -v " uname=.$(uname -n)\. " | grep -q ' join=.member.' || "$@"
}

# cib_edit (set|drop SECTION XML)...: sends all differences in one patch, once crm_verify has accepted the whole.
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
  # Where we only remove, what is left belongs to others, and is not ours to judge.
  [ -z "$sets" ] || crm_verify -V -x "$new" || return 1
  crm_diff -o "$old" -n "$new" > "$lib/cib.patch"
  [ ! -s "$lib/cib.patch" ] || cibadmin -P -x "$lib/cib.patch" || return 1
  rm -f "$old" "$new" "$lib/cib.patch"
}

on_copy() { CIB_file=$PWD/$new cibadmin "$@"; }

# cib_set SECTION XML: replaces the element with the same id, or adds one. The section may not exist yet.
cib_set() {
  on_copy -R -o "$1" -X "$2" >/dev/null 2>&1 && return
  on_copy -C -o "$1" -X "$2" >/dev/null 2>&1 && return
  on_copy -C -o configuration -X "<$1/>" && on_copy -C -o "$1" -X "$2"
}
