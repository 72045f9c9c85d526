import { directRouting } from './direct-routing.ts';
import { tell } from './story.ts';

tell({ title: 'DR from bare hosts', bare: true, ...directRouting });
