import { createHash } from 'node:crypto';
import type { Sha256 } from '../net/digest.ts';

/** SHA-256 by the platform. */
export const platformSha256: Sha256 = (data) => createHash('sha256').update(data).digest('hex');
