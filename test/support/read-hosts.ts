import { HostFailure } from '../../src/port.ts';
import { SshHosts } from '../../src/ssh/hosts.ts';
import type { Route } from '../../src/ssh/route.ts';

/**
 * A program of its own: reads hosts by the routes in its first argument, prints what came of each, and has to end by
 * itself then, whatever the hosts go on doing.
 */
const { routes, limits } = JSON.parse(process.argv[2]!) as {
  readonly routes: Readonly<Record<string, Route>>;
  readonly limits: ConstructorParameters<typeof SshHosts>[1];
};
const hosts = new SshHosts(
  ({ name }) => routes[name]!,
  limits,
  () => Promise.reject(new Error('no password')),
);
const results = await Promise.all(
  Object.keys(routes).map(async (name) => {
    const read = hosts.run({ name, ssh: { host: name, sudo: false } }, 'true', 'read');
    const result = await read.then(
      (output) => ({ output }),
      (error: unknown) =>
        error instanceof HostFailure
          ? { reason: error.reason, message: error.message, output: error.output }
          : { message: String(error) },
    );
    return [name, result] as const;
  }),
);
hosts.close();
console.log(JSON.stringify(Object.fromEntries(results)));
