import type { Engine } from '../engine.ts';
import { health, packages } from './facts.ts';
import { monitorComponent } from './resources.ts';

export const monitor: Engine = { name: 'monitor', health, packages, resources: monitorComponent };
