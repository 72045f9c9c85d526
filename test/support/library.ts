import { readHostLibrary } from '../../src/disk/host-library.ts';

/** The shell functions of the product. */
export const library = await readHostLibrary();

/** A script as it reaches a host. */
export const complete = library.complete;
