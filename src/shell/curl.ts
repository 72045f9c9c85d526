import { type Address, endpoint, isAddress } from '../net/address.ts';
import type { Command } from './quote.ts';

/** A request of curl to a server at an address, which may serve several hosts by name. */
export interface WebRequest {
  readonly scheme: 'http' | 'https';
  readonly address: Address;
  readonly port: number;
  /** What HTTP's Host says; undefined for the address. */
  readonly host: string | undefined;
  /** False for a curl before 7.21.3 (RHEL 6), which has no --resolve. */
  readonly resolves: boolean;
  /** Begins with a slash. */
  readonly path: string;
}

/**
 * Curl's options and the URL. The name of an HTTPS host stands in the URL, so that the TLS handshake has it
 * (SNI): a server with a certificate for each host may refuse a handshake without one. `--resolve` says where the host is, and takes an IPv6 address without brackets in all versions.
 */
export function webRequest({ scheme, address, port, host, resolves, path }: WebRequest): {
  readonly options: Command;
  readonly url: string;
} {
  const header = host === undefined ? [] : ['-H', `Host: ${host}`];
  if (scheme === 'http' || host === undefined || !resolves || !isName(host))
    return { options: header, url: `${scheme}://${endpoint(address, port)}${path}` };
  return {
    options: [...header, '--resolve', `${host}:${port}:${address}`],
    url: `${scheme}://${host}:${port}${path}`,
  };
}

/** An address is no name for a handshake (RFC 6066, section 3). */
function isName(host: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(host) && !isAddress(host);
}
