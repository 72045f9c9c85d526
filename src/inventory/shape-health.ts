import { z } from 'zod';
import { mailers } from '../model/engine-words.ts';
import { checkKinds, healthEngines } from '../model/health.ts';
import { hostName, port } from './shape-values.ts';

/** A text that must be one line of a configuration. */
export const text = z.string().regex(/^[^\n\r]+$/, 'expected one line of text');
export const lines = z.array(text);
const kind = z.enum(checkKinds);
export const secret = [
  z.strictObject({
    env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of a variable'),
  }),
  z.strictObject({ command: text.describe('a command that prints the secret') }),
] as const;
const mailAddress = z
  .string()
  .max(254)
  .regex(/^[A-Za-z0-9_+][A-Za-z0-9._+=-]*@[A-Za-z0-9][A-Za-z0-9.-]*$/, 'expected a mail address');
const rhythm = {
  interval: z.int().min(1).max(3600).optional().describe('seconds between two checks; default 5'),
  timeout: z.int().min(1).max(3600).optional().describe('seconds that an answer may take; default 3'),
  tries: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('failed checks in a row after which a real server is taken out; default 2'),
};

export const check = z
  .union([
    kind,
    z.strictObject({
      kind: kind.optional(),
      ...rhythm,
      port: port.optional().describe('port on the real server; default: the service’s port there'),
      request: text
        .optional()
        .describe(
          'http: a path; dns: a name; databases: a query; simpletcp: raw text; udp: bytes in hexadecimal',
        ),
      expect: text.optional().describe('a regular expression that the answer must match'),
      status: z
        .union([
          z.int().min(100).max(599),
          z.array(
            z.union([
              z.int().min(100).max(599),
              z.string().regex(/^[1-5]\d\d(-[1-5]\d\d)?$/, 'expected a code or a range: 200-299'),
            ]),
          ),
        ])
        .optional()
        .describe('http: status codes of a good answer; default 200-299'),
      method: z.enum(['GET', 'HEAD']).optional().describe('http: default GET'),
      host: hostName.optional().describe('host name to send: HTTP’s Host, SMTP’s HELO'),
      record: z
        .enum(['A', 'AAAA', 'NS', 'CNAME', 'SOA', 'MX', 'TXT'])
        .optional()
        .describe('dns: record type to ask for; default A'),
      login: text.optional().describe('user name to log in with'),
      password: z
        .union([
          z.literal('stored').describe('in the encrypted file secrets.lvsform beside the inventory'),
          ...secret,
        ])
        .optional()
        .describe('password to log in with: stored (lvsform secrets set), { env: NAME } or { command: ... }'),
      database: text.optional(),
      run: text
        .optional()
        .describe(
          'script: a program, called with the VIP, its port, the real server’s address and its port; perl: such a program in Perl; file: the name of a track_file; bfd: the name of an instance',
        ),
      directives: lines
        .optional()
        .describe('extra lines for this service’s checks in the engine’s configuration'),
    }),
  ])
  .describe(
    'how real servers are checked; default: by port (http on 80, https on 443, ...), tcp on other ports, ping for UDP, SCTP and port 0',
  );

export const health = z
  .strictObject({
    engine: z
      .enum(healthEngines)
      .optional()
      .describe(
        'what watches the real servers: monitor (a small script of lvsform), ldirectord, keepalived, or none; needed here or in defaults.health',
      ),
    check: check.optional(),
    ...rhythm,
    alert: z
      .strictObject({
        to: z.array(mailAddress).min(1),
        from: mailAddress.optional().describe('default: the engine’s own'),
        server: hostName.optional().describe('the mail server; default: the director’s own'),
      })
      .optional()
      .describe(`${mailers.join(', ')}: send mail when a real server is taken out or put back`),
    quiesce: z
      .boolean()
      .optional()
      .describe(
        'keep a failed real server in the table with weight 0, so that its connections continue; default false',
      ),
    directives: z
      .strictObject({
        global: lines.optional().describe('keepalived: inside global_defs; ldirectord: the head of the file'),
        blocks: lines
          .optional()
          .describe('keepalived: whole blocks beside global_defs: virtual_server_group, track_file ...'),
        service: lines
          .optional()
          .describe('keepalived: each virtual_server, after its sorry_server; ldirectord: each virtual'),
        server: lines.optional().describe('keepalived: each real_server'),
      })
      .optional()
      .describe('extra lines for the engine’s configuration'),
  })
  .describe(
    'health checks: a real server that does not answer is taken out, and put back when it answers again',
  );

export type CheckShape = z.infer<typeof check>;
export type HealthShape = z.infer<typeof health>;
