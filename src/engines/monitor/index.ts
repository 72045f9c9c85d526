import type { Engine } from '../engine.ts';
import { health } from './facts.ts';
import { monitorComponent } from './resources.ts';

export const monitor: Engine = { name: 'monitor', health, resources: monitorComponent };
