import { z } from 'zod';
import { mailers } from '../model/engine-words.ts';
import { checkKinds, healthEngines } from '../model/health.ts';
import { hostName, port } from './shape-values.ts';

/** A line of a configuration: it stays one line. */
export const text = z.string().regex(/^[^\n\r]+$/, 'expected one line of text');
export const lines = z.array(text);
const kind = z.enum(checkKinds);
export const secret = [
  z.strictObject({
    env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of a variable'),
  }),
  z.strictObject({ command: text.describe('prints it') }),
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
    .describe('failed checks in a row after which a real server is out; default 2'),
};

export const check = z
  .union([
    kind,
    z.strictObject({
      kind: kind.optional(),
      ...rhythm,
      port: port.optional().describe('on the real server; default: the service’s there'),
      request: text
        .optional()
        .describe(
          'http: a path; dns: a name; databases: a query; simpletcp: raw text; udp: bytes in hexadecimal',
        ),
      expect: text.optional().describe('a regular expression that the answer has to match'),
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
        .describe('http: the codes that are well; default 200-299'),
      method: z.enum(['GET', 'HEAD']).optional().describe('http: default GET'),
      host: text.optional().describe('the name that is asked for: HTTP’s Host, SMTP’s HELO'),
      record: z
        .enum(['A', 'AAAA', 'NS', 'CNAME', 'SOA', 'MX', 'TXT'])
        .optional()
        .describe('dns: the type that is asked for; default A'),
      login: text.optional().describe('the user that logs in'),
      password: z
        .union([
          z.literal('stored').describe('in the encrypted file secrets.lvsform beside the inventory'),
          ...secret,
        ])
        .optional()
        .describe('what it logs in with: stored (lvsform secrets set), { env: NAME } or { command: ... }'),
      database: text.optional(),
      run: text
        .optional()
        .describe(
          'script: the program, which gets the VIP, its port, the real server’s address and its port; perl: such a program in Perl; file: a track_file; bfd: an instance',
        ),
      directives: lines.optional().describe('lines of the engine’s own for this service’s checks'),
    }),
  ])
  .describe(
    'how real servers are checked; default: by the port (http on 80, https on 443, ...), tcp on others, ping for UDP, SCTP and every port',
  );

export const health = z
  .strictObject({
    engine: z
      .enum(healthEngines)
      .describe(
        'who watches the real servers: monitor (a small script of lvsform), ldirectord, keepalived, or none',
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
      .describe(`${mailers.join(', ')}: mail about a real server that is out, or back`),
    quiesce: z
      .boolean()
      .optional()
      .describe(
        'a real server that is out stays in the table with weight 0 and keeps its connections; default false',
      ),
    directives: z
      .strictObject({
        global: lines.optional().describe('keepalived: global_defs; ldirectord: the head of the file'),
        service: lines.optional().describe('keepalived: each virtual_server; ldirectord: each virtual'),
      })
      .optional()
      .describe('lines of the engine’s own'),
  })
  .describe('watches the real servers: who does not answer is taken out, and put back');

export type CheckShape = z.infer<typeof check>;
export type HealthShape = z.infer<typeof health>;
