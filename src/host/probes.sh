# shellcheck shell=sh
# What the kinds of resources read, where that takes more than a command.

# show_addresses 4|6: a line for each address, without its lifetimes, which change by themselves.
show_addresses() {
  # A backslash it is: ip prints one where the next line would begin.
  # shellcheck disable=SC1003,SC2141
  ip -o "-$1" addr show | while IFS='\' read -r text _; do printf '%s\n' "$text"; done
}

show_interfaces() {
  for name in sys/class/net/*; do printf '%s\n' "${name##*/}"; done
}

# show_files PATH...: what each of them is, and the digest of each that is a file. A pipe would keep its reader.
show_files() {
  stat -c '%F|%a|%U|%G|%s|%n' -- "$@" 2>/dev/null
  for each do
    shift
    [ ! -f "$each" ] || set -- "$@" "$each"
  done
  sums=$([ $# -eq 0 ] || sha256sum -- "$@" 2>/dev/null)
  say sums
  printf '%s\n' "$sums"
}

# show_content BYTES DIGEST PATH: the content of a file, where show_files found another digest.
show_content() {
  case $sums in *"$2  $3"*) return ;; esac
  [ ! -f "$3" ] || [ -L "$3" ] && return
  say "content $3"
  head -c "$1" "$3"
}

# show_texts BYTES PATH...: files of others that hold lines of ours: what each is, where its link leads, its text.
show_texts() {
  bytes=$1 root=$(pwd -P)
  shift
  stat -L -c '%F|%a|%U|%G|%s|%n' -- "$@" 2>/dev/null
  for each; do
    if [ -L "$each" ]; then
      say "link $each"
      target=$(readlink -f -- "$each") && printf '%s' "${target#"${root%/}"}"
    fi
    [ ! -f "$each" ] || { say "text $each" && head -c "$bytes" -- "$each"; }
  done
}

# show_modules NAME...: those that the kernel has.
show_modules() {
  for name; do
    if has_module "$name"; then printf '%s\n' "$name"; fi
  done
}

has_table() { has_module ip_vs && command -v ipvsadm >/dev/null; }

# show_table: the virtual services, and then the thresholds, which `ipvsadm -S` leaves out.
show_table() {
  has_table || return
  ipvsadm -Sn
  say thresholds
  ipvsadm -Ln --thresholds | awk '
    $1 != "->" { service = $1 " " $2 ($3 == "IPv6" ? " IPv6" : "") }
    $1 == "->" && $3 + $4 > 0 { print service, $2, $3, $4 }'
}

# show_scripts NAME...: init scripts of RHEL 6, as systemctl would show units.
show_scripts() {
  for name; do
    [ -e "etc/init.d/$name" ] || continue
    enabled=disabled active=inactive
    for link in etc/rc3.d/S[0-9][0-9]"$name"; do [ -e "$link" ] && enabled=enabled; done
    service "$name" status >/dev/null 2>&1 && active=active
    printf 'Id=%s.service\nLoadState=loaded\nActiveState=%s\nUnitFileState=%s\n\n' "$name" "$active" "$enabled"
  done
}
