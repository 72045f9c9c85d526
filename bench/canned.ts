import { applyPlan } from '../src/apply/run.ts';
import { systemClock } from '../src/cli/hosts.ts';
import { digest } from '../src/net/digest.ts';
import { makePlan } from '../src/plan/make.ts';
import { targetOf } from '../src/plan/target.ts';
import type { Hosts, Target } from '../src/port.ts';
import { simulate } from '../src/sim/simulation.ts';
import { SshHosts } from '../src/ssh/hosts.ts';
import { requestFor } from './client.ts';
import { clusterOf } from './inventory.ts';

/** What a host answered when it was read, cut where the frame and what is the host's own stand: `{name}`. */
type Recording = readonly string[];

/** Answers of a director and of a real server, recorded from simulated hosts. */
export interface Recordings {
  readonly director: Recording;
  readonly blank: Recording;
  /** A real server after an apply. */
  readonly settled: Recording;
  /** The director's host key, which the real servers remember. */
  readonly key: string;
}

export async function record(): Promise<Recordings> {
  const inventory = clusterOf(3);
  const simulation = await simulate(inventory);
  const limits = { connectTimeout: 10_000, silence: 60_000 };
  const ssh = new SshHosts(simulation.routeOf, limits, () => Promise.reject(new Error('no password')));
  const heard = new Map<string, Recording>();
  const hosts: Hosts = {
    run: async (target, script, within) => {
      const answer = await ssh.run(target, script, within);
      heard.set(target.name, recordingOf(target, script, answer));
      return answer;
    },
    runAnew: (target, script) => ssh.runAnew(target, script),
    wayTo: (target) => ssh.wayTo(target),
    release: () => {},
  };
  const surroundings = { hosts, clock: systemClock, emit: () => {} };
  try {
    const plan = await makePlan(requestFor(inventory, true), surroundings);
    const [director, blank] = [heard.get('lb1')!, heard.get('rs1')!];
    await applyPlan(plan, { who: 'bench', since: 'now', why: 'bench' }, 3, { ...surroundings, hosts: ssh });
    await makePlan(requestFor(inventory, true), surroundings);
    const key = ssh.wayTo(targetOf(inventory.hosts[0]!))!.key!;
    return { director, blank, settled: heard.get('rs1')!, key };
  } finally {
    ssh.close();
    await simulation.stop();
  }
}

const frameIn = (script: string): string => /^begin (\w+)$/m.exec(script)![1]!;
const machineOf = (name: string): string => digest(`machine ${name}`).slice(0, 32);
const bootOf = (name: string): string => digest(`boot ${name}`).slice(0, 36);

/** What is a host's own in its answer, by the slot it stands in: the digests are those of the documents that it should have. */
function ownOf({ name, ssh }: Target, script: string): Map<string, string> {
  const digests = [...script.matchAll(/^show_content \d+ ([0-9a-f]{64}) (\S+)$/gm)];
  return new Map([
    ['{frame}', frameIn(script)],
    ['{machine}', machineOf(name)],
    ['{boot}', bootOf(name)],
    ...digests.map(([, value, path]) => [`{${path}}`, value!] as const),
    ['{address}', ssh.host],
    ['{name}', name],
  ]);
}

function recordingOf(target: Target, script: string, answer: string): Recording {
  const own = ownOf(target, script);
  const cut = (part: string, slot: string, text: string): string[] =>
    own.has(part) ? [part] : part.split(text).flatMap((each, index) => (index === 0 ? [each] : [slot, each]));
  return [...own].reduce<string[]>(
    (parts, [slot, text]) => parts.flatMap((part) => cut(part, slot, text)),
    [answer],
  );
}

/** Hosts that answer from memory: what a plan of them costs is the controller's own work. */
export function cannedHosts({ director, key }: Recordings, realServer: Recording): Hosts {
  const answer = (target: Target, script: string): string => {
    const own = ownOf(target, script);
    const recording = isDirector(target) ? director : realServer;
    return recording.map((part) => own.get(part) ?? part).join('');
  };
  return {
    run: async (target, script) => answer(target, script),
    runAnew: async (target, script) => answer(target, script),
    wayTo: (target) => ({
      place: `${target.ssh.host}:22`,
      key: isDirector(target) ? key : `SHA256:${target.ssh.host}`,
    }),
    release: () => {},
  };
}

const isDirector = ({ name }: Target): boolean => name.startsWith('lb');
