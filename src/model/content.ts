import type { Path } from './cluster.ts';

/** Content that all real servers of a cluster have from one source: mounted, or copied regularly. */
export type Content = Mount | Copy;

export interface Mount {
  readonly way: 'mount';
  readonly at: Path;
  /** `10.1.0.9:/srv/www`, as mount(8) takes it. */
  readonly from: string;
  /** Its path on the real servers. */
  readonly path: string;
  /** The type, as mount(8) takes it: nfs, nfs4, cifs, ... */
  readonly type: string;
  /** The options, separated by commas. */
  readonly options: string;
}

export interface Copy {
  readonly way: 'copy';
  readonly at: Path;
  /** As rsync(1) takes it. */
  readonly from: string;
  readonly path: string;
  /** Minutes between two copies. */
  readonly every: number;
  /** True if files that the source no longer has are removed. */
  readonly delete: boolean;
}
