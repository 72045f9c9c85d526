import { bootTimes, type BootTimes, type Patience, SilentGuest } from './console.ts';
import { keepEvidence } from './evidence.ts';
import { UserError } from '../user-error.ts';
import { clearMachine, endMachine, type MachineSpec, type ProcessId, startMachine } from './qemu.ts';

export interface Booted {
  readonly id: ProcessId;
  readonly times: BootTimes;
}

interface Listeners {
  /** Called with each machine that has been started, so that the caller can end it with the lab. */
  readonly started: (id: ProcessId) => void;
  readonly up: (host: string, count: number) => void;
  /** A machine fell silent; what may tell why is in the folder. It is booted anew. */
  readonly silent: (evidence: string) => void;
}

/** A boot of seven hosts takes some 60 s of processor time. */
const usual: readonly Patience[] = Array.from({ length: 3 }, () => ({ processor: 300, passed: 600 }));

/**
 * Boots a machine and waits until its hosts answer. A guest that gets nowhere any more is booted again, and
 * what may tell why is kept each time. Throws UserError.
 */
export async function bootMachine(
  spec: MachineSpec,
  { started, up, silent }: Listeners,
  patience: readonly Patience[] = usual,
): Promise<Booted> {
  const kept: string[] = [];
  for (const each of patience) {
    const begun = Date.now();
    const id = await startMachine(spec);
    started(id);
    try {
      const times = await bootTimes({ folder: spec.folder, qemu: id, begun, patience: each }, up);
      return { id, times };
    } catch (error) {
      if (!(error instanceof SilentGuest)) throw error;
      kept.push(await keepEvidence(spec.folder, id, error.message));
      await endMachine(spec.folder, id);
      await clearMachine(spec.folder);
      silent(kept.at(-1)!);
    }
  }
  throw new UserError(
    `the lab's machine got nowhere ${patience.length} times. What QEMU was at is in ${kept.join(', ')}`,
  );
}
