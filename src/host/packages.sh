# shellcheck shell=sh
# Packages, with dpkg and apt or with rpm and yum.

packages() {
  if [ "$family" = debian ]; then
    dpkg-query -W -f '${binary:Package} ${Status}\n'
  else
    rpm -qa --qf '%{NAME} install ok installed\n'
  fi
}

# package_install NAME: notes which packages come with this one, so that they can be removed with it.
package_install() {
  packages > "$lib/packages.before.$1" && install_it "$1"
  status=$?
  packages_came "$1"
  return $status
}

packages_came() {
  packages | grep -vxF -f "$lib/packages.before.$1" | while read -r new _; do
    [ "${new%%:*}" = "$1" ] || printf '%s\n' "$new"
  done > "$lib/packages.with.$1"
  rm -f "$lib/packages.before.$1"
}

install_it() { if [ "$family" = debian ]; then apt_install "$1"; else yum_install "$1"; fi; }

apt_install() {
  DEBIAN_FRONTEND=noninteractive
  export DEBIAN_FRONTEND
  set -- apt-get -y -q -o DPkg::Lock::Timeout=60 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    --no-install-recommends install "$@"
  "$@" || { apt-get -q update && "$@"; }
}

yum_install() {
  if command -v dnf >/dev/null; then dnf -y -q install "$@"; else yum -y -q install "$@"; fi
}

# package_remove NAME: removes it with the packages that came with it. One that others need is kept, and named.
package_remove() {
  taken "$1"
  case $? in
    1) return 1 ;;
    2)
      printf 'kept, since others need it: %s\n' "$out"
      rm -f "$lib/packages.with.$1"
      return 0
      ;;
  esac
  packages_with_it "$1"
}

# taken NAME: 0 where the package is gone, 2 where others need it, 1 where it could not be removed. dpkg and rpm refuse
# to remove what others need; apt and yum would remove the others, too.
taken() {
  out=$(remove_it "$1" 2>&1) && return 0
  case $out in *"dependency problems"* | *"Failed dependencies"*) return 2 ;; esac
  printf '%s\n' "$out"
  return 1
}

# remove_it NAME: a package takes its configuration along, also files that were there before it and before lvsform: those
# come back.
remove_it() {
  standing=$(standing_originals)
  if [ "$family" = debian ]; then dpkg --purge "$1"; else rpm -e "$1"; fi
  status=$?
  printf '%s\n' "$standing" | while IFS= read -r each; do
    [ -z "$each" ] || has_path "$each" || original_back "$each" || printf '/%s could not be put back\n' "$each"
  done
  return "$status"
}

# standing_originals: the files of which an original is kept, and that are there now.
standing_originals() {
  [ ! -d "$lib/original" ] || find "$lib/original" '(' -type f -o -type l ')' | while IFS= read -r each; do
    each=${each#"$lib/original/"}
    if has_path "$each"; then printf '%s\n' "$each"; fi
  done
}

# original_back PATH: with its directories, as they were.
original_back() {
  root=$PWD
  (cd "$lib/original" && cp -a --parents -- "$1" "$root") && settle "$1"
}

# packages_with_it NAME: removes what came with a package, as long as something can be removed.
packages_with_it() {
  with=$lib/packages.with.$1
  [ -f "$with" ] || return 0
  # shellcheck disable=SC2046
  set -- $(cat "$with")
  # A package that an operator has asked for since then is kept.
  # shellcheck disable=SC2046
  if [ $# -gt 0 ] && [ "$family" = debian ]; then set -- $(apt-mark showauto "$@"); fi
  while [ $# -gt 0 ]; do
    left=$#
    for each; do
      shift
      taken "$each"
      case $? in 1) return 1 ;; 2) set -- "$@" "$each" ;; esac
    done
    if [ $# -eq $left ]; then
      printf 'kept, since others need it: %s\n' "$*"
      break
    fi
  done
  rm -f "$with"
}
