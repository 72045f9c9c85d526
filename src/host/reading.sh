# shellcheck shell=sh
# What a plan asks of every host before anything else.

# facts: these are not part of the fingerprint, since they may change between plan and apply.
facts() {
  say facts
  printf 'family=%s\n' "$family"
  node_name
  printf 'node=%s\n' "$node"
  user_number
  printf 'uid=%s\n' "$user"
  date +clock=%s
  boot_number
  printf 'running=%s %s\n' "$running" "$(readlink proc/self/ns/net 2>/dev/null)"
  ip -o addr show 2>/dev/null | while read -r _ _ _ cidr _; do printf 'address %s\n' "${cidr%%/*}"; done
  [ -z "$release" ] || printf 'PRETTY_NAME=%s\n' "$release"
  [ -f etc/os-release ] && while IFS= read -r text; do
    case $text in PRETTY_NAME=*) printf '%s\n' "$text" ;; esac
  done < etc/os-release
  say lock
  twins=''
  if filled "$lib/manifest.json" && filled "$lib/manifest.copy"; then
    if same_content "$lib/manifest.json" "$lib/manifest.copy"; then twins=alike; else twins=unlike; fi
  fi
  if held; then
    cat "$lib/lock/holder" 2>/dev/null
  elif [ "$twins" != alike ] && from_copy "$lib/manifest"; then
    say recovered
  elif ! filled "$lib/manifest.json"; then
    traces
  fi
  [ "$twins" != unlike ] || say copy
  has_table && { say connections; ipvsadm -Ln; }
}

# node_name: sets node to what `uname -n` prints. The kernel's own file costs no process.
node_name() { read -r node < proc/sys/kernel/hostname || node=$(uname -n); } 2>/dev/null

# user_number: sets user to what `id -u` prints.
user_number() {
  while read -r each _ user _; do
    [ "$each" != Uid: ] || return 0
  done < proc/self/status
  user=$(id -u)
} 2>/dev/null

boot_number() {
  running=
  read -r running < proc/sys/kernel/random/boot_id
} 2>/dev/null

# traces: what is left of lvsform on a host without a manifest.
traces() {
  say leftovers
  for each in "$lib" "$lib".removed.*; do
    [ ! -e "$each" ] || lives "${each##*.}" || printf '%s\n' "$each"
  done
  say backups
  for each in "$lib"/backup/*/"$lib"/manifest.json; do [ ! -f "$each" ] || printf '/%s\n' "$each"; done
  say stranded
  [ ! -d "$lib/original" ] || find "$lib/original" '(' -type f -o -type l ')' 2>/dev/null | while IFS= read -r each; do
    now=${each#"$lib/original/"}
    if [ -L "$each" ]; then
      [ "$(readlink "$each")" = "$(readlink "$now")" ]
    else
      [ -f "$now" ] && [ ! -L "$now" ] && [ "$(sha256sum < "$each")" = "$(sha256sum < "$now")" ]
    fi || printf '/%s\n' "$now"
  done
}

# owned_state: which machine this is, and its manifest. A transaction that undoes its changes sets record, and so reads
# the manifest that it will write back. Facts set twins where the manifest and its copy have just been compared.
owned_state() {
  say state
  say machine
  if [ -f etc/machine-id ]; then
    read -r machine < etc/machine-id
    printf '%s\n' "$machine"
  fi
  say manifest
  : "${record:=$lib/manifest.json}"
  if [ "${twins:-}" != alike ] && from_copy "${record%.json}"; then
    cat "${record%.json}.copy"
  elif filled "$record"; then
    cat "$record" || { say 'unusable manifest' && echo 'cannot be read'; }
  elif [ -f "$record" ]; then
    say 'unusable manifest'
    echo 'is empty'
  elif [ -e "$record" ] || [ -L "$record" ]; then
    say 'unusable manifest'
    stat -c 'is no file: %F' "$record"
  fi
}
