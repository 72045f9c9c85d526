import type { Inventory } from './cluster.ts';

/**
 * A function of an inventory whose result is made once for each inventory. What is the same for all hosts must not be made
 * again for each of them: that would take quadratic time.
 */
export function oncePerInventory<T>(make: (inventory: Inventory) => T): (inventory: Inventory) => T {
  const known = new WeakMap<Inventory, { readonly made: T }>();
  return (inventory) => {
    const found = known.get(inventory) ?? { made: make(inventory) };
    known.set(inventory, found);
    return found.made;
  };
}
