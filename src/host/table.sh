# shellcheck shell=sh
# The kernel's table of virtual services, where a bare `ipvsadm` would do harm.

# unrefused COMMAND...: keeps the host from refusing clients by ICMP while the command runs. A service whose scheduler
# changes has no scheduler until every CPU has let go of the old one (the kernel's ip_vs_edit_service, since 3.10), and
# in these milliseconds the kernel refuses new clients by ICMP. Without that ICMP the client asks again after a second.
# A value that is quiet already is one that we left behind when we were killed, or one of another function that runs
# now: in both cases the kernel's default is what was there before.
unrefused() {
  quiet_icmp proc/sys/net/ipv4/icmp_ratelimit 86400000 && was4=$was
  quiet_icmp proc/sys/net/ipv6/icmp/ratelimit 86400000 && was6=$was
  "$@"
  status=$?
  [ -z "$was4" ] || printf '%s\n' "$was4" > proc/sys/net/ipv4/icmp_ratelimit
  [ -z "$was6" ] || printf '%s\n' "$was6" > proc/sys/net/ipv6/icmp/ratelimit
  rm -f "$lib/momentary"
  return $status
}

# quiet_icmp PATH VALUE: notes the value that it replaces, and sets was to it.
quiet_icmp() {
  was=$(cat "$1") || return 1
  [ "$was" != "$2" ] || was=1000
  printf '%s %s\n' "$1" "$was" >> "$lib/momentary" && printf '%s\n' "$2" > "$1"
} 2>/dev/null

# edit_table LINE...: edits the table by one ipvsadm, in the words that `ipvsadm -R` reads. It prints an error for a line
# that fails, goes on, and ends with the status of the last line (restore_table in ipvsadm.c): what it prints is a failure.
edit_table() { edit_lines "$(printf '%s\n' "$@")"; }

# fit_table LINE...: as edit_table, for a table of which it is not known what is there: what is there is edited and not
# added, what is gone is neither edited nor removed, and a service that is gone gets no real servers.
fit_table() { edit_lines "$(lines_of fit "$(printf '%s\n' "$@")")"; }

edit_lines() {
  [ -n "$1" ] || return 0
  out=$(printf '%s\n' "$1" | ipvsadm -R 2>&1) && [ -z "$out" ] && return
  printf '%s\n' "$out"
  lines_of failed "$1"
  return 1
}

# lines_of fit LINES: as fit_table needs them, for the table of this moment.
# lines_of failed LINES: a line of text for each of the first five that the table does not show.
lines_of() {
  { ipvsadm -Sn; printf '\n%s\n' "$2"; } | awk -v want="$1" '
    function service() { return $2 " " $3 ($4 == "-6" ? " -6" : "") }
    function real(i) { for (i = 4; i < NF; i++) if ($i == "-r") return $(i + 1) }
    NF == 0 { begun = 1; next }
    { of = service(); key = $1 ~ /^-[aed]$/ ? of " " real() : of; is = (key in there); takes = ($1 ~ /^-[Dd]$/) }
    !begun { there[key] = of; next }
    want == "failed" {
      if (is == takes && ++failed <= 5) print "failed: " $0
      next
    }
    $1 == "-A" && is { $1 = "-E" }
    $1 == "-a" && is { $1 = "-e" }
    !is && $1 !~ /^-[Aa]$/ { next }
    $1 == "-a" && !(of in there) { next }
    { print }
    !takes { there[key] = of }
    $1 == "-d" { delete there[key] }
    $1 == "-D" { for (each in there) if (there[each] == of) delete there[each] }'
}

# drained LEAVER...: waits until real servers have few active connections, all of them at once, with one listing a
# second. A leaver is `SECONDS CONNECTIONS DESTINATION SERVICE`, in the names of `ipvsadm -Ln`.
drained() {
  leavers=$(printf '%s\n' "$@")
  read -r begun _ < /proc/uptime
  while :; do
    read -r now _ < /proc/uptime
    listed=$(ipvsadm -Ln) || return 1
    left=$(printf '%s\n\n%s\n' "$listed" "$leavers" | left_after $((${now%.*} - ${begun%.*})))
    [ "$left" = wait ] || break
    sleep 1
  done
  [ -z "$left" ] || printf '%s\n' "$left"
}

# left_after SECONDS: reads a listing and leavers, and prints `wait` where one of them still has time; otherwise those whose
# time was too short.
left_after() {
  awk -v waited="$1" '
    NF == 0 { begun = 1; next }
    begun { name = $3; for (i = 4; i <= NF; i++) name = name " " $i }
    begun && active[name] > $2 && $1 > waited { waits = 1 }
    begun && active[name] > $2 { text = text $3 " of " substr(name, length($3) + 2) " still has " active[name] " active connections after " $1 " s\n" }
    begun { next }
    $1 == "->" { active[$2 " " service] = $5; next }
    { service = $1 " " $2 ($3 == "IPv6" ? " IPv6" : "") }
    END { if (waits) print "wait"; else printf "%s", text }'
}

# serves SERVICE...: these virtual services are in the table.
serves() {
  table=$(ipvsadm -Sn) || return 1
  missing=$(printf '%s\n' "$table" '' "$@" | awk '
    NF == 0 { begun = 1; next }
    begun && !($0 in there) { print $0 " is not in the table" }
    $1 == "-A" { there[$2 " " $3 ($4 == "-6" ? " -6" : "")] = 1 }')
  [ -z "$missing" ] || { printf '%s\n' "$missing"; return 1; }
}
