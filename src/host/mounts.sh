# shellcheck shell=sh
# File systems, and the directories in which they are mounted.

# mount_at PATH TYPE OPTIONS FROM: notes the directories that it makes, so that they can be removed again.
mount_at() {
  make_place "$1" || return 1
  timeout 45 mount -t "$2" -o "$3" "$4" "$1" && return 0
  [ $? != 124 ] || printf '%s does not answer\n' "$4"
  return 1
}

# is_mounted PATH FROM rw|ro: the kernel may leave out the last slash of what is mounted.
is_mounted() {
  found='' may=rw
  while read -r from at _ options _; do
    [ "$at" = "/$1" ] || continue
    found=$from may=rw
    case ",$options," in *,ro,*) may=ro ;; esac
  done < proc/mounts
  [ "$may" = "$3" ] && { [ "$found" = "$2" ] || [ "$found" = "${2%/}" ] || [ "${found%/}" = "$2" ]; }
} 2>/dev/null

# unmount PATH: succeeds where nothing is mounted there any more.
unmount() {
  ! grep -q "^[^ ]* /$1 " proc/mounts || umount "$1" || umount -l "$1" || return 1
  drop_place "$1"
}

make_place() {
  [ -d "$1" ] && return 0
  case $1 in */*) make_place "${1%/*}" || return 1 ;; esac
  printf '/%s\n' "$1" >> "$lib/places" && made "$1"
}

drop_place() {
  has_line "$lib/places" "/$1" && rmdir "$1" 2>/dev/null || return 0
  left=$(grep -vxF "/$1" "$lib/places")
  if [ -n "$left" ]; then printf '%s\n' "$left" > "$lib/places"; else rm -f "$lib/places"; fi
  case $1 in */*) drop_place "${1%/*}" ;; esac
}
