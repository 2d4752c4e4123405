/**
 * Ends waits from outside: a read that hangs is given up the moment that a signal aborts or a datastore closes.
 * One at a time is guarded, so a long stream leaves nothing behind on a long-lived promise (as `Promise.race` would).
 */
export class Interrupter {
  #interrupted: { readonly reason: unknown } | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  #unlink: (() => void) | undefined;

  /** Interrupts when the signal aborts, with its reason. */
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

  /** Lets go of the signal. */
  unlink(): void {
    this.#unlink?.();
    this.#unlink = undefined;
  }

  /** Rejects the present wait and all later ones. Only the first call counts. */
  interrupt(reason: unknown): void {
    if (this.#interrupted !== undefined) return;
    this.#interrupted = { reason };
    this.#reject?.(reason);
  }

  /** Waits for some work, or for an interruption. */
  guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#interrupted !== undefined) return Promise.reject(this.#interrupted.reason);
    return new Promise<T>((resolve, reject) => {
      this.#reject = reject;
      work().then(resolve, reject);
    });
  }
}
