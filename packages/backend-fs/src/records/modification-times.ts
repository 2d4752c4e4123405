import { maxAgeMs, randomMtimeUs } from './body-id.js';

/** All volumes store times from 1980 to 2037. All numbers here are exact in microseconds until the year 2200. */
const earliestUs = Date.UTC(1980, 0, 2) * 1000;
const alwaysStoredUs = Date.UTC(2037, 0) * 1000;
const latestUs = Date.UTC(2200, 0) * 1000;

/** Chooses the modification times of new bodies, within what the volume stores, whatever the clock says. */
export class ModificationTimes {
  readonly #stepUs: number;
  #latestUs = latestUs;

  /** @param stepUs The resolution of modification times on the volume, in microseconds. */
  constructor(stepUs: number) {
    this.#stepUs = stepUs;
  }

  /**
   * Chooses a time that survives its conversion to seconds: Node converts the fraction to microseconds by truncation.
   * @param attempt Counted from 1. Later attempts reach further back, as a coarse clock has few times to choose from.
   */
  choose(attempt: number): number {
    const nowUs = Date.now() * 1000;
    const clampedUs = Number.isNaN(nowUs) ? earliestUs : Math.max(earliestUs, Math.min(nowUs, this.#latestUs));
    let mtimeUs = randomMtimeUs(clampedUs, this.#stepUs, Math.random() * attempt);
    while (Math.trunc(((mtimeUs / 1e6) % 1) * 1e6) !== mtimeUs % 1e6) mtimeUs -= this.#stepUs;
    return mtimeUs;
  }

  /** Returns whether the volume stores a time as it is. Otherwise it may round in its own way, or have an earlier limit. */
  isStoredExactly(mtimeUs: number): boolean {
    return this.#stepUs === 1 && mtimeUs < alwaysStoredUs;
  }

  /** Notes that the volume has stored a time as another one. */
  learn(chosenUs: number, storedUs: number): void {
    if (storedUs < chosenUs - Math.max(1e6, 2 * this.#stepUs)) this.#latestUs = Math.max(earliestUs, Math.min(this.#latestUs, storedUs));
  }
}

/**
 * Returns the time in milliseconds at which an object was written. The modification time of its body lies a little before.
 * @param modified The recorded time in whole seconds.
 */
export function writeTime(mtimeMs: number, modified: number): number {
  return Math.min(Math.max(Math.ceil(mtimeMs + maxAgeMs), modified * 1000), modified * 1000 + 999);
}
