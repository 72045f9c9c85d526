import { fileURLToPath } from 'node:url';
import type { ControllerCost } from '../controller.ts';
import { run } from '../process.ts';
import type { Section } from '../report.ts';
import { seconds } from '../statistics.ts';

const controller = fileURLToPath(new URL('../controller.js', import.meta.url));
const sizes = [1000, 10_000];

/** The controller alone: no network, no hosts. */
export const scale: Section = {
  name: 'scale',
  title: 'Ten thousand hosts',
  run: async () => {
    const measured: (ControllerCost & { readonly size: number })[] = [];
    for (const size of sizes) {
      const { output } = await run([process.execPath, controller, String(size)]);
      measured.push({ size, ...(JSON.parse(output) as ControllerCost) });
    }
    return {
      parts: [
        `One cluster with one director, in a process of its own, with a port to hosts that answers from memory: this is the controller's CPU
without SSH. The answers were recorded from simulated hosts. *First* is a plan with everything to add; *again* is one in which the
real servers have nothing to do, and the director everything.`,
        {
          head: ['hosts', 'validate', 'render', 'plan, first', 'plan, again', 'memory a host, at most'],
          rows: measured.map(({ size, validate, render, first, settled, memory }) => [
            size.toLocaleString('en'),
            ...[validate, render, first, settled].map(seconds),
            `${Math.round(memory / size / 1024)} KiB`,
          ]),
        },
      ],
      figures: { measured },
    };
  },
};
