import { type HostLibrary, hostLibrary } from '../host/library.ts';
import { shippedFunctions } from './shipped.ts';

let library: Promise<HostLibrary> | undefined;

/** lvsform's shell functions for hosts, read once. */
export function readHostLibrary(): Promise<HostLibrary> {
  return (library ??= shippedFunctions().then(hostLibrary));
}
