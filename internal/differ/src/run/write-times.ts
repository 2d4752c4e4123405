interface Window {
  readonly from: number;
  readonly to: number;
  /** The time that the backend gave to the write, once it has told it. */
  seen: number | undefined;
}

/** How far a server's clock may be from ours, in milliseconds. */
const skew = 1000;

/**
 * What one backend says about when its objects were written. The model has a clock of its own, so a time is right when it is in the span in
 * which the call ran, in whole seconds, and the same whenever it is told.
 */
export class WriteTimes {
  readonly #windows = new Map<number, Window>();

  /** Notes when the write ran to which the model gave a time. In milliseconds. */
  ran(modelTime: Date, from: number, to: number): void {
    this.#windows.set(modelTime.getTime(), { from, to, seen: undefined });
  }

  /** Tells whether a backend's time may be that of a write. */
  fits(modelTime: Date, told: Date): boolean {
    const window = this.#windows.get(modelTime.getTime());
    const time = told.getTime();
    if (window === undefined || time % 1000 !== 0) return false;
    if (window.seen !== undefined) return time === window.seen;
    if (time < Math.floor((window.from - skew) / 1000) * 1000 || time > window.to + skew) return false;
    window.seen = time;
    return true;
  }

  /** The backend's time of a write, as far as it was told. */
  of(modelTime: Date): Date | undefined {
    const seen = this.#windows.get(modelTime.getTime())?.seen;
    return seen === undefined ? undefined : new Date(seen);
  }
}
