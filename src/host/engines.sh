# shellcheck shell=sh
# What the functions of engines have in common. An engine's own functions are in a file of its name.

# within SECONDS COMMAND...: waits until the command succeeds. It prints something every 30 seconds, so that a long wait
# is not taken for a dead host.
within() {
  most=$1 waited=0
  shift
  until out=$("$@" 2>&1); do
    if [ "$waited" -ge "$most" ]; then
      printf 'not within %s s: %s\n%s\n' "$most" "$*" "$out"
      return 1
    fi
    [ $((waited % 30)) -eq 29 ] && printf 'after %s s: %s\n' "$waited" "$out"
    sleep 1
    waited=$((waited + 1))
  done
}

# lacks_soon VIP...: waits until this host has none of the VIPs.
lacks_soon() { within 120 lacks "$@"; }

lacks() {
  for each; do
    case $(ip -o addr show) in *" $each/"*) printf '%s is still here\n' "$each" && return 1 ;; esac
  done
}
