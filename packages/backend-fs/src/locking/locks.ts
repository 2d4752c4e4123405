import { setTimeout as sleep } from 'node:timers/promises';
import { hash } from 'node:crypto';
import { StorageError } from '@anybucket/core/backend';
import type { FileCalls } from '../system/file-calls.js';
import { openFlags } from '../system/file-calls.js';

/** A range of the lock file that stands for something. */
export interface LockRange {
  readonly offset: number;
  readonly length: number;
}

/** How a range of a file is locked for this process, until it is unlocked or the process ends. */
export interface RangeLocks {
  tryLock(fd: number, offset: number, length: number): boolean;
  unlock(fd: number, offset: number, length: number): void;
  /** Gives up what was claimed as a whole. */
  close(): void;
}

/** A file that is held for as long as this process lives, or until it is released. */
export interface HeldFile {
  release(): void;
}

// A bucket has a range of its own, and each key one byte of it. Two keys on one byte wait for each other, nothing worse.
const bucketSpan = 2 ** 32;
const bucketCount = 2 ** 20;
/** Behind all buckets: what concerns the root as a whole. */
export const rootRange: LockRange = { offset: bucketSpan * bucketCount, length: 1 };

export function bucketRange(bucket: string): LockRange {
  return { offset: (number32(bucket) % bucketCount) * bucketSpan, length: bucketSpan };
}

/** @param digest of the key. */
export function keyRange(bucket: LockRange, digest: string): LockRange {
  return { offset: bucket.offset + Number.parseInt(digest.slice(0, 8), 16), length: 1 };
}

/**
 * The locks of one root. What is done under one is synchronous: in this process nothing comes between, and nothing waits for a second lock
 * while it has one.
 */
export class Locks {
  readonly #ranges: RangeLocks;
  readonly #calls: FileCalls;
  readonly #fd: number;
  readonly #timeout: number;

  /** @param timeout how long a lock is waited for, in ms. */
  constructor(ranges: RangeLocks, calls: FileCalls, path: string, timeout: number) {
    this.#ranges = ranges;
    this.#calls = calls;
    this.#fd = calls.openSync(path, openFlags.lock);
    this.#timeout = timeout;
  }

  /**
   * Does something while no other process does anything in the same range.
   * @param action synchronous.
   * @throws `Timeout` when another process keeps the range.
   */
  async run<T>({ offset, length }: LockRange, signal: AbortSignal | undefined, action: () => T): Promise<T> {
    const deadline = performance.now() + this.#timeout;
    for (let attempt = 0; !this.#ranges.tryLock(this.#fd, offset, length); attempt++) {
      if (performance.now() > deadline)
        throw new StorageError({ code: 'Timeout', message: `another process has kept the lock for ${this.#timeout} ms` });
      // At random, so that those that wait don't come at the same moments.
      await sleep(Math.random() * Math.min(attempt, 10), undefined, { signal });
    }
    try {
      return action();
    } finally {
      this.#ranges.unlock(this.#fd, offset, length);
    }
  }

  /** Holds a file of its own; undefined when another process holds it. */
  hold(path: string): HeldFile | undefined {
    const fd = this.#calls.openSync(path, openFlags.lock);
    if (this.#ranges.tryLock(fd, 0, 1)) return { release: () => this.#calls.closeSync(fd) };
    this.#calls.closeSync(fd);
    return undefined;
  }

  close(): void {
    this.#calls.closeSync(this.#fd);
    this.#ranges.close();
  }
}

function number32(text: string): number {
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 8), 16);
}
