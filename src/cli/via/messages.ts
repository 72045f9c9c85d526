import type { Holder } from '../../apply/transaction.ts';
import { Secret, type Secrets } from '../../model/secret.ts';
import type { Event } from '../../plan/events.ts';
import type { PlanRequest } from '../../plan/make.ts';
import type { Target } from '../../port.ts';
import { UserError } from '../../user-error.ts';
import type { Sources } from '../inventory.ts';
import type { ConnectionValues } from '../options.ts';
import type { VerifyLoaded } from './site.ts';

/** Secrets on their way: their values, in memory at both ends only. */
export type OpenSecrets = readonly (readonly [name: string, value: string])[];

/** What the user's lvsform sends, one message a line. Its last one has an answer, and then comes the next. */
export type ToGateway =
  | { readonly type: 'begin'; readonly version: string; readonly way: ConnectionValues }
  | { readonly type: 'keys'; readonly targets: readonly Target[] }
  | {
      readonly type: 'plan';
      readonly sources: Sources;
      readonly request: Omit<PlanRequest, 'inventory' | 'render' | 'secrets'>;
      readonly secrets: OpenSecrets;
    }
  | {
      readonly type: 'apply';
      /** As in a file. */
      readonly plan: string;
      readonly holder: Holder;
      readonly parallelism: number;
      readonly secrets: OpenSecrets;
    }
  | {
      readonly type: 'verify';
      readonly sources: Sources;
      readonly request: Omit<VerifyLoaded, 'loaded' | 'hosts'> & { readonly hosts: readonly string[] };
    }
  | { readonly type: 'stop' }
  | { readonly type: 'password'; readonly value: string }
  | { readonly type: 'no-password'; readonly error: Mistake };

/** What lvsform at the gateway answers, one message a line after the frame. */
export type FromGateway =
  | { readonly type: 'hello'; readonly version: string }
  | { readonly type: 'event'; readonly event: Event }
  | { readonly type: 'tell'; readonly text: string }
  | { readonly type: 'progress'; readonly text: string }
  /** It needs the password of sudo. */
  | { readonly type: 'ask'; readonly question: string }
  | { readonly type: 'done'; readonly value?: unknown }
  | { readonly type: 'failed'; readonly error: Mistake }
  /** A bug: the stack of an error that is no UserError. */
  | { readonly type: 'bug'; readonly stack: string };

/** A UserError. */
export interface Mistake {
  readonly message: string;
  readonly hint?: string;
  readonly exitCode: number;
}

export function mistakeOf({ message, hint, exitCode }: UserError): Mistake {
  return { message, exitCode, ...(hint === undefined ? {} : { hint }) };
}

export function errorOf({ message, ...more }: Mistake): UserError {
  return new UserError(message, more);
}

export function opened(secrets: Secrets = new Map()): OpenSecrets {
  return [...secrets].map(([name, secret]) => [name, secret.reveal()] as const);
}

export function closed(secrets: OpenSecrets): Secrets {
  return new Map(secrets.map(([name, value]) => [name, new Secret(value)] as const));
}

/** A message as a line of ASCII: nothing on its way changes it. */
export function written(message: ToGateway | FromGateway): string {
  return JSON.stringify(message).replaceAll(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
