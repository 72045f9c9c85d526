import type { Path } from './cluster.ts';

/** What all real servers of a cluster serve, where it comes from one place: mounted, or copied again and again. */
export type Content = Mount | Copy;

export interface Mount {
  readonly way: 'mount';
  readonly at: Path;
  /** `10.1.0.9:/srv/www`, as mount(8) takes it. */
  readonly from: string;
  /** Where it is on the real servers. */
  readonly path: string;
  /** Of mount(8): nfs, nfs4, cifs, ... */
  readonly type: string;
  /** Separated by commas. */
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
  /** True where what the source has no more goes. */
  readonly delete: boolean;
}
