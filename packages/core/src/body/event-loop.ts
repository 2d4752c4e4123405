/** How long, in milliseconds, calls may follow one another without other work of the event loop. */
const maxBlockingMs = 10;

// Captured when the module is loaded: a fake clock of a test would never let them proceed.
const scheduleImmediate = setImmediate;
const now = performance.now.bind(performance);

/** When the first call of the current turn of the event loop was made. */
let turnStartedAt: number | undefined;

/**
 * Returns whether timers and I/O have waited for too long. Calls that never wait for I/O, such as those of the memory backend, would starve
 * them: a loop of awaited calls consists of microtasks only.
 */
export function shouldYield(): boolean {
  if (turnStartedAt !== undefined) return now() - turnStartedAt > maxBlockingMs;
  turnStartedAt = now();
  scheduleImmediate(() => (turnStartedAt = undefined));
  return false;
}

/** Lets timers and I/O run. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => void scheduleImmediate(resolve));
}
