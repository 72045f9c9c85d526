import { z } from 'zod';
import { tunablePrefix, tunables } from '../model/tunables.ts';
import { linesOf } from '../shell/answer.ts';
import { quote, type Command } from '../shell/quote.ts';
import type { Kind } from './kind.ts';
import { placeOf, run } from './orders.ts';
import { type Fields, lineOfText, maybe, only, type Shape, aWord } from './shape.ts';

/** A kernel parameter's live value; a separate file keeps it over a reboot. */
export interface SysctlResource {
  readonly kind: 'sysctl';
  /** Its name as in sysctl(8), with dots between the parts; a dot within an interface's name is written as a slash. */
  readonly key: string;
  readonly value: string;
  /** True if the kernel has it only after another change of the same plan: a module, a device. */
  readonly appears?: true;
  /** True if an older kernel may be without it. Only for parameters of ip_vs. */
  readonly optional?: true;
}

export interface ObservedSysctl {
  /** Undefined if the kernel has no such parameter. */
  readonly value: string | undefined;
  /** True if the module is loaded and does not have it: it will not appear. */
  readonly unknown?: true;
}

const shape: Shape<SysctlResource, ObservedSysctl> = {
  resource: z.strictObject({
    kind: z.literal('sysctl'),
    key: aWord,
    value: lineOfText,
    appears: only,
    optional: only,
  } satisfies Fields<SysctlResource>),
  before: z.strictObject({ value: maybe(lineOfText), unknown: only } satisfies Fields<ObservedSysctl>),
};

export const sysctlKind: Kind<SysctlResource, ObservedSysctl> = {
  kind: 'sysctl',
  shape,
  key: ({ key }) => key,

  // One grep for all: dash reads byte by byte, and so gets only the first byte of a file in /proc/sys (measured).
  // If ip_vs is loaded, no more of its parameters will appear.
  probe: (sysctls) =>
    [
      `grep '' /dev/null ${sysctls.map(({ key }) => quote(`proc/sys/${procPath(key)}`)).join(' ')} 2>/dev/null`,
      ...(sysctls.some(({ optional }) => optional)
        ? ["if has_module ip_vs; then printf 'proc/sys/net/ipv4/vs:loaded\\n'; fi"]
        : []),
    ].join('\n'),

  parse: (answer, sysctls) => {
    const values = new Map(
      linesOf(answer.section('sysctl')).map((text) => {
        const colon = text.lastIndexOf(':');
        return [text.slice('proc/sys/'.length, colon), text.slice(colon + 1).replace(/\s+/g, ' ')] as const;
      }),
    );
    return sysctls.map(({ key, optional }) => {
      const value = values.get(procPath(key));
      const unknown = optional === true && value === undefined && values.has('net/ipv4/vs');
      return unknown ? { value, unknown } : { value };
    });
  },

  compare: ({ key, value, appears, optional }, observed, { retiring }) => {
    if (observed.value === value || observed.unknown === true) return {};
    if (observed.value === undefined && (retiring || appears !== true)) {
      return retiring ? {} : { blocker: `the kernel has no ${key}${interfaceHint(key)}` };
    }
    const set = (to: string, ...may: readonly string[]): Command => ['sysctl_set', procPath(key), to, ...may];
    // A parameter that appears with the module has its default then.
    const before = observed.value ?? moduleDefault(key);
    return {
      change: {
        id: `sysctl:${key}`,
        verb: 'change',
        title: `sysctl ${key}`,
        details: [{ verb: 'change', text: `${before ?? 'not there yet'} -> ${value}` }],
        actions: [
          run(
            placeOf(retiring, 'sysctl'),
            `sysctl ${key}`,
            [set(value, ...(optional === true ? ['optional'] : []))],
            before === undefined ? [] : [set(before, 'optional')],
          ),
        ],
        interrupts: [],
      },
    };
  },

  restore: ({ key }, before) => {
    const value = before.value ?? moduleDefault(key);
    return value === undefined ? undefined : { kind: 'sysctl', key, value };
  },

  boot: ({ key, value, optional }) => {
    const words = [procPath(key), value, ...(optional === true ? ['optional'] : [])];
    return {
      of: 'sysctl',
      up: [['sysctl_set', ...words]],
      down: [],
      isUp: ['has_sysctl', ...words],
      repeatable: true,
      replaces: true,
    };
  },
};

/** `net.ipv4.conf.eth0/100.arp_ignore` is `net/ipv4/conf/eth0.100/arp_ignore` below /proc/sys (sysctl(8)). */
export function procPath(key: string): string {
  return key.replace(/[./]/g, (mark) => (mark === '.' ? '/' : '.'));
}

/** The part of a key that names an interface. */
export function interfacePart(name: string): string {
  return name.replaceAll('.', '/');
}

function interfaceHint(key: string): string {
  const found = /^net\.ipv[46]\.conf\.([^.]+)\./.exec(key);
  return found === null
    ? ''
    : `; has the host an interface ${found[1]!.replaceAll('/', '.')}? (key interface)`;
}

/** The value of a parameter of ip_vs after its module was loaded, if lvsform did not see it. */
function moduleDefault(key: string): string | undefined {
  return key.startsWith(tunablePrefix) ? tunables.get(key.slice(tunablePrefix.length)) : undefined;
}
