import type { Engine } from '../engine.ts';
import { failover, packages } from './facts.ts';
import { heartbeatComponent } from './resources.ts';

export const heartbeat: Engine = { name: 'heartbeat', failover, packages, resources: heartbeatComponent };
