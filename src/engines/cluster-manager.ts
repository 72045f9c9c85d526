import type { Refusal, Refuses } from './facts-shape.ts';

/** What pacemaker and cman refuse alike. */
export const clusterManagerRefuses: Refuses = {
  id: 'LVS092',
  title: 'a cluster manager is not told this here',
  why: 'What watches a service belongs into health, what else pacemaker shall run into its CIB under ids of your own, which are left alone. cman’s document is rendered whole; directives: { global: [...] } are lines of your own in it.',
};

/** What neither takes, and what to do instead. */
export function takesNo(engine: string, hint: string): readonly Refusal[] {
  const settings = ['interfaces', 'ping', 'script', 'notify', 'directives.instance'] as const;
  return settings.map((setting) => ({
    setting,
    message: `${engine} takes no ${setting.split('.')[0]}`,
    hint,
  }));
}
