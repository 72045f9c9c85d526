# Sourced by the stand-ins for init systems: the engines that make the table from a configuration of their own. They do
# it at once, and find every real server well. No director holds an address for them: hosts here are alone.

# boot_script VERB NAME: scripts of ours that bring something up and end do so here, too.
boot_script() {
  case $2 in lvs-monitor) return 0 ;; lvs-*) ;; *) return 0 ;; esac
  script=$LVSFORM_ROOT/usr/local/sbin/$2
  [ -e "$script" ] || script=$LVSFORM_ROOT/etc/init.d/$2
  [ ! -e "$script" ] || sh "$script" "$1"
}

# engine VERB UNIT
engine() {
  name=${2%.service}
  case $name in keepalived | ldirectord | lvs-monitor) ;; *) return 0 ;; esac
  made=$sim/table.$name
  if [ -e "$made" ]; then
    while read -r verb flag service _; do
      [ "$verb" = -A ] || continue
      # shellcheck disable=SC2086
      ipvsadm -D $flag $service 2>/dev/null
    done < "$made"
    rm -f "$made"
  fi
  [ "$1" = stop ] && return 0
  case $name in
    keepalived) of_keepalived ;;
    ldirectord) of_ldirectord ;;
    lvs-monitor) of_monitor ;;
  esac > "$made"
  while read -r verb line; do
    # What is there already becomes theirs.
    case $verb in -A) edit=-E ;; *) edit=-e ;; esac
    # shellcheck disable=SC2086
    ipvsadm "$verb" $line 2>/dev/null || ipvsadm $edit $line || return 1
  done < "$made"
  [ -s "$made" ] || rm -f "$made"
  return 0
}

of_ldirectord() {
  awk '
    function service() {
      if (key == "" || said) return
      said = 1
      options = "-s " scheduler (persistence ? " -p " persistence : "") (netmask ? " -M " netmask : "")
      print "-A " key " " options (flags ? " -b " flags : "") (ops ? " -o" : "")
      for (i = 1; i <= n; i++) print "-a " key " " reals[i]
    }
    /^virtual/ { service(); six = $1 == "virtual6"; name = $3; key = said = n = 0; persistence = netmask = flags = ops = "" }
    $1 ~ /^real6?$/ {
      way = $4 == "masq" ? "-m" : $4 == "ipip" ? "-i" : "-g"
      limits = ""
      for (i = 6; i <= NF; i++) limits = limits (substr($i, 1, 1) == "u" ? " -x " : " -y ") substr($i, 3)
      reals[++n] = "-r " $3 " " way " -w " $5 limits
    }
    $1 == "protocol" { key = ($3 == "fwm" ? "-f" : $3 == "udp" ? "-u" : "-t") " " name ($3 == "fwm" && six ? " -6" : "") }
    $1 == "scheduler" { scheduler = $3 }
    $1 == "schedflags" { flags = $3 }
    $1 == "ops" { ops = 1 }
    $1 == "persistent" { persistence = $3 }
    $1 == "netmask" { netmask = $3 }
    END { service() }
  ' "$LVSFORM_ROOT/etc/ha.d/ldirectord.cf"
}

of_monitor() {
  script=$LVSFORM_ROOT/usr/local/sbin/lvs-monitor
  [ -e "$script" ] || script=$LVSFORM_ROOT/etc/init.d/lvs-monitor
  awk -F "'" '
    /^  service=/ { key = $4; print "-A " key " " $6 }
    /^  watch / { split($1, words, " "); print "-a " key " -r " words[3] " " $2 }
  ' "$script"
}

of_keepalived() {
  awk '
    function place(address, port) { return address ~ /:/ ? "[" address "]:" port : address ":" port }
    function forward(words, at) {
      if (words[at] == "NAT") return "-m"
      if (words[at] == "DR") return "-g"
      if (words[at + 1] != "type") return "-i"
      if (words[at + 2] == "gue") return "-i --tun-type gue --tun-port " words[at + 4] " --tun-" words[at + 5]
      return "-i --tun-type gre --tun-" words[at + 3]
    }
    function service() {
      if (said) return
      said = 1
      options = "-s " scheduler (persistence ? " -p " persistence : "") (netmask ? " -M " netmask : "")
      print "-A " key " " options (flags ? " -b " flags : "") (ops ? " -o" : "") (engine ? " --pe " engine : "")
    }
    { n = split($0, w, " ") }
    w[1] == "virtual_server" {
      mark = w[2] == "fwmark"; address = w[2]; port = w[3]; key = "-f " w[3]
      said = inside = 0; scheduler = "wlc"; persistence = netmask = flags = ops = engine = ""; next
    }
    w[1] == "ip_family" && w[2] == "inet6" { key = key " -6" }
    w[1] == "protocol" { key = (w[2] == "TCP" ? "-t" : w[2] == "UDP" ? "-u" : "--sctp-service") " " place(address, port) }
    w[1] == "lvs_sched" { scheduler = w[2] }
    w[1] ~ /^(sh|mh)-(port|fallback)$/ { flags = flags (flags ? "," : "") w[1] }
    w[1] == "ops" { ops = 1 }
    w[1] == "persistence_timeout" { persistence = w[2] }
    w[1] == "persistence_granularity" { netmask = w[2] }
    w[1] == "persistence_engine" { engine = w[2] }
    w[1] == "real_server" { service(); inside = 1; real = place(w[2], w[3]); weight = 1; way = "-m"; limits = "" }
    inside && w[1] == "weight" { weight = w[2] }
    inside && w[1] == "lvs_method" { way = forward(w, 2) }
    inside && w[1] == "uthreshold" { limits = limits " -x " w[2] }
    inside && w[1] == "lthreshold" { limits = limits " -y " w[2] }
    inside && $0 == "    }" { print "-a " key " -r " real " " way " -w " weight limits; inside = 0 }
  ' "$LVSFORM_ROOT/etc/keepalived/keepalived.conf"
}
