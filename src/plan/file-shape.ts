import { z } from 'zod';
import { isStage } from '../resources/kind.ts';

const stage = z.string().refine(isStage);

/** The parts of a plan file on which all code relies; `show` and `apply` read the rest. */
const change = z.looseObject({
  id: z.string(),
  verb: z.enum(['add', 'change', 'remove']),
  title: z.string(),
  details: z.array(z.looseObject({})),
  actions: z.array(z.looseObject({ do: z.enum(['run', 'write', 'restore', 'remove']), stage })),
  interrupts: z.array(z.string()),
});

const state = z.discriminatedUnion('is', [
  z.looseObject({
    is: z.literal('ready'),
    family: z.string(),
    system: z.string(),
    frame: z.string(),
    fingerprint: z.string(),
    resources: z.array(z.looseObject({ kind: z.string() })),
    changes: z.array(change),
    roster: z.array(z.looseObject({})),
    parting: z.array(z.looseObject({})),
    notes: z.array(z.string()),
    holds: z.array(z.string()),
    leaving: z.looseObject({}),
    held: z.record(z.string(), z.string()),
  }),
  z.looseObject({ is: z.literal('blocked'), reasons: z.array(z.string()) }),
  z.looseObject({ is: z.literal('unreachable'), reason: z.string(), why: z.string() }),
]);

export const planShape = z.looseObject({
  id: z.string(),
  createdAt: z.string(),
  inventory: z.string(),
  name: z.string(),
  limit: z.array(z.string()),
  exclude: z.array(z.string()),
  shard: z.object({ number: z.int().min(1), of: z.int().min(1), division: z.string() }).optional(),
  destroy: z.boolean(),
  secrets: z.array(z.looseObject({ name: z.string() })),
  dangers: z.array(z.string()),
  documents: z.record(z.string(), z.unknown()),
  hosts: z.array(
    z.looseObject({
      host: z.string(),
      ssh: z.looseObject({ host: z.string(), sudo: z.boolean() }),
      clusters: z.array(z.string()),
      departed: z.boolean(),
      state,
    }),
  ),
  transactions: z.array(
    z.looseObject({
      id: z.string(),
      host: z.string(),
      stages: z.array(stage),
      after: z.array(z.looseObject({ transaction: z.string(), requires: z.boolean() })),
    }),
  ),
});
