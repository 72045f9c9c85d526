# Sourced by the stand-ins. They keep what a kernel or an init system would know in files below .sim of the host's tree.
sim=${LVSFORM_ROOT:?this stands in for a command on a simulated host}/.sim

# Replaces a state file: the new text comes on standard input.
replace() { cat > "$1.new" && mv -f "$1.new" "$1"; }

# Lines of a file that do not begin with a text.
without() {
  while IFS= read -r each; do
    case $each in "$2"*) ;; *) printf '%s\n' "$each" ;; esac
  done < "$1"
}

# True where a line of a file begins with a text.
has() {
  while IFS= read -r each; do
    case $each in "$2"*) return 0 ;; esac
  done < "$1"
  return 1
}

fail() {
  printf '%s\n' "$2" >&2
  exit "$1"
}
