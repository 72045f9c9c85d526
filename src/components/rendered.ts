import type { Host, Inventory } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import { shownText } from '../model/secret.ts';
import type { Render } from '../render/templates.ts';
import { withBlock } from '../resources/block.ts';
import { resourcesOf } from './index.ts';

/** A document as a host would get it; for a file of others, our lines in it. */
export interface RenderedDocument {
  readonly host: string;
  readonly path: string;
  readonly content: string;
  readonly mode: string;
}

export function rendered(
  inventory: Inventory,
  host: Host,
  family: Family,
  render: Render,
): RenderedDocument[] {
  return resourcesOf(inventory, host, family, render).flatMap((resource): RenderedDocument[] => {
    if (resource.kind === 'file' && resource.want.state === 'present') {
      return [
        {
          host: host.name,
          path: resource.path,
          content: shownText(resource.want.content),
          mode: resource.want.mode,
        },
      ];
    }
    if (resource.kind !== 'block') return [];
    return [
      {
        host: host.name,
        path: resource.path,
        content: withBlock('', shownText(resource.content)),
        mode: '0644',
      },
    ];
  });
}
