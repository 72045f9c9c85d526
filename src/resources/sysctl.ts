import { tunablePrefix, tunables } from '../model/tunables.ts';
import { linesOf } from '../observe/answer.ts';
import { quote, type Command } from '../shell/quote.ts';
import { type Kind, placeOf, run } from './kind.ts';

/** A kernel parameter's live value; what brings it back after a reboot is a file of its own. */
export interface SysctlResource {
  readonly kind: 'sysctl';
  /** With dots between the parts, as in sysctl(8); a dot within an interface's name is written as a slash. */
  readonly key: string;
  readonly value: string;
  /** True where the kernel has it only once something else of the same plan is there: a module, a device. */
  readonly appears?: true;
}

export interface ObservedSysctl {
  /** Undefined where the kernel has no such parameter. */
  readonly value: string | undefined;
}

export const sysctlKind: Kind<SysctlResource, ObservedSysctl> = {
  kind: 'sysctl',
  key: ({ key }) => key,

  // One grep for all: dash reads byte by byte, and a file of /proc/sys gives only its first byte to that (measured).
  probe: (sysctls) =>
    `grep '' /dev/null ${sysctls.map(({ key }) => quote(`proc/sys/${procPath(key)}`)).join(' ')} 2>/dev/null`,

  parse: (answer, sysctls) => {
    const values = new Map(
      linesOf(answer.section('sysctl')).map((text) => {
        const colon = text.lastIndexOf(':');
        return [text.slice('proc/sys/'.length, colon), text.slice(colon + 1).replace(/\s+/g, ' ')] as const;
      }),
    );
    return sysctls.map(({ key }) => ({ value: values.get(procPath(key)) }));
  },

  compare: ({ key, value, appears }, observed, { retiring }) => {
    if (observed.value === value) return {};
    if (observed.value === undefined && (retiring || appears !== true)) {
      return retiring ? {} : { blocker: `the kernel has no ${key}${interfaceHint(key)}` };
    }
    const set = (to: string): Command => ['sysctl_set', procPath(key), to];
    return {
      change: {
        id: `sysctl:${key}`,
        verb: 'change',
        title: `sysctl ${key}`,
        details: [{ verb: 'change', text: `${observed.value ?? 'not there yet'} -> ${value}` }],
        actions: [
          run(
            placeOf(retiring, 'sysctl'),
            `sysctl ${key}`,
            [set(value)],
            observed.value === undefined ? [] : [set(observed.value)],
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

/** What a parameter of ip_vs was when the module came, where we did not see it. */
function moduleDefault(key: string): string | undefined {
  return key.startsWith(tunablePrefix) ? tunables.get(key.slice(tunablePrefix.length)) : undefined;
}
