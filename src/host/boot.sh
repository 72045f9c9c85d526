# shellcheck shell=sh
# How the scripts in init.d and sbin bring a host's part of a cluster up and take it down. They call the functions of
# transactions. The variable failed is set where something could not be brought back.

# restored ID: brings back what was there before lvsform, as the last transaction noted it for this resource; fails
# where nothing was.
restored() {
  [ -f "$lib/before" ] || return 1
  while IFS='	' read -r id commands; do
    [ "$id" = "$1" ] || continue
    eval "$commands" < /dev/null || failed=1
    return 0
  done < "$lib/before"
  return 1
}

# set_back ID [COMMAND...]: as restored, for what takes the place of something else, such as a kernel parameter; where it
# is known that nothing was there, the command takes it away. While lvsform changes this host, its transaction does that
# itself, and may still want what is there.
set_back() {
  [ ! -d "$lib/lock" ] && [ -f "$lib/before" ] || return 0
  restored "$1" && return
  shift
  "$@"
}

# rules_of FILE THERE: the lines of a rule file whose virtual service or real server the kernel's table has (THERE is 1) or
# does not have (0). It fails if the file or the table cannot be read.
rules_of() {
  has_table && table=$(ipvsadm -Sn) || return 1
  printf '%s\n' "$table" | awk -v wanted="$2" '
    $1 != "-A" && $1 != "-a" { next }
    { key = $2 " " $3 ($4 == "-6" ? " -6" : "") }
    $1 == "-a" { for (i = 4; i < NF; i++) if ($i == "-r") key = key " " $(i + 1) }
    FNR == NR { there[key] = 1; next }
    (key in there) == wanted { print }' - "$1"
}

# load_table FILE: adds what the kernel's table does not have, by one ipvsadm. What it has stays as it is.
load_table() { missing=$(rules_of "$1" 0) && edit_lines "$missing"; }

# unload_table FILE: removes the services of a rule file from the kernel's table, and no others.
unload_table() {
  has_table || return 0
  there=$(rules_of "$1" 1) || return 1
  gone=$(
    printf '%s\n' "$there" | while read -r verb protocol service six _; do
      [ "$verb" = -A ] || continue
      case $six in -6) service="$service -6" ;; esac
      restored "virtual-service:$protocol $service" || printf '%s\n' "-D $protocol $service"
    done
  )
  edit_lines "$gone"
}

# has_rules FILE: the kernel's table has every service and every real server of a rule file.
has_rules() { missing=$(rules_of "$1" 0) && [ -z "$missing" ]; }

# has_timeouts TCP TCPFIN UDP: without ip_vs the kernel will begin with its own.
has_timeouts() {
  if ! has_table; then
    [ "$*" = '900 120 300' ]
    return
  fi
  case $(ipvsadm -Ln --timeout) in *": $1 $2 $3") ;; *) return 1 ;; esac
}

# has_sync master|backup WORD=VALUE...: this sync daemon runs, with these settings as far as ipvsadm shows them.
has_sync() {
  has_table && settings=$(ipvsadm -Ln --daemon | grep "^$1 ") || return 1
  settings=", ${settings#*(}"
  shift
  for each; do
    case $settings in *", $each"[,\)]*) ;; *", ${each%%=*}="*) return 1 ;; esac
  done
}

# copied PATH COMMAND...: makes the place and the first copy, so that it is whole before anybody asks for it.
copied() {
  make_place "$1" && shift && "$@"
}

filled_place() { [ -d "$1" ] && [ -n "$(ls -A "$1")" ]; }
