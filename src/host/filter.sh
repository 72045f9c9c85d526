# shellcheck shell=sh
# The packet filter: marks, source NAT and quiet ARP, by nftables in a table of our own, or by iptables and arptables in
# chains of our own. Transactions and the boot script lvs-filter use these functions.

# Before Linux 4.18 a NAT chain of nftables and one of iptables exclude each other, so nft is not used there.
filter_tool() {
  if command -v nft >/dev/null; then
    { read -r kernel < proc/sys/kernel/osrelease || kernel=$(uname -r); } 2>/dev/null
    case $kernel in
      2.* | 3.* | 4.[0-9].* | 4.1[0-7].*) ;;
      *) echo nft && return ;;
    esac
  fi
  if command -v iptables >/dev/null; then echo iptables; fi
}

# filtered_by nft|iptables COMMAND...: runs the command where the host filters by that tool; fails where it has neither.
filtered_by() {
  tool=$(filter_tool)
  [ -n "$tool" ] || { echo 'there is neither nft nor iptables' && return 1; }
  [ "$tool" = "$1" ] || return 0
  shift
  "$@"
}

# has_filter ip|ip6|arp: rules of ours are there.
has_filter() {
  case $(filter_tool) in
    nft) nft -n list table "$1" lvsform ;;
    iptables)
      case $1 in ip) iptables-save ;; ip6) ip6tables-save ;; *) arptables-save ;; esac | grep -e ' -j lvsform-'
      ;;
    *) return 1 ;;
  esac
} >/dev/null 2>&1

# filter_nft TEXT: takes effect wholly and at once, or not at all.
filter_nft() { printf '%s\n' "$1" | nft -f -; }

# filter_iptables PROGRAM TABLE HOOK CHAIN RULE...: replaces the rules of our chain at once; without rules it removes it.
filter_iptables() {
  program=$1 table=$2 hook=$3 chain=$4
  shift 4
  if [ $# -eq 0 ]; then
    "$program" -t "$table" -D "$hook" -j "$chain" 2>/dev/null
    "$program" -t "$table" -F "$chain" 2>/dev/null && "$program" -t "$table" -X "$chain"
    return 0
  fi
  {
    printf '*%s\n:%s - [0:0]\n' "$table" "$chain"
    for rule; do printf -- '-A %s %s\n' "$chain" "$rule"; done
    echo COMMIT
  } | "$program-restore" --noflush || return 1
  "$program-save" -t "$table" | grep -qxF -e "-A $hook -j $chain" || "$program" -t "$table" -A "$hook" -j "$chain"
}

# filter_arptables HOOK CHAIN RULE...: the same for ARP.
filter_arptables() {
  hook=$1 chain=$2
  shift 2
  if [ $# -eq 0 ]; then
    arptables -D "$hook" -j "$chain" 2>/dev/null
    arptables -F "$chain" 2>/dev/null && arptables -X "$chain"
    return 0
  fi
  arptables -N "$chain" 2>/dev/null || arptables -F "$chain" || return 1
  for rule; do
    # The rule is words.
    # shellcheck disable=SC2086
    arptables -A "$chain" $rule || return 1
  done
  arptables-save | grep -q -e "^-A $hook -j $chain" || arptables -A "$hook" -j "$chain"
}
