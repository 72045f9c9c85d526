# shellcheck shell=sh
# How every script begins on a host, and what nearly every script needs.

# begin FRAME: goes to the host's root and sets what the other functions share: the frame of the answer, the directory
# that holds our state, the platform family and its release. A simulated host names its root in LVSFORM_ROOT.
begin() {
  frame=$1 boot=''
  at_root
  find_family
}

# at_root: the part of begin that the scripts in init.d and sbin need, too.
at_root() {
  export LC_ALL=C
  export PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  cd "${LVSFORM_ROOT:-/}" || exit 70
  umask 022
  lib=var/lib/lvsform
}

find_family() {
  family=unknown release=
  if [ -f etc/debian_version ]; then
    family=debian
  elif [ -f etc/redhat-release ]; then
    read -r release < etc/redhat-release
    case $release in
      *"release 6"*) family=rhel6 ;;
      *"release "[789]* | *"release "[1-9][0-9]*) family=rhel7 ;;
    esac
  fi
}

# say WORD...: begins a section of the answer. A lost reader does not end the script.
say() { printf '\n@%s %s\n' "$frame" "$*" || :; }

# listened: true where the answer still has a reader, as far as can be told.
listened() { printf '\n' 2>/dev/null; }

# filled FILE: true for a file that is not empty. A directory has a size as well, and a pipe would keep its reader.
filled() { [ -f "$1" ] && [ -s "$1" ]; }

# same_content FILE FILE: they have the same content.
same_content() {
  # shellcheck disable=SC2046
  set -- $(sha256sum "$1" "$2")
  [ $# -eq 4 ] && [ "$1" = "$3" ]
}

# from_copy NAME: true where NAME.copy is read in place of NAME.json, which is gone, or empty, or the beginning of the copy.
from_copy() {
  filled "$1.copy" || return 1
  filled "$1.json" || return 0
  # shellcheck disable=SC2046
  set -- "$1" $(stat -L -c %s "$1.json" "$1.copy")
  [ "$2" -lt "$3" ] && [ "$(head -c "$2" "$1.copy" | sha256sum)" = "$(sha256sum < "$1.json")" ]
}
