import { cman } from './cman/index.ts';
import type { Engine } from './engine.ts';
import { heartbeat } from './heartbeat/index.ts';
import { keepalived } from './keepalived/index.ts';
import { ldirectord } from './ldirectord/index.ts';
import { monitor } from './monitor/index.ts';
import { pacemaker } from './pacemaker/index.ts';

/** All engines. A new one is its own folder, its templates, and its lines here and in `facts.ts`. */
export const engines: readonly Engine[] = [keepalived, ldirectord, monitor, heartbeat, pacemaker, cman];
