import { z } from 'zod';
import { absolutePath, aCommand, type Fields, aName, only, type Shape } from './shape.ts';
import type { ObservedUnit, UnitResource } from './unit.ts';

export const unitShape: Shape<UnitResource, ObservedUnit> = {
  resource: z.strictObject({
    kind: z.literal('unit'),
    name: aName,
    enabled: z.boolean(),
    running: z.union([z.boolean(), z.literal('managed')]),
    again: aCommand.exactOptional(),
    packaged: only,
    owns: only,
    boots: only,
    ready: aCommand.exactOptional(),
    watches: z.array(z.strictObject({ path: absolutePath, action: z.enum(['restart', 'reload']) })),
  } satisfies Fields<UnitResource>),
  before: z.strictObject({
    known: z.boolean(),
    enabled: z.boolean(),
    running: z.boolean(),
  } satisfies Fields<ObservedUnit>),
};
