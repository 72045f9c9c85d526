import type { Family } from '../model/family.ts';
import { type FileResource, file } from '../resources/file.ts';
import type { Resource } from '../resources/index.ts';
import type { Command } from '../shell/quote.ts';
import { procPath, type SysctlResource } from '../resources/sysctl.ts';
import { type BootPart, bootLines } from '../resources/boot.ts';
import { common, type Site } from './component.ts';

export interface InitScript {
  readonly name: string;
  readonly description: string;
  /** chkconfig's numbers in the order of starting and stopping. */
  readonly start: number;
  readonly stop: number;
  /** True if it must run now and at boot. */
  readonly active: boolean;
  /** Our scripts that must start after it. */
  readonly before?: readonly string[];
  /** True if it makes what an engine may make as well. */
  readonly owns?: true;
  /** For a script that makes the table itself: the command that shows that it has. */
  readonly engine?: { readonly ready?: Command };
}

/** The template of all scripts that bring resources back. */
const bootTemplate = 'boot/script';

/** The path of a script: below init.d only if init runs it. */
export function scriptPath(name: string, family: Family): string {
  return family === 'rhel6' ? `/etc/init.d/${name}` : `/usr/local/sbin/${name}`;
}

/** The script that brings these parts up at boot, with what starts it. */
export function bootScript(site: Site, script: InitScript, parts: readonly BootPart[]): Resource[] {
  return initScript(site, script, bootTemplate, bootLines(parts));
}

/** A script of ours with what starts it at boot: a systemd unit, or chkconfig. */
export function initScript(
  site: Site,
  script: InitScript,
  template: string,
  context: object,
  unitTemplate = 'boot/service',
): Resource[] {
  const { family, render } = site;
  const { active, before = [], owns, engine, ...init } = script;
  const path = scriptPath(script.name, family);
  const sysv = family === 'rhel6';
  const values = { ...common(site), ...context, init: { ...init, before, sysv }, script: path };
  const resources: Resource[] = [
    file(path, render(template, values), {
      mode: '0755',
      check: ['sh', '-n', '{}'],
      ...(template === bootTemplate ? { boot: true as const } : {}),
    }),
    {
      kind: 'unit',
      name: script.name,
      enabled: active,
      running: active,
      ...(owns === true || engine !== undefined ? { owns: true as const } : { boots: true as const }),
      ...engine,
      // A script that keeps running must be restarted to read a new version; the others run only once.
      watches: engine === undefined ? [] : [{ path, action: 'restart' }],
    },
  ];
  if (sysv) return resources;
  return [...resources, file(`/etc/systemd/system/${script.name}.service`, render(unitTemplate, values))];
}

/** Parameters for templates: in sysctl(8)'s spelling with dots, and as paths below /proc/sys. */
export function sysctlContext(
  sysctls: readonly SysctlResource[],
): { key: string; path: string; value: string; optional: boolean }[] {
  return sysctls.map(({ key, value, optional = false }) => ({ key, path: procPath(key), value, optional }));
}

/** The document that keeps parameters over a reboot: a file of ours in sysctl.d, or lines of ours in RHEL 6's sysctl.conf. */
export function persistentSysctls(
  site: Site,
  component: string,
  name: string,
  sysctls: readonly SysctlResource[],
): Resource {
  const context = { ...common(site), sysctls: sysctlContext(sysctls) };
  if (site.family === 'rhel6') {
    return {
      kind: 'block',
      path: '/etc/sysctl.conf',
      content: site.render(`${component}/sysctl.block.rhel6`, context),
    };
  }
  return sysctlFile(name, site.render(`${component}/sysctl.conf`, context));
}

function sysctlFile(name: string, content: string): FileResource {
  return file(`/etc/sysctl.d/60-${name}.conf`, content);
}
