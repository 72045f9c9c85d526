import type { Thresholds, Tunnel } from '../model/cluster.ts';
import type { SettingsShape } from './shape.ts';

const defaultGuePort = 6080;

/** Expands the shorthand of a TUN real server's tunnel. */
export function resolveTunnel(written: SettingsShape['tunnel']): Tunnel {
  const { type, port, checksum } =
    typeof written === 'string' ? { type: written } : { type: 'ipip' as const, ...written };
  return {
    type,
    port: type === 'gue' ? (port ?? defaultGuePort) : (port ?? 0),
    checksum: checksum ?? 'none',
  };
}

export function resolveThresholds(written: SettingsShape['thresholds']): Thresholds {
  return { upper: written?.upper ?? 0, lower: written?.lower ?? 0 };
}
