import type { Engine } from '../engine.ts';
import { failover } from './facts.ts';
import { pacemakerComponent } from './resources.ts';

export const pacemaker: Engine = { name: 'pacemaker', failover, resources: pacemakerComponent };
