import { StorageError } from '@anybucket/core/backend';

/** The requests that wait for their signal. */
export class Stalls {
  readonly #waiting = new Set<(reason: unknown) => void>();

  /** Waits until the signal is aborted, or {@link release} is called. Always throws. */
  wait(signal: AbortSignal | undefined): Promise<never> {
    return new Promise((_, reject) => {
      const end = (reason: unknown): void => {
        this.#waiting.delete(end);
        signal?.removeEventListener('abort', onAbort);
        reject(reason);
      };
      const onAbort = (): void => end(signal?.reason);
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      signal?.addEventListener('abort', onAbort);
      this.#waiting.add(end);
    });
  }

  /** Fails all waiting requests with `Timeout`. */
  release(): void {
    for (const end of this.#waiting)
      end(new StorageError({ code: 'Timeout', message: 'the request stalled until the datastore was closed' }));
  }
}
