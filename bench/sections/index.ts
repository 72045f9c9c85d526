import type { Section } from '../report.ts';
import { ansible } from './ansible.ts';
import { configuration } from './configuration.ts';
import { drains } from './drains.ts';
import { kernel } from './kernel.ts';
import { openssh } from './openssh.ts';
import { scale } from './scale.ts';
import { shards } from './shards.ts';
import { startup } from './startup.ts';
import { tables } from './tables.ts';
import { trips } from './trips.ts';

/** In the order of the page. */
export const sections: readonly Section[] = [
  startup,
  openssh,
  trips,
  tables,
  kernel,
  drains,
  scale,
  shards,
  configuration,
  ansible,
];
