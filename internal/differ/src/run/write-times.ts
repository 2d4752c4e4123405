interface WriteInterval {
  readonly startMs: number;
  readonly endMs: number;
  /** The last-modified time of the write, once the backend has reported it. */
  reportedMs: number | undefined;
}

/** The assumed maximum difference between the server's clock and the local one, in milliseconds. */
const maxClockSkewMs = 1000;

/**
 * Checks the last-modified times that one backend reports. The model has its own clock, so a reported time is correct when it is a whole
 * second, within the interval of the write, and the same every time it is reported.
 */
export class WriteTimes {
  readonly #intervals = new Map<number, WriteInterval>();

  /** Records the interval of the write at a model time. */
  record(modelTime: Date, startMs: number, endMs: number): void {
    this.#intervals.set(modelTime.getTime(), { startMs, endMs, reportedMs: undefined });
  }

  /** Returns whether a reported time is correct for the write at a model time. */
  matches(modelTime: Date, reported: Date): boolean {
    const interval = this.#intervals.get(modelTime.getTime());
    const time = reported.getTime();
    if (interval === undefined || time % 1000 !== 0) return false;
    if (interval.reportedMs !== undefined) return time === interval.reportedMs;
    if (time < Math.floor((interval.startMs - maxClockSkewMs) / 1000) * 1000 || time > interval.endMs + maxClockSkewMs) return false;
    interval.reportedMs = time;
    return true;
  }
}
