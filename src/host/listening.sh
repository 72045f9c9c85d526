# shellcheck shell=sh
# What `lvsform verify` asks of every host.

# sockets: the host's addresses, its hardware addresses, and the sockets on which it listens.
sockets() {
  say addresses
  ip -o addr show
  say macs
  for device in sys/class/net/*; do
    [ -f "$device/address" ] && read -r mac < "$device/address" && printf '%s %s\n' "${device##*/}" "$mac"
  done
  for table in tcp tcp6 udp udp6; do
    [ -e "proc/net/$table" ] || continue
    say "sockets $table"
    cat "proc/net/$table"
  done
}
