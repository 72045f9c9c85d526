import test from 'ava';
import { handedTogether } from '../../src/plan/cluster-hands.ts';
import type { HostPlan } from '../../src/plan/plan.ts';
import { director, of, ready, realServer, type Trait, unreachable } from '../support/plans.ts';

const keeps: Trait = (host) => ready(host, () => ({ kept: 'change the VIP' }));

/** Which hosts are planned once more, and for which reason. */
function again(...hosts: readonly HostPlan[]): string[] {
  const asked: string[] = [];
  handedTogether(hosts, (host, why) => {
    asked.push(`${host.host} (${why})`);
    return ready(host, () => ({ kept: why }));
  });
  return asked;
}

test('if one director keeps what would change hands, the others of its clusters wait, and those of theirs', (t) => {
  t.deepEqual(again(director('lb1'), director('lb2'), realServer('rs1')), []);
  t.deepEqual(again(director('lb1', keeps), director('lb2'), realServer('rs1')), [
    'lb2 (lb1: change the VIP)',
  ]);
  t.deepEqual(again(director('lb1'), director('lb2', keeps)), ['lb1 (lb2: change the VIP)']);
  t.deepEqual(again(director('lb1', keeps), director('lb2', keeps)), []);
  t.deepEqual(again(director('lb1', keeps), director('lb2', of('api'))), []);
  t.deepEqual(again(director('lb1', unreachable), director('lb2')), []);
  t.deepEqual(again(director('lb1', keeps), director('lb2', of('web', 'api')), director('lb3', of('api'))), [
    'lb2 (lb1: change the VIP)',
    'lb3 (lb2: lb1: change the VIP)',
  ]);
});
