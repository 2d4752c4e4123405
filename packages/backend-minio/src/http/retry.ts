import { setTimeout as sleep } from 'node:timers/promises';

/** Maximum backoff before the first retry. It doubles with each retry, up to `maxBackoffMs`. */
const initialBackoffMs = 100;
const maxBackoffMs = 5000;
/** Longest `Retry-After` that is honoured. MinIO always sends 60 seconds, even if it recovers at once. */
const maxRetryAfterMs = 10_000;

/** The reason why an attempt had no effect, and an identical one can succeed. */
export type Correction = 'connection' | 'credentials' | 'path' | 'region';

/** Thrown by an attempt that `withRetries` may repeat. */
export class AttemptFailure extends Error {
  readonly error: unknown;
  /** True when a retry may succeed. */
  readonly transient: boolean;
  /** The `Retry-After` header of the response. */
  readonly retryAfter: string | undefined;
  /** What was corrected after the attempt, so that it may be repeated at once, whatever the number of retries. */
  readonly correction: Correction | undefined;

  constructor(error: unknown, transient: boolean, retryAfter?: string, correction?: Correction) {
    super('the attempt failed', { cause: error });
    this.error = error;
    this.transient = transient;
    this.retryAfter = retryAfter;
    this.correction = correction;
  }
}

/**
 * Repeats an attempt while it throws a transient {@link AttemptFailure}, with exponential backoff and full jitter in between.
 * @param maxRetries attempts after the first.
 * @param onRetry called before the delay.
 * @throws the error of the last attempt, or the reason of the signal.
 */
export async function withRetries<T>(
  maxRetries: number,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
  onRetry?: (failure: AttemptFailure, delayMs: number) => void,
): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (failure) {
      if (!(failure instanceof AttemptFailure)) throw failure;
      if (!failure.transient || retries >= maxRetries) throw failure.error;
      const delayMs = retryDelayMs(retries, failure.retryAfter);
      onRetry?.(failure, delayMs);
      await sleep(delayMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}

/**
 * Returns the delay before the next retry in milliseconds.
 * @param retries number of retries so far.
 * @param retryAfter the `Retry-After` header: seconds, or an HTTP date.
 */
export function retryDelayMs(retries: number, retryAfter: string | undefined): number {
  const backoffMs = Math.random() * Math.min(maxBackoffMs, initialBackoffMs * 2 ** retries);
  return Math.max(backoffMs, Math.min(maxRetryAfterMs, retryAfterMs(retryAfter)));
}

function retryAfterMs(retryAfter: string | undefined): number {
  if (retryAfter === undefined) return 0;
  const seconds = Number(retryAfter);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isNaN(milliseconds) ? 0 : milliseconds;
}
