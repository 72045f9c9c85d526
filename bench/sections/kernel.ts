import { withLab } from '../director.ts';
import { firstApply, many, nothing, removal, rowsOf, start, wide } from '../large-tables.ts';
import { isInstalled } from '../process.ts';
import type { Section } from '../report.ts';

/** The same tables in the lab, where Linux itself has them. */
export const kernel: Section = {
  name: 'kernel',
  title: 'Large tables on a real kernel',
  run: async ({ rounds }) => {
    if (!(await isInstalled('qemu-system-x86_64')))
      return { parts: ['Not run: this section needs what the lab needs.'], figures: {} };
    const rows = [
      ...(await withLab(wide, async (director) => [
        await firstApply(director, '1 service, 1,000 real servers', rounds),
        await removal(director),
      ])),
      ...(await withLab(many, async (director) => [
        await firstApply(director, '200 services, 20 real servers each', rounds),
        await nothing(director, rounds),
        await start(director, rounds),
      ])),
    ];
    return {
      parts: [
        `One director in the lab, beside \`ssh DIRECTOR ipvsadm\` as above; lvsform is what \`npm pack\` makes. Where the lab is emulated, starting a process costs about 14 ms there,
and all else in proportion: the ratios count.`,
        rowsOf(rows),
      ],
      figures: { rows },
    };
  },
};
