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
  /** A machine hung; the folder contains what may explain it. The machine is booted again. */
  readonly silent: (evidence: string) => void;
}

/** A boot of seven hosts takes some 60 s of processor time. */
const usual: readonly Patience[] = Array.from({ length: 3 }, () => ({ processor: 300, passed: 600 }));

/**
 * Boots a machine and waits until its hosts answer. A guest that hangs is booted again, and each time what may explain it is
 * kept. Throws UserError.
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
    `the lab's machine hung ${patience.length} times. The state of QEMU is in ${kept.join(', ')}`,
  );
}
