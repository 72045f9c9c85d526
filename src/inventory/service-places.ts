import type { Path, Place, Protocol, Vip } from '../model/cluster.ts';
import { type AddressFamily, canonical, familyOf } from '../net/address.ts';
import type { ServiceShape } from './shape.ts';

interface WrittenPlace {
  readonly place: Place;
  /** Where its port is written. */
  readonly at: Path;
}

interface Apart {
  readonly places: readonly [Place, ...Place[]];
  readonly portAt: Path;
}

/** The places of each virtual service: all of one address family with a firewall mark, otherwise one. */
export function apart({ mark }: ServiceShape, all: readonly WrittenPlace[]): Apart[] {
  if (mark === undefined) return all.map(({ place, at }) => ({ places: [place], portAt: at }));
  const families = new Map<AddressFamily, Apart>();
  for (const { place, at } of all) {
    const family = familyOf(place.vip);
    const { places, portAt } = families.get(family) ?? { places: [], portAt: at };
    families.set(family, { places: [...places, place] as [Place, ...Place[]], portAt });
  }
  return [...families.values()];
}

/** All combinations of the VIPs, ports and protocols of a written service, in this order. */
export function placesOf(shape: ServiceShape, at: Path, vips: readonly Vip[]): WrittenPlace[] {
  const protocols = [shape.protocol ?? 'tcp'].flat();
  const named = shape.vips ?? (shape.vip === undefined ? undefined : [shape.vip]);
  const first = vips[0]?.address ?? '0.0.0.0';
  const chosen =
    named?.map((each) => canonical(each)) ??
    (shape.mark === undefined ? [first] : vips.map(({ address }) => address));
  const one = { text: shape.port ?? 0, path: [...at, shape.mark === undefined ? 'port' : 'mark'] };
  const ports = shape.ports?.map((text, index) => ({ text, path: [...at, 'ports', index] })) ?? [one];
  return chosen.flatMap((vip) =>
    ports.flatMap(({ text, path }) =>
      rangesOf(String(text), protocols).map((range) => ({ place: { vip, ...range }, at: path })),
    ),
  );
}

/** `80`, `5000-5010`, either with `/udp`; without a protocol once for each of the service's. */
function rangesOf(text: string, otherwise: readonly Protocol[]): Omit<Place, 'vip'>[] {
  const [, first = '0', last = first, own] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(text) ?? [];
  const protocols = own === undefined ? otherwise : [own as Protocol];
  return protocols.map((protocol) => ({ protocol, first: Number(first), last: Number(last) }));
}
