import type { Inventory } from '../../model/cluster.ts';
import type { Mistake, Severity } from '../problem.ts';
import type { InventoryShape } from '../shape.ts';

/** A law of the domain that an inventory can break. Each has a page in docs/rules/, which is made from this. */
export interface Rule {
  /** LVS and three digits; a number is never used again. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** The reason for the law, with its source. */
  readonly why: string;
  /** Finds what breaks the rule. `shape` is the inventory as written, for unknown names. */
  readonly check: (inventory: Inventory, shape: InventoryShape) => Mistake[];
}
