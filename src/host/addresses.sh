# shellcheck shell=sh
# Addresses, routes and rules.

# has_address DEVICE ADDRESS[/PREFIX]: it is there, with this prefix or any. One that another host has, too, is none.
has_address() {
  case $2 in *:*) family=6 ;; *) family=4 ;; esac
  ip -o "-$family" addr show 2>/dev/null | {
    while read -r _ link _ cidr words; do
      case "${link%@*} $cidr $words " in *' dadfailed '*) ;; "$1 $2 "* | "$1 $2/"* | "$1 ${2%/*} "*) exit 0 ;; esac
    done
    exit 1
  }
}

# drop_address DEVICE ADDRESS/PREFIX: removes an address. With a primary IPv4 address the kernel would remove the other
# addresses of its network, too: here the first of them becomes the primary one (promote_secondaries).
drop_address() {
  case $2 in
    *:*)
      absent ip -6 addr del "$2" dev "$1"
      return
      ;;
  esac
  promotes=proc/sys/net/ipv4/conf/$1/promote_secondaries was=''
  case $(ip -o -4 addr show dev "$1" 2>/dev/null) in
    *' secondary '*)
      was=$(cat "$promotes") && printf '%s %s\n' "$promotes" "$was" >> "$lib/momentary" && echo 1 > "$promotes" || return 1
      ;;
  esac
  absent ip addr del "$2" dev "$1"
  set -- $?
  [ -z "$was" ] || { printf '%s\n' "$was" > "$promotes" && rm -f "$lib/momentary"; }
  return "$1"
}

# drop_others DEVICE ADDRESS: removes the address with whatever prefix it has.
drop_others() {
  for each in $(ip -o addr show dev "$1" | while read -r _ _ _ cidr _; do printf '%s\n' "$cidr"; done); do
    case $each in "$2"/*) drop_address "$1" "$each" || return 1 ;; esac
  done
}

# has_route -4|-6 TABLE DESTINATION WORD...: the route to the destination begins with these words. Only the route without a
# metric counts; an IPv6 route of the default metric (1024) counts as one without.
has_route() {
  family=$1 table=$2 to=$3
  shift 3
  ip "$family" route show to exact "$to" table "$table" 2>/dev/null | {
    while read -r _ found; do
      case "$family $found" in "-6 "*'metric 1024'*) ;; *metric*) continue ;; esac
      case "$found " in "$* "*) exit 0 ;; *) exit 1 ;; esac
    done
    exit 1
  }
}

# has_rule -4|-6 ADDRESS TABLE NAME: what comes from the address is routed by the table. Who made the rule stands last.
has_rule() {
  ip "$1" rule show | {
    while read -r _ found; do
      case "$found " in "from $2 lookup $3 " | "from $2 lookup $4 " | "from $2 lookup $3 proto "* | "from $2 lookup $4 proto "*) exit 0 ;; esac
    done
    exit 1
  }
}

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
