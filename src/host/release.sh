# shellcheck shell=sh
# What `lvsform lock` shows of a lock, and how it releases one. The variable seen names the owner that it was shown.

show_lock() {
  if lock_owner; then
    say owner
    printf '%s\n' "$owner"
    say holder
    cat "$lib/lock/holder" 2>/dev/null
    lives "$owner" && say alive
    lock_step
    lives "$process" && say running
    say step
    [ -z "$process" ] || printf '%s\n' "$limit" "${process%%-*}" "$title"
  fi
}

# ask_to_release: asks a transaction that lives to undo and end. The request names its owner, so that another
# transaction, which may have the lock by then, takes no notice of it.
ask_to_release() {
  if ! lock_owner; then
    say lock free
  elif [ "$owner" != "$seen" ]; then
    say lock another
  elif held; then
    printf '' > "$lib/lock/release.$owner" && say lock asked
  else
    take_and_release
  fi
}

# kill_and_release: kills all processes of the transaction.
kill_and_release() {
  if ! lock_owner; then
    say lock free
  elif [ "$owner" != "$seen" ]; then
    say lock another
  else
    lock_step
    frozen=''
    for each in "$owner" "$process" "$owner"; do freeze "$each"; done
    for each in $frozen; do if lives "$each"; then kill -KILL "${each%%-*}"; fi; done
    waited=0
    while held && [ "$waited" -lt 10 ]; do
      sleep 1
      waited=$((waited + 1))
    done
    take_and_release
  fi
}

take_and_release() {
  if try_lock; then
    tidy
    unlock
    say lock released
  else
    say lock another
  fi
}
