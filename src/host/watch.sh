# shellcheck shell=sh
# The time limit of a step. A step runs in a shell of its own, and one process watches all of them: `timeout` cannot run
# a shell function, and a signal does not wake a shell that waits.

# limited SECONDS COMMAND...: runs a step. Sets ended to the reason where the step was ended. Its output goes to a file
# first, so that no command on a host dies of a connection that was lost. A signal that we catch is a default one for
# our children.
limited() {
  most=$1
  shift
  ended=
  case $doing in
    undo*) ;;
    *) if [ -e "$lib/lock/release.$me" ]; then ended=release && return 1; fi ;;
  esac
  out=$lib/lock/output
  { printf '' > "$out"; } 2>/dev/null || out=/dev/null
  (
    trap : HUP INT TERM PIPE
    { identify self && printf '%s %s %s %s\n' "$doing" "$most" "$id" "$titled" > "$lib/lock/step"; } 2>/dev/null
    "$@"
  ) </dev/null > "$out" 2>&1
  status=$?
  [ ! -s "$out" ] || cat "$out"
  if [ -e "$lib/lock/overdue" ]; then
    read -r ended < "$lib/lock/overdue"
    rm -f "$lib/lock/overdue"
    [ "$ended" = release ] || printf 'ended after %s s, the limit of: %s\n' "$ended" "$titled"
  fi
  return "$status"
}

# watch: ends a step that exceeds its limit, or every step where the lock is to be released; where the transaction was
# killed, it ends what that left running. It prints something every minute, so that a long step is not taken for a dead
# host.
watch() {
  nap='' last='' seconds=0
  trap 'kill "$nap" 2>/dev/null; exit 0' TERM
  trap : HUP INT PIPE
  while [ -d "$lib/lock" ]; do
    sleep 1 >/dev/null 2>&1 &
    nap=$!
    wait "$nap"
    lock_step
    if ! lives "$me"; then
      end_process "$process"
      return
    fi
    [ "$last" = "$step $process" ] || seconds=0
    last="$step $process"
    seconds=$((seconds + 1))
    due=
    if [ "$seconds" -gt "${limit:-$seconds}" ]; then due=$limit; fi
    case $step in undo*) ;; *) [ ! -e "$lib/lock/release.$me" ] || due=release ;; esac
    if [ -n "$due" ] && lives "$process"; then
      printf '%s\n' "$due" > "$lib/lock/overdue"
      end_process "$process"
    elif [ $((seconds % 60)) -eq 0 ]; then
      printf 'still at work after %s s\n' "$seconds"
    fi
  done
}

stop_watch() {
  [ -n "$watcher" ] || return 0
  kill "$watcher"
  wait "$watcher"
  watcher=
} 2>/dev/null

# end_process ID: ends a process and all that it has begun, and no other process. It stops them from the top down, so
# that none of them can end meanwhile and leave its number to another process. It kills the first one last, since our
# shell waits for that one.
end_process() {
  lives "$1" || return 0
  frozen=
  freeze "$1"
  freeze "$1"
  # shellcheck disable=SC2086
  set -- $frozen
  first=$1
  shift
  for each; do kill -TERM "${each%%-*}" && kill -CONT "${each%%-*}"; done
  patience=10
  while [ "$patience" -gt 0 ] && some_live "$@"; do
    sleep 1 >/dev/null 2>&1
    patience=$((patience - 1))
  done
  for each; do if lives "$each"; then kill -KILL "${each%%-*}"; fi; done
  kill -KILL "${first%%-*}"
} 2>/dev/null

some_live() {
  for each; do lives "$each" && return 0; done
  return 1
}

# freeze ID: stops a process and all that it has begun, and adds them to frozen.
freeze() {
  lives "$1" || return 0
  kill -STOP "${1%%-*}"
  case " $frozen " in *" $1 "*) ;; *) frozen="$frozen $1" ;; esac
  for child in $(children "${1%%-*}"); do freeze "$child"; done
}

children() {
  for each in /proc/[0-9]*; do
    if identify "${each#/proc/}" && [ "$parent" = "$1" ]; then printf '%s\n' "$id"; fi
  done
}
