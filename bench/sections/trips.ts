import { readsByHand } from '../by-hand.ts';
import { compared, comparison } from '../cells.ts';
import { canServe, needsRoot, withHosts } from '../hosts.ts';
import { inTurn, type Runs } from '../in-turn.ts';
import { clusterText, inventoryOf } from '../inventory.ts';
import { apply, packaged, planNothing } from '../lvsform.ts';
import { overSsh } from '../openssh.ts';
import { delayingProxy } from '../proxy.ts';
import type { Section } from '../report.ts';
import { median } from '../statistics.ts';

const roundTrip = 0.05;

/** One host behind a slow link. */
export const trips: Section = {
  name: 'trips',
  title: 'Round trips',
  run: async ({ rounds }) => {
    if (!canServe()) return { parts: [needsRoot], figures: {} };
    return withHosts(clusterText(2), async (hosts) => {
      await apply(hosts);
      const name = 'rs1';
      const proxy = await delayingProxy(hosts.addressOf(name), hosts.port, roundTrip);
      const far = await hosts.config(proxy.port);
      const more = ['--limit', name];
      const reads = new Map([[name, readsByHand(inventoryOf(clusterText(2))).get(name)!]]);
      const program = await packaged({ path: hosts.folder });
      await planNothing(hosts, { more, program });
      const runs = await inTurn(2 * rounds + 1, {
        ours: () => planNothing(hosts, { more, config: far, program }),
        ssh: () => overSsh(hosts, reads, far),
        oursNear: () => planNothing(hosts, { more, program }),
        sshNear: () => overSsh(hosts, reads),
      });
      proxy.stop();
      const count = (distant: Runs, near: Runs): string =>
        ((median(distant.wall) - median(near.wall)) / roundTrip).toFixed(1);
      return {
        parts: [
          `A proxy between the client and one host delays each direction, so that a round trip takes 50 ms. How much slower the plan is than without
the proxy, divided by 50 ms, gives the round trips: SSH's handshake, the login and the command, without TCP's own. lvsform is
what \`npm pack\` makes, after a first run that keeps the compiled code.`,
          {
            head: ['plan of one host', ...comparison('OpenSSH')],
            rows: [
              ['at 50 ms', ...compared(runs.ours, runs.ssh)],
              ['without the proxy', ...compared(runs.oursNear, runs.sshNear)],
              ['round trips', count(runs.ours, runs.oursNear), count(runs.ssh, runs.sshNear), '', ''],
            ],
          },
        ],
        figures: runs,
      };
    });
  },
};
