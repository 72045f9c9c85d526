import { z } from 'zod';
import { absolutePath, command, type Fields, name, only, type Shape } from './shape.ts';
import type { ObservedUnit, UnitResource } from './unit.ts';

export const unitShape: Shape<UnitResource, ObservedUnit> = {
  resource: z.strictObject({
    kind: z.literal('unit'),
    name,
    enabled: z.boolean(),
    running: z.union([z.boolean(), z.literal('managed')]),
    again: command.exactOptional(),
    packaged: only,
    owns: only,
    ready: command.exactOptional(),
    watches: z.array(z.strictObject({ path: absolutePath, action: z.enum(['restart', 'reload']) })),
  } satisfies Fields<UnitResource>),
  before: z.strictObject({
    known: z.boolean(),
    enabled: z.boolean(),
    running: z.boolean(),
  } satisfies Fields<ObservedUnit>),
};
