import type { Engine } from '../engine.ts';
import { failover, packages } from './facts.ts';
import { pacemakerComponent } from './resources.ts';

export const pacemaker: Engine = { name: 'pacemaker', failover, packages, resources: pacemakerComponent };
