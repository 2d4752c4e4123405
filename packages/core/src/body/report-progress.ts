import type { ProgressListener } from '../api/options.js';

/** Calls a progress listener. Awaits it, so that the rejection of an asynchronous one fails the call instead of the process. */
export async function reportProgress(
  listener: ProgressListener | undefined,
  transferred: number,
  total: number | undefined,
): Promise<void> {
  await listener?.(total === undefined ? { transferred } : { transferred, total });
}
