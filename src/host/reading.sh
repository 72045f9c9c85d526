# shellcheck shell=sh
# What a plan asks of every host before anything else.

# facts: these are not part of the fingerprint, since they may change between plan and apply.
facts() {
  say facts
  printf 'family=%s\n' "$family"
  printf 'node=%s\n' "$(uname -n)"
  printf 'uid=%s\n' "$(id -u)"
  date +clock=%s
  printf 'running=%s %s\n' "$(cat proc/sys/kernel/random/boot_id 2>/dev/null)" "$(readlink proc/self/ns/net 2>/dev/null)"
  ip -o addr show 2>/dev/null | while read -r _ _ _ cidr _; do printf 'address %s\n' "${cidr%%/*}"; done
  [ -z "$release" ] || printf 'PRETTY_NAME=%s\n' "$release"
  [ -f etc/os-release ] && while IFS= read -r text; do
    case $text in PRETTY_NAME=*) printf '%s\n' "$text" ;; esac
  done < etc/os-release
  say lock
  if held; then
    cat "$lib/lock/holder" 2>/dev/null
  elif from_copy "$lib/manifest"; then
    say recovered
  elif ! filled "$lib/manifest.json"; then
    traces
  fi
  has_other_copy && say copy
  has_table && { say connections; ipvsadm -Ln; }
}

# has_other_copy: true where the copy of the manifest is another one than the manifest.
has_other_copy() {
  filled "$lib/manifest.json" && filled "$lib/manifest.copy" &&
    [ "$(sha256sum < "$lib/manifest.copy")" != "$(sha256sum < "$lib/manifest.json")" ]
}

# traces: what is left of lvsform on a host without a manifest.
traces() {
  say leftovers
  for each in "$lib" "$lib".removed.*; do
    [ ! -e "$each" ] || lives "${each##*.}" || printf '%s\n' "$each"
  done
  say backups
  for each in "$lib"/backup/*/"$lib"/manifest.json; do [ ! -f "$each" ] || printf '/%s\n' "$each"; done
  say stranded
  find "$lib/original" '(' -type f -o -type l ')' 2>/dev/null | while IFS= read -r each; do
    now=${each#"$lib/original/"}
    if [ -L "$each" ]; then
      [ "$(readlink "$each")" = "$(readlink "$now")" ]
    else
      [ -f "$now" ] && [ ! -L "$now" ] && [ "$(sha256sum < "$each")" = "$(sha256sum < "$now")" ]
    fi || printf '/%s\n' "$now"
  done
}

# owned_state: which machine this is, and its manifest. A transaction that undoes its changes sets record, and so reads
# the manifest that it will write back.
owned_state() {
  say state
  say machine
  [ -f etc/machine-id ] && cat etc/machine-id
  say manifest
  : "${record:=$lib/manifest.json}"
  if from_copy "${record%.json}"; then
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
