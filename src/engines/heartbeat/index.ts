import type { Engine } from '../engine.ts';
import { failover } from './facts.ts';
import { heartbeatComponent } from './resources.ts';

export const heartbeat: Engine = { name: 'heartbeat', failover, resources: heartbeatComponent };
