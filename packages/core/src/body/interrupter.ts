/**
 * Rejects pending promises from outside, for example a read that hangs when its signal is aborted or its datastore closed.
 *
 * Guards one promise at a time. `Promise.race` against a long-lived promise would leak a reaction per chunk.
 */
export class Interrupter {
  #interrupted: { readonly reason: unknown } | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  #unlink: (() => void) | undefined;

  /** Interrupts with the reason of the signal when it is aborted, then calls `onAbort`. */
  link(signal: AbortSignal | undefined, onAbort: () => void): void {
    if (signal === undefined) return;
    const listener = (): void => {
      this.interrupt(signal.reason);
      onAbort();
    };
    signal.addEventListener('abort', listener);
    this.#unlink = () => signal.removeEventListener('abort', listener);
    if (signal.aborted) listener();
  }

  /** Removes the abort listener. */
  unlink(): void {
    this.#unlink?.();
    this.#unlink = undefined;
  }

  /** Rejects the pending promise and all later ones with the reason. Only the first call has an effect. */
  interrupt(reason: unknown): void {
    if (this.#interrupted !== undefined) return;
    this.#interrupted = { reason };
    this.#reject?.(reason);
  }

  /** Settles like the promise of `work`, or rejects when interrupted. */
  guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#interrupted !== undefined) return Promise.reject(this.#interrupted.reason);
    return new Promise<T>((resolve, reject) => {
      this.#reject = reject;
      work().then(resolve, reject);
    });
  }
}
