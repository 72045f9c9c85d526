# shellcheck shell=sh
# Default routes, and the addresses that a host announces and asks for.

# keep_gateway -4|-6: notes the default route that was there before us. The note is written wholly or not at all, since
# an empty note means that there was no default route.
keep_gateway() {
  [ -f "$lib/gateway${1#-4}.before" ] && return
  ip "$1" route show to exact default table main | while read -r old; do
    case "$1 $old" in "-6 "*"metric 1024"*) ;; *metric*) continue ;; esac
    printf '%s\n' "$old"
    break
  done > "$lib/gateway.new" && mv -f "$lib/gateway.new" "$lib/gateway${1#-4}.before"
}

forget_gateway() { rm -f "$lib/gateway${1#-4}.before"; }

# announce DEVICE ADDRESS: sends gratuitous ARP, and does not wait for it: arping sends the first packet at once, and
# waits a second for each.
announce() {
  if command -v arping >/dev/null; then arping -q -U -c 2 -w 2 -I "$1" "$2" </dev/null >/dev/null 2>&1 & fi
}

# unclaimed (DEVICE ADDRESS)...: fails where another host answers for one of the addresses. It asks for all at once.
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

# accepted DEVICE ADDRESS: waits until the kernel has found that no other host has this IPv6 address; fails where one has.
accepted() {
  patience=10
  while :; do
    case $(ip -6 -o addr show dev "$1" to "$2") in
      *" dadfailed "*)
        printf 'another host has it, and two would answer: take it away there first\n'
        return 1
        ;;
      *" tentative "*) ;;
      *) return 0 ;;
    esac
    if [ "$patience" -eq 0 ]; then
      printf 'the kernel still asks whether another host has %s\n' "$2"
      return 1
    fi
    sleep 1
    patience=$((patience - 1))
  done
}
