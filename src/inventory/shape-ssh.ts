import { z } from 'zod';
import { port, sshHost, sshUser } from './shape-values.ts';

/** How a host is reached, as it is written. */
export const ssh = z
  .strictObject({
    host: sshHost.describe(
      'name or address to connect to; default: the host’s name if ssh_config has it, else its address',
    ),
    user: sshUser.describe('login name'),
    port: port.describe('port of sshd'),
    identity: z.string().min(1).describe('private key file'),
    sudo: z.boolean().describe('run everything through sudo'),
  })
  .partial()
  .describe('how the host is reached');
