import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { Secret, type SecretNeed, type Secrets } from '../model/secret.ts';
import { sshKeyForms } from '../model/secret-needs.ts';

/** PKCS#8 before the 32 bytes of an Ed25519 key (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const type = 'ssh-ed25519';

export interface SshKey {
  /** In the format of ssh-keygen: openssh-key-v1, without a passphrase. */
  readonly private: string;
  /** `ssh-ed25519 AAAA...`, without a comment. */
  readonly public: string;
}

/** The Ed25519 key of a secret: always the same for the same secret (OpenSSH's PROTOCOL.key). */
export function sshKeyOf(secret: string): SshKey {
  const seed = createHash('sha256').update('lvsform ssh key\n').update(secret).digest();
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const point = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x!, 'base64url');
  const wire = Buffer.concat([text(type), text(point)]);
  const check = seed.subarray(0, 4);
  const inner = Buffer.concat([check, check, wire, text(Buffer.concat([seed, point])), text('')]);
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, index) => index + 1));
  const count = Buffer.from([0, 0, 0, 1]);
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map(text),
    count,
    text(wire),
    text(Buffer.concat([inner, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g)!;
  return {
    private: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
      '\n',
    ),
    public: `${type} ${wire.toString('base64')}`,
  };
}

/** A string of the protocol: its length in four bytes, then its bytes. */
function text(bytes: string | Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(bytes));
  return Buffer.concat([length, Buffer.from(bytes as Buffer)]);
}

/** Secrets, with the SSH keys that are made from some of them. */
export function withSshKeys(needs: readonly SecretNeed[], secrets: Secrets): Secrets {
  const all = new Map(secrets);
  for (const need of needs) {
    if (need.form !== 'ssh-key') continue;
    const key = sshKeyOf(secrets.get(need.name)!.reveal());
    const forms = sshKeyForms(need);
    all.set(forms.private, new Secret(key.private)).set(forms.public, new Secret(key.public));
  }
  return all;
}
