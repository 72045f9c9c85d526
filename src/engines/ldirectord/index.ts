import type { Engine } from '../engine.ts';
import { health } from './facts.ts';
import { ldirectordComponent } from './resources.ts';

export const ldirectord: Engine = { name: 'ldirectord', health, resources: ldirectordComponent };
