# shellcheck shell=sh
# The lock of a host: how it is read, taken and given back. The lock is a directory. A symbolic link in it names its
# owner: the number of a process, when it started, and in which boot. Where the owner has died, a link `heir.OWNER`
# names its heir in the same way, and that heir may have an heir, too: the last of them holds the lock.

# identify PID|self: sets id, which names this process and never another one, and parent. Fails for one that has ended.
identify() {
  id=
  [ -n "$boot" ] || read -r boot < /proc/sys/kernel/random/boot_id
  read -r stat < "/proc/$1/stat" || return 1
  # shellcheck disable=SC2086
  set -- "${stat%% *}" ${stat##*) }
  case $2 in Z | X) return 1 ;; esac
  [ $# -gt 20 ] || return 1
  id=$1 parent=$3
  shift 20
  id=$id-$1-$boot
} 2>/dev/null

# lives ID: that process has not ended.
lives() { [ -n "$1" ] && identify "${1%%-*}" && [ "$id" = "$1" ]; }

# lock_owner: sets owner; fails where there is no lock.
lock_owner() {
  owner=
  [ -d "$lib/lock" ] || return 1
  owner=$(readlink "$lib/lock/owner") || former_owner
  while [ -L "$lib/lock/heir.$owner" ] && heir=$(readlink "$lib/lock/heir.$owner"); do owner=$heir; done
}

# former_owner: an older lvsform wrote the number and the start into a file.
former_owner() {
  owner=unknown
  identify self && read -r pid since < "$lib/lock/process" && [ -n "$since" ] && owner=$pid-$since-$boot
} 2>/dev/null

# lock_step: sets what the transaction is at: the step, its limit in seconds, its process, its title.
lock_step() {
  step='' limit='' process='' title=''
  read -r step limit process title < "$lib/lock/step"
} 2>/dev/null

# held: a process works under the lock: its owner, or a step that has outlived its owner.
held() {
  lock_owner || return 1
  lives "$owner" && return 0
  lock_step && lives "$process"
}

# try_lock: 0 where the lock is ours; 1 where another process has it; 2 where it cannot be taken, and reason says why.
# The variable holder tells others about us. A lock is there wholly or not at all: it is a rename of a whole directory,
# which fails where one is there.
try_lock() {
  identify self
  me=$id tries=0
  while [ "$tries" -lt 20 ]; do
    tries=$((tries + 1))
    fresh=
    [ -d "$lib" ] || fresh=1
    if ! reason=$(make_lock 2>&1); then
      # A transaction that ended may just have removed the directory.
      [ -d "$lib" ] && return 2
      continue
    fi
    inherited=''
    reason=$(mv -fT "$lib/taking.$me" "$lib/lock" 2>&1) && return 0
    lock_owner || continue
    if held; then
      rm -rf "$lib/taking.$me"
      return 1
    fi
    inherit && inherited=1 && return 0
  done
  return 2
}

make_lock() {
  mkdir -p -m 700 "$lib" && mkdir -p "$lib/taking.$me" && ln -sfn "$me" "$lib/taking.$me/owner" || return 1
  for each in step output; do printf '' > "$lib/taking.$me/$each" || return 1; done
  printf '%s' "$holder" > "$lib/taking.$me/holder"
}

# inherit: takes over from an owner that has died. Of all processes that try, one can make the link that names the heir.
inherit() {
  reason=$(ln -s "$me" "$lib/lock/heir.$owner" 2>&1) || return 1
  # By now another lock may be there, which the owner that we saw never had: then the link means nothing.
  lock_owner && [ "$owner" = "$me" ] || return 1
  mv -f "$lib/taking.$me/holder" "$lib/taking.$me/step" "$lib/taking.$me/output" "$lib/lock"
  rm -rf "$lib/taking.$me" "$lib/lock/waiting" "$lib/lock/confirmed" "$lib/lock/overdue"
}

# unlock: only its owner removes a lock, so the one that is renamed is our own.
unlock() {
  lock_owner && [ "$owner" = "$me" ] || return 0
  mv -fT "$lib/lock" "$lib/unlocked.$me" && rm -rf "$lib/unlocked.$me"
}

# clear_away: removes what processes that have died left when they took a lock, gave it back, or removed our state.
clear_away() {
  for each in "$lib"/taking.* "$lib"/unlocked.* "$lib".removed.*; do
    [ -e "$each" ] || continue
    lives "${each##*.}" || rm -rf "$each"
  done
}
