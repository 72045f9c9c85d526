/** The verbs by which a transaction handles files. */
export const files = `
save() {
  for each do
    shift
    if [ -e "$each" ] || [ -L "$each" ]; then set -- "$@" "$each"; fi
  done
  [ $# -eq 0 ] || { mkdir -p "$to" && cp -a --parents -- "$@" "$to"; }
}
parent() {
  case $1 in */*) dir=\${1%/*} ;; *) dir=. ;; esac
  [ -d "$dir" ] && return
  mkdir -p "$dir" && printf '%s\\n' "$dir" >> "$lib/directories"
}
private() {
  umask 077
  printf '%s' "$2" > "$1"
  status=$?
  umask 022
  return "$status"
}
stage() { parent "$1" && private "$1" "$2"; }
stage_original() { parent "$2" && cp -a -- "$lib/original/$1" "$2"; }
durable() { sync "$@" 2>/dev/null || sync; }
discard() {
  rm -f -- "$1" || return 1
  [ -f "$lib/directories" ] || return 0
  while read -r made; do
    [ "$made" = "\${1%/*}" ] && { rmdir "$made" 2>/dev/null || :; }
  done < "$lib/directories"
  return 0
}
put_back() {
  for each do
    if [ -e "$backup/$each" ] || [ -L "$backup/$each" ]; then
      parent "$each" && cp -a -- "$backup/$each" "$each.lvsform" && mv -f -- "$each.lvsform" "$each"
    else
      discard "$each"
    fi
  done
}
`;

/**
 * The verbs by which a transaction begins and ends. A lock belongs to a process of the host,
 * told by its number and the time of its start; where that process is no more, the lock is taken over.
 */
export const session = `
trap '' HUP PIPE INT TERM
backed_up=
unlock() { rm -rf "$lib/lock"; }
started() {
  read -r stat < "/proc/$1/stat" || return 1
  # shellcheck disable=SC2086
  set -- \${stat##*) }
  shift 19
  printf '%s' "$1"
}
abandoned() {
  read -r pid since < "$lib/lock/process" || return 1
  [ "$(started "$pid")" != "$since" ]
} 2>/dev/null
take_lock() {
  fresh=
  [ -d "$lib" ] || fresh=1
  mkdir -p -m 700 "$lib"
  if abandoned && mv "$lib/lock" "$lib/lock.$$" 2>/dev/null; then rm -rf "$lib/lock.$$"; fi
  if ! mkdir "$lib/lock" 2>/dev/null; then
    say outcome locked
    say holder
    cat "$lib/lock/holder" 2>/dev/null
    state
    say end
    exit 0
  fi
  printf '%s %s\\n' "$$" "$(started $$)" > "$lib/lock/process"
  printf '%s' "$holder" > "$lib/lock/holder"
}
fingerprint() {
  sum=$(state 2>/dev/null | sha256sum)
  printf '%s' "\${sum%% *}"
}
unchanged() { [ "$(fingerprint)" = "$1" ]; }
stale() {
  say outcome stale
  unlock
  [ -z "$fresh" ] || rm -rf "$lib"
  state
  say end
  exit 0
}
back_up() {
  to=$backup
  mkdir -p -m 700 "$lib/backup" "$backup" && save "$@" "$lib/manifest.json" || return 1
  backed_up=1
  set -- "$lib"/backup/*
  while [ $# -gt 5 ]; do
    [ "$1" = "$backup" ] || rm -rf "$1"
    shift
  done
}
keep_originals() {
  to=$lib/original
  save "$@"
}
manifest() {
  private "$lib/manifest.new" "$1" && durable "$lib/manifest.new" && mv -f "$lib/manifest.new" "$lib/manifest.json"
}
nothing_left() { rm -rf "$lib"; }
undone() {
  if [ -z "$backed_up" ]; then
    :
  elif [ -f "$backup/$lib/manifest.json" ]; then
    cp -a "$backup/$lib/manifest.json" "$lib/manifest.json"
  else
    rm -f "$lib/manifest.json"
  fi
  if unchanged "$1"; then say outcome rolled-back; else say outcome half-undone; fi
  if [ -n "$fresh" ]; then rm -rf "$lib"; fi
}
`;
