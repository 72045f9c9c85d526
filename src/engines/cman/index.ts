import type { Engine } from '../engine.ts';
import { failover, packages } from './facts.ts';
import { cmanComponent } from './resources.ts';

export const cman: Engine = { name: 'cman', failover, packages, resources: cmanComponent };
