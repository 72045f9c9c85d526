import type { Engine } from '../engine.ts';
import { health, packages } from './facts.ts';
import { ldirectordComponent } from './resources.ts';

export const ldirectord: Engine = { name: 'ldirectord', health, packages, resources: ldirectordComponent };
