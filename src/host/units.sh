# shellcheck shell=sh
# Services: systemd's units, and chkconfig's scripts.

# unit_act VERB UNIT: where it fails, it also prints the last lines of the unit's journal.
unit_act() {
  systemctl "$@" || { set -- $? "$2"; journalctl -q -n 8 -o cat --no-pager -u "$2" >&2 2>/dev/null; return "$1"; }
}

chkconfig_on() { chkconfig --add "$1" && chkconfig "$1" on; }
