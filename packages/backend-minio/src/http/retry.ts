import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds before the first repetition, at most; it doubles with each. */
const firstDelay = 100;
const longestDelay = 5000;
/** A server is left alone for no longer, whatever it asks for: MinIO asks for two minutes each time, also when it is well a moment later. */
const longestRetryAfter = 10_000;

/** What became of an attempt that failed. */
export interface FailedAttempt {
  readonly error: unknown;
  /** The same may succeed later. */
  readonly passing: boolean;
  /** The `Retry-After` of the answer. */
  readonly retryAfter?: string | undefined;
}

/** Thrown by an attempt that may be repeated. */
export class AttemptFailure extends Error {
  readonly failed: FailedAttempt;

  constructor(failed: FailedAttempt) {
    super('an attempt failed', { cause: failed.error });
    this.failed = failed;
  }
}

/**
 * Makes attempts until one succeeds, fails for good, or `retries` are used up. Between them it waits, longer each time and by chance,
 * so that many clients that failed together don't come back together.
 * @throws what the last attempt failed with, or the signal's reason.
 */
export async function withRetries<T>(
  retries: number,
  signal: AbortSignal | undefined,
  attempt: (number: number) => Promise<T>,
): Promise<T> {
  for (let number = 0; ; number++) {
    try {
      return await attempt(number);
    } catch (thrown) {
      if (!(thrown instanceof AttemptFailure)) throw thrown;
      const { error, passing, retryAfter } = thrown.failed;
      if (!passing || number >= retries) throw error;
      await sleep(delayBefore(number, retryAfter), undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}

/**
 * Milliseconds to wait after the attempt with a number.
 * @param number from 0.
 * @param retryAfter the header of the answer: a number of seconds, or a date.
 */
export function delayBefore(number: number, retryAfter: string | undefined): number {
  const byChance = Math.random() * Math.min(longestDelay, firstDelay * 2 ** number);
  return Math.max(byChance, Math.min(longestRetryAfter, askedDelay(retryAfter)));
}

function askedDelay(retryAfter: string | undefined): number {
  if (retryAfter === undefined) return 0;
  const seconds = Number(retryAfter);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isNaN(milliseconds) ? 0 : milliseconds;
}
