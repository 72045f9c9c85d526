/** The verbs by which a transaction handles files. */
export const files = `
# beside PATH: sets staged to where a new file waits: in the same directory, so that the swap is a rename; hidden, so
# that no daemon reads it.
beside() {
  case $1 in */*) staged=\${1%/*}/.\${1##*/}.lvsform ;; *) staged=.$1.lvsform ;; esac
}
there() { [ -e "$1" ] || [ -L "$1" ]; }
save() {
  for each do
    shift
    if there "$each"; then set -- "$@" "$each"; fi
  done
  [ $# -eq 0 ] || { mkdir -p "$to" && cp -a --remove-destination --parents -- "$@" "$to"; }
}
# A directory is noted before it is made, so that it can go with us whenever we are killed.
parent() {
  case $1 in */*) set -- "\${1%/*}" ;; *) return 0 ;; esac
  [ -d "$1" ] && return 0
  parent "$1" && printf '%s\\n' "$1" >> "$lib/directories" && made "$1"
}
private() {
  umask 077
  printf '%s' "$2" > "$1"
  status=$?
  umask 022
  return "$status"
}
stage() { parent "$1" && private "$1" "$2"; }
stage_original() { parent "$2" && rm -f -- "$2" && cp -a -- "$lib/original/$1" "$2"; }
# durable PATH...: what a power failure must not take. Where sync takes no paths (before coreutils 8.24), all is written.
durable() {
  for each do
    shift
    if [ -e "$each" ] && [ ! -L "$each" ]; then set -- "$@" "$each"; fi
  done
  [ $# -eq 0 ] || sync "$@" 2>/dev/null || sync
}
discard() {
  rm -f -- "$1" || return 1
  while :; do
    case $1 in */*) set -- "\${1%/*}" ;; *) return 0 ;; esac
    grep -qsxF -e "$1" "$lib/directories" && rmdir "$1" 2>/dev/null || return 0
  done
}
# Fails where a file could not be put back; the others are.
put_back() {
  lost=0
  for each do
    there "$backup/$each" || continue
    beside "$each"
    parent "$each" && rm -f -- "$staged" && cp -a -- "$backup/$each" "$staged" || lost=1
  done
  durable_beside "$@"
  for each do
    beside "$each"
    if ! there "$backup/$each"; then
      discard "$each" || lost=1
    elif there "$staged"; then
      mv -f -- "$staged" "$each" || lost=1
    fi
  done
  settle "$@"
  return "$lost"
}
# settle PATH...: the directories of these, once they are what they are to be.
settle() {
  for each do
    shift
    case $each in */*) set -- "$@" "\${each%/*}" ;; esac
  done
  durable "$@"
}
durable_beside() {
  for each do
    shift
    beside "$each"
    set -- "$@" "$staged"
  done
  durable "$@"
}
`;

/**
 * The verbs by which a transaction begins and ends. A signal is caught, not ignored: its children would inherit that,
 * and a daemon that is started so could never be stopped.
 */
export const session = `
trap : HUP PIPE INT TERM
backed_up='' watcher='' ended='' titled='' failed='' missed=''
take_lock() {
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
      printf '%s\\n' "$reason"
      ;;
  esac
  state
  say end
  exit 0
}
fingerprint() {
  sum=$(state 2>/dev/null | sha256sum)
  printf '%s' "\${sum%% *}"
}
unchanged() { [ "$(fingerprint)" = "$1" ]; }
release_lock() {
  stop_watch
  unlock
}
stale() {
  say outcome stale
  stop_watch
  if [ -n "$fresh" ]; then leave && remove_left; else unlock; fi
  state
  say end
  exit 0
}
# undone FINGERPRINT: the manifest comes back where all else has. Where it has not, what is kept stays, and the manifest
# that names all that may be ours, with what was there before: the next plan would take what is left of ours for theirs.
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
    rm -f "$lib/manifest.copy" "$lib/manifest.json"
  fi
}
`;
