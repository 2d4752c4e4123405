/** How far a transfer is. */
export interface Progress {
  /** Bytes that have moved. */
  readonly transferred: number;
  /** Bytes in all, where it is known. */
  readonly total?: number;
}

/** Called during a transfer, each time bytes have moved. */
export type ProgressListener = (progress: Progress) => void;

/** Tells a listener of a count of bytes. */
export function report(listener: ProgressListener | undefined, transferred: number, total: number | undefined): void {
  if (listener !== undefined) listener(total === undefined ? { transferred } : { transferred, total });
}
