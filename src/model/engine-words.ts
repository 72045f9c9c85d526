import type { FailoverFacts, SpecialSetting } from '../engines/facts-shape.ts';
import { failoverEngines, failoverFactsOf } from './failover.ts';
import { healthDaemons, healthFactsOf } from './health.ts';

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[], word = 'and'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

/** The failover engines that have a setting which not all of them have. */
export function enginesHaving(setting: SpecialSetting): string {
  return failoverEngines.filter((engine) => failoverFactsOf(engine).has.includes(setting)).join(', ');
}

/** Failover engines that power off a silent director. */
export const fencers = failoverEngines.filter((engine) => failoverFactsOf(engine).fences !== false);

/** Health engines that write mail about real servers. */
export const mailers = healthDaemons.filter((engine) => healthFactsOf(engine).mail);

/** The default of most engines, and then each other value with its engines: `1, for heartbeat 2`. */
export function defaultWords(say: (defaults: FailoverFacts['defaults']) => string): string {
  const engines = new Map<string, string[]>();
  for (const engine of failoverEngines) {
    const words = say(failoverFactsOf(engine).defaults);
    engines.set(words, [...(engines.get(words) ?? []), engine]);
  }
  const [usual, ...others] = [...engines].toSorted(([, a], [, b]) => b.length - a.length);
  return [usual![0], ...others.map(([words, names]) => `for ${listed(names)} ${words}`)].join(', ');
}
