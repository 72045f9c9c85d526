# Sourced by the stand-ins. They keep what a kernel or an init system would know in files below .sim of the host's tree.
sim=${LVSFORM_ROOT:?this stands in for a command on a simulated host}/.sim

nl='
'

# Removes the lines of a state file that begin with a text. As in all stand-ins, no process is started where the shell can
# do the work: a test starts thousands of these.
remove() {
  kept=
  while IFS= read -r each; do
    case $each in "$2"*) ;; *) kept=$kept$each$nl ;; esac
  done < "$1"
  printf '%s' "$kept" > "$1"
}

# True where a line of a file begins with a text.
has() {
  while IFS= read -r each; do
    case $each in "$2"*) return 0 ;; esac
  done < "$1"
  return 1
}

# Removes a file, where it is there.
gone() { [ ! -e "$1" ] || rm -f "$1"; }

fail() {
  printf '%s\n' "$2" >&2
  exit "$1"
}
