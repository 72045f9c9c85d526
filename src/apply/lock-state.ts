import type { Answer } from '../observe/answer.ts';

/** Whether a transaction is at work on a host: a lock is held while its process lives. */
export interface LockState {
  readonly is: 'free' | 'held' | 'dead';
  /** The number of the lock's process on the host, where there is one. */
  readonly pid?: string;
}

/** Says after a host's answer whether its lock is held. */
export const lockProbe = `
alive() {
  read -r stat < "/proc/$1/stat" || return 1
  began=$2
  # shellcheck disable=SC2086
  set -- \${stat##*) }
  shift 19
  [ "$1" = "$began" ]
} 2>/dev/null
say lock-process
if [ -d "$lib/lock" ]; then
  if [ ! -f "$lib/lock/process" ]; then
    printf 'held\\n'
  else
    read -r pid since _ < "$lib/lock/process"
    if alive "$pid" "$since"; then printf 'held %s\\n' "$pid"; else printf 'dead %s\\n' "$pid"; fi
  fi
fi
`;

/** Reads what `lockProbe` said. */
export function readLock(answer: Answer): LockState {
  const [is, pid] = (answer.section('lock-process') ?? '').trim().split(' ');
  return (is === 'held' || is === 'dead') && /^\d*$/.test(pid ?? '')
    ? { is, ...(pid ? { pid } : {}) }
    : { is: 'free' };
}
