import type { LabWorld } from './lab.ts';

/** One request of a client that asks again and again. */
interface Asked {
  /** Seconds since 1970, by the client's clock, when the answer was there or the client gave up. */
  readonly at: number;
  /** Who answered; undefined where nobody did. */
  readonly by: string | undefined;
}

export interface Watched {
  readonly requests: readonly Asked[];
  readonly failed: number;
  /** Seconds from the last answer before the first failure to the first after the last one; 0 where none failed. */
  readonly outage: number;
  /** Who answered last. */
  readonly last: string | undefined;
}

/**
 * Watches a service from a client, request by request, while `act` goes on. Seconds of patience: one tells how long an
 * outage is; five, whether a request is lost where none may be, and not how slow a loaded machine is.
 */
export async function watched(
  world: LabWorld,
  url: string,
  act: () => Promise<void>,
  patience = 1,
): Promise<Watched> {
  const flag = `/tmp/watch-${Math.random().toString(36).slice(2)}`;
  const request = `curl -s -m ${patience} -w ' %{http_code}' ${url} | tr -d '\\n'; date '+ %s.%N'; printf . >> ${flag}.count`;
  const asking = world.on(
    'client',
    `touch ${flag}; while [ -e ${flag} ]; do ${request}; done; rm ${flag}.count`,
  );
  asking.catch(() => {});
  const count = async (): Promise<number> =>
    Number(await world.on('client', `stat -c %s ${flag}.count 2>/dev/null || echo 0`));
  await world.until('the client asks', 20, async () =>
    world.on('client', `[ -e ${flag} ]`).then(
      () => true,
      () => false,
    ),
  );
  try {
    await act();
    // What comes after it is seen, too.
    const enough = (await count()) + 3;
    await world.until('the client goes on asking', 20, async () => (await count()) >= enough);
  } finally {
    await world.on('client', `rm ${flag}`);
  }
  return judged(await asking);
}

/** `rs1 200 1795240000.5`, or ` 000 1795240000.5` where nobody answered. */
export function judged(output: string): Watched {
  const requests = output
    .trim()
    .split('\n')
    .map((text): Asked => {
      const [, name = '', code, at] = /^\s*(\S*?)\s*(\d{3}) ([\d.]+)$/.exec(text) ?? [];
      return { at: Number(at), by: code === '200' ? name : undefined };
    });
  const first = requests.findIndex(({ by }) => by === undefined);
  const last = requests.findLastIndex(({ by }) => by === undefined);
  const before = requests[first - 1] ?? requests[0]!;
  const after = requests[last + 1];
  return {
    requests,
    failed: requests.filter(({ by }) => by === undefined).length,
    outage: first < 0 ? 0 : (after?.at ?? Infinity) - before.at,
    last: requests.at(-1)?.by,
  };
}
