interface CallInterval {
  readonly startMs: number;
  readonly endMs: number;
}

/** The assumed maximum difference between the server's clock and the local one, in milliseconds. */
const maxClockSkewMs = 1000;

/**
 * Checks the last-modified times that one backend reports. The model has its own clock, so a reported time is correct when it is a whole
 * second, within the interval of the write, and the same every time it is reported.
 */
export class WriteTimes {
  /** By the model time at the start of the call. */
  readonly #intervals = new Map<number, CallInterval>();
  /** The times that the backend has reported, by model time. */
  readonly #reported = new Map<number, number>();

  /** Records the interval of the call at a model time. */
  record(modelTime: Date, startMs: number, endMs: number): void {
    this.#intervals.set(modelTime.getTime(), { startMs, endMs });
  }

  /** Returns whether a reported time is correct for the write at a model time. */
  matches(modelTime: Date, reported: Date): boolean {
    const time = reported.getTime();
    if (time % 1000 !== 0) return false;
    const known = this.#reported.get(modelTime.getTime());
    if (known !== undefined) return time === known;
    // The calls of the model are a minute apart.
    const interval = this.#intervals.get(Math.floor(modelTime.getTime() / 60_000) * 60_000);
    if (interval === undefined) return false;
    if (time < Math.floor((interval.startMs - maxClockSkewMs) / 1000) * 1000 || time > interval.endMs + maxClockSkewMs) return false;
    this.#reported.set(modelTime.getTime(), time);
    return true;
  }
}
