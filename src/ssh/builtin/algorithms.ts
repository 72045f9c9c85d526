import type { ServerHostKeyAlgorithm } from 'ssh2';
import type { Allowed } from '../route.ts';

/**
 * The algorithms that are offered to sshd: today's first, then those of RHEL 6. Group exchange is left out: in JavaScript it
 * costs 1.4 s of arithmetic (measured).
 */
export const algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group14-sha1',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
  ],
  compress: ['none'],
} as const;

const hostKeys: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

/** The keywords of ssh_config that choose among our algorithms. Without `as` the library chooses itself. */
export const ours: Readonly<
  Record<string, { readonly as?: keyof Allowed; readonly all: readonly string[] }>
> = {
  kexalgorithms: { as: 'kex', all: algorithms.kex },
  ciphers: { as: 'cipher', all: algorithms.cipher },
  macs: { as: 'hmac', all: algorithms.hmac },
  hostkeyalgorithms: { as: 'serverHostKey', all: hostKeys },
  pubkeyacceptedalgorithms: { all: hostKeys },
};

/** The algorithms, those of known keys first, so that a known host shows its known key. */
export function preferred(
  types: readonly string[],
  allowed: readonly string[] = hostKeys,
): ServerHostKeyAlgorithm[] {
  const known = (algorithm: string): boolean =>
    types.includes(algorithm) || (types.includes('ssh-rsa') && algorithm.startsWith('rsa-sha2-'));
  const usable = allowed as readonly ServerHostKeyAlgorithm[];
  return [...usable.filter(known), ...usable.filter((algorithm) => !known(algorithm))];
}
