import { type Manifest, manifestText } from '../observe/manifest.ts';
import type { Ready } from '../plan/plan.ts';
import { beforeText } from '../resources/boot.ts';
import type { Stage } from '../resources/kind.ts';
import { quote } from '../shell/quote.ts';
import { partsOf } from './parts.ts';

/** Seconds after which a host gives up writing its manifest. */
const writeLimit = 900;

interface Manifests {
  readonly during: Manifest | undefined;
  readonly after: Manifest | undefined;
}

/** The manifests of a transaction, with the run that writes them, and the parts of the plan that have ended by then. */
export function manifestsOf(
  ready: Ready,
  stages: readonly Stage[],
  done: readonly Stage[],
  { who: by, since: at }: { readonly who: string; readonly since: string },
): Manifests {
  const { during, after } = manifests(ready, stages, done);
  return {
    during: during && { ...during, last: { by, at, ended: done } },
    after: after && { ...after, last: { by, at, ended: [...done, ...partsOf(stages)] } },
  };
}

/** The manifest while a transaction runs, and once it has ended well; undefined if nothing is left. */
function manifests(ready: Ready, stages: readonly Stage[], done: readonly Stage[]): Manifests {
  const { leaving, parting } = ready;
  const begun = [...done, ...stages];
  const manifest = withoutUntaken(ready, begun);
  if (manifest === undefined) return { during: undefined, after: undefined };
  const kept = { ...manifest, roster: [...manifest.roster, ...parting.map(({ entry }) => entry)] };
  const during = { ...kept, resources: { ...kept.resources, ...leaving } };
  if (stages.length === 0) return { during, after: manifest };
  return { during, after: begun.includes('retire') ? kept : during };
}

/** The manifest of a director that has not begun to take some VIPs: without what comes with them. */
function withoutUntaken(
  { manifest, takes = {}, comes = [] }: Ready,
  begun: readonly Stage[],
): Manifest | undefined {
  if (manifest === undefined) return undefined;
  const open = comes.filter((id) => takes[id] !== undefined && !begun.includes(takes[id]));
  if (open.length === 0) return manifest;
  const resources = Object.entries(manifest.resources).filter(([id]) => !open.includes(id));
  return { ...manifest, resources: Object.fromEntries(resources) };
}

/** How a script writes a manifest. What an earlier one of the script has, too, is sent once. */
interface Writing {
  /** Lines that set what the command needs. */
  readonly given: readonly string[];
  readonly command: string;
}

export function writing(manifest: Manifest, earlier?: Manifest): Writing {
  const texts = (each: Manifest): Record<string, string> => ({
    manifest_rest: manifestText(each).rest,
    manifest_before: beforeText(each.resources),
  });
  const known = earlier === undefined ? {} : texts(earlier);
  return {
    given: Object.entries(texts(manifest))
      .filter(([name, text]) => known[name] !== text)
      .map(([name, text]) => `  ${name}=${quote(text)}`),
    command: `limited ${writeLimit} manifest ${quote(manifestText(manifest).run)}"$manifest_rest" "$manifest_before"`,
  };
}
