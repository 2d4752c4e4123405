import type { ProgressListener } from '../api/options.js';

/** Tells a listener of a count of bytes. */
export function report(listener: ProgressListener | undefined, transferred: number, total: number | undefined): void {
  if (listener !== undefined) listener(total === undefined ? { transferred } : { transferred, total });
}
