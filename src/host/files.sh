# shellcheck shell=sh
# How a transaction writes, replaces, removes and restores files.

# made DIRECTORY: another process may make it at the same moment.
made() { mkdir "$1" 2>/dev/null || [ -d "$1" ] || mkdir "$1"; }

# beside PATH: sets staged to the place of a new file until the swap: in the same directory, so that the swap is a
# rename; hidden, so that no daemon reads it.
beside() {
  case $1 in */*) staged=${1%/*}/.${1##*/}.lvsform ;; *) staged=.$1.lvsform ;; esac
}

has_path() { [ -e "$1" ] || [ -L "$1" ]; }

# save PATH...: copies those that exist below the directory $to.
save() {
  for each do
    shift
    if has_path "$each"; then set -- "$@" "$each"; fi
  done
  [ $# -eq 0 ] || { { [ -d "$to" ] || mkdir -p "$to"; } && cp -a --remove-destination --parents -- "$@" "$to"; }
}

# parent PATH: makes its directory. A directory is noted before it is made, so that it can be removed whenever we are
# killed.
parent() {
  case $1 in */*) set -- "${1%/*}" ;; *) return 0 ;; esac
  [ -d "$1" ] && return 0
  parent "$1" && printf '%s\n' "$1" >> "$lib/directories" && made "$1"
}

private() {
  umask 077
  printf '%s' "$2" > "$1"
  status=$?
  umask 022
  return "$status"
}

stage() { parent "$1" && private "$1" "$2"; }

stage_original() { parent "$2" && no_path "$2" && cp -a -- "$lib/original/$1" "$2"; }

no_path() { ! has_path "$1" || rm -f -- "$1"; }

# durable PATH...: writes them to the disk, so that a power failure loses nothing. Where sync takes no paths (before
# coreutils 8.24), it writes everything.
durable() {
  for each do
    shift
    if [ -e "$each" ] && [ ! -L "$each" ]; then set -- "$@" "$each"; fi
  done
  [ $# -eq 0 ] || sync "$@" 2>/dev/null || sync
}

durable_beside() {
  for each do
    shift
    beside "$each"
    set -- "$@" "$staged"
  done
  durable "$@"
}

# settle PATH...: writes the directories of these to the disk, once their files are in place.
settle() {
  for each do
    shift
    case $each in */*) set -- "$@" "${each%/*}" ;; esac
  done
  durable "$@"
}

# discard PATH...: removes them, and the directories that we made for them, where they are empty.
discard() {
  rm -f -- "$@" || return 1
  for each; do discard_above "$each"; done
}

discard_above() {
  case $1 in */*) ;; *) return 0 ;; esac
  has_line "$lib/directories" "${1%/*}" && rmdir "${1%/*}" 2>/dev/null || return 0
  discard_above "${1%/*}"
}

# has_line FILE TEXT: a line of a small file is this text.
has_line() {
  [ -f "$1" ] || return 1
  while IFS= read -r found; do
    [ "$found" != "$2" ] || return 0
  done < "$1"
  return 1
}

# put_back PATH...: restores what the backup has. It fails where one of them could not be restored, and restores the
# others.
put_back() {
  lost=0
  for each do
    has_path "$backup/$each" || continue
    beside "$each"
    parent "$each" && no_path "$staged" && cp -a -- "$backup/$each" "$staged" || lost=1
  done
  durable_beside "$@"
  for each do
    beside "$each"
    if ! has_path "$backup/$each"; then
      { no_path "$each" && discard_above "$each"; } || lost=1
    elif has_path "$staged"; then
      mv -f -- "$staged" "$each" || lost=1
    fi
  done
  settle "$@"
  return "$lost"
}
