import test from 'ava';
import { rolesOf } from '../../src/model/roles.ts';
import { engines } from '../../src/engines/index.ts';
import { agreed } from '../../src/engines/agreed.ts';
import { scoped } from '../../src/engines/scope.ts';
import type { Failover } from '../../src/model/failover.ts';
import { dr, inventoryOf } from '../support/inventories.ts';

/** A director in two clusters that have one engine, of which the second one wants something else. */
const pair = inventoryOf(
  dr.replace(
    '172.16.100.2/24',
    '172.16.100.2/24\n      lb2: 172.16.100.3\n    failover: { engine: keepalived }',
  ),
);
const [cluster] = pair.clusters;

function agreedOf(scope: object, other: object): object | undefined {
  const failover = { ...cluster!.failover! };
  const second = { ...cluster!, name: 'two', failover: { ...failover, ...other } as Failover };
  const clusters = [{ ...cluster!, failover }, second];
  const roles = rolesOf({ ...pair, clusters }, cluster!.directors[0]!);
  return agreed(
    scope,
    roles.filter((role) => role.as === 'director'),
  );
}

for (const { name, failover } of engines) {
  const once = failover === undefined ? [] : scoped(failover.scope, 'host');
  for (const setting of once) {
    test(`${name}: what a director has once is taken from no cluster that another one gainsays: ${setting}`, (t) => {
      const odd =
        setting === 'directives'
          ? { global: ['odd'], instance: [] }
          : setting === 'key'
            ? { name: 'odd', source: { from: 'env', name: 'ODD' } }
            : 'odd';
      t.throws(() => agreedOf(failover!.scope, { [setting]: odd }), { message: /wanted in two ways/ });
      t.is((agreedOf(failover!.scope, {}) as Record<string, unknown>)['name'], 'web');
    });
  }
}

test('what each cluster has for itself is no part of what they agree in', (t) => {
  const settings = agreedOf({ deadTime: 'host' }, { script: '/bin/true' });
  t.deepEqual(Object.keys(settings!).toSorted(), ['deadTime', 'directors', 'name']);
});
