# shellcheck shell=sh
# How a transaction begins and ends. Its script defines the functions state and undo, and sets holder and backup.

# take_lock: takes the lock, or ends the script with the outcome. Signals are caught and not ignored: children would
# inherit an ignored signal, and then a daemon that a step starts could never be stopped.
take_lock() {
  trap : HUP PIPE INT TERM
  backed_up='' watcher='' ended='' failed='' missed=''
  at=0 doing=look titled='tidy up'
  try_lock
  case $? in
    0)
      clear_away
      watch &
      watcher=$!
      [ -z "$inherited" ] || limited 300 tidy
      recover_manifest
      return 0
      ;;
    1)
      say outcome locked
      say holder
      cat "$lib/lock/holder" 2>/dev/null
      ;;
    *)
      say outcome no-lock
      printf '%s\n' "$reason"
      ;;
  esac
  state
  say end
  exit 0
}

release_lock() {
  stop_watch
  unlock
}

fingerprint() {
  sum=$(state 2>/dev/null | sha256sum)
  printf '%s' "${sum%% *}"
}

# unchanged FINGERPRINT: the host is as the plan saw it.
unchanged() { [ "$(fingerprint)" = "$1" ]; }

# stale: ends the script, since the host is not as the plan saw it.
stale() {
  say outcome stale
  stop_watch
  if [ -n "$fresh" ]; then leave && remove_left; else unlock; fi
  state
  say end
  exit 0
}

# confirmed TICKS: waits until lvsform has reached the host over a new connection. A tick is a fifth of a second.
confirmed() {
  printf '' > "$lib/lock/waiting"
  ticks=0
  while [ "$ticks" -lt "$1" ]; do
    [ -e "$lib/lock/confirmed" ] && return 0
    sleep 0.2
    ticks=$((ticks + 1))
  done
  printf 'no new connection was made in time\n'
  return 1
}

# undone FINGERPRINT: writes the old manifest back where everything else is undone. Where it is not, the copies are kept,
# and so is the manifest that names all that may be ours with what was there before: otherwise the next plan would take
# what is left of ours for what was there before lvsform.
undone() {
  doing=undo-manifest titled='write the manifest back' same=''
  [ -z "$backed_up" ] || record=$backup/$lib/manifest.json
  if limited 300 unchanged "$1"; then same=1; fi
  record=$lib/manifest.json
  if [ -z "$same$missed" ] || [ -n "$same" ]; then
    manifest_undone || same=''
  fi
  if [ -n "$same" ]; then say outcome rolled-back; else say outcome half-undone; fi
}

manifest_undone() {
  if [ -n "$fresh" ]; then
    stop_watch
    leave && remove_left
  elif [ -z "$backed_up" ]; then
    return 0
  elif [ -f "$backup/$lib/manifest.json" ]; then
    limited 300 old_manifest
  else
    rm -f "$lib/manifest.copy" "$lib/manifest.json" "$lib/before"
  fi
}
