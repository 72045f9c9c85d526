import type { Inventory } from '../../model/cluster.ts';
import type { Finding, Severity } from '../problem.ts';
import type { InventoryShape } from '../shape.ts';

/** A law of the domain that an inventory can break. docs/rules/ has a page for each, written from this. */
export interface Rule {
  /** LVS and three digits; a number is never used again. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** Why it is a law, and where that is written. */
  readonly why: string;
  /** What breaks the rule. `shape` is the inventory as written, for names that lead nowhere. */
  readonly check: (inventory: Inventory, shape: InventoryShape) => Finding[];
}
