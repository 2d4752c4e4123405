import { setImmediate } from 'node:timers/promises';

/** How long, in milliseconds, synchronous calls may follow one another before other work must run. */
const maxBlockingMs = 4;
let lastYieldAt = performance.now();

/**
 * Returns whether the event loop has been blocked for too long. Small operations are synchronous, so a sequence of them would starve timers and
 * other I/O.
 */
export function shouldYield(): boolean {
  return performance.now() - lastYieldAt > maxBlockingMs;
}

/** Lets timers and other I/O run. */
export async function yieldToEventLoop(): Promise<void> {
  await setImmediate();
  lastYieldAt = performance.now();
}
