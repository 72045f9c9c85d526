import type { Engine } from '../engine.ts';
import { failover, health, packages } from './facts.ts';
import { keepalivedComponent } from './resources.ts';

export const keepalived: Engine = {
  name: 'keepalived',
  failover,
  health,
  packages,
  resources: keepalivedComponent,
};
