import { hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '@anybucket/core/backend';
import { hasErrno } from '../system/errno.js';
import { openFlags } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import { isNoRegularFile, writeAll } from '../system/files.js';
import type { RootedCalls } from '../system/rooted-calls.js';
import type { ExclusiveLock } from './exclusive-lock.js';
import type { RangeLocks } from './range-locks.js';

/** A byte range of the lock file. */
export interface LockRange {
  readonly offset: number;
  readonly length: number;
}

/** A lock on a whole file, which ends with the process. */
export interface FileLock {
  /** Returns whether the file is still at its path. */
  isInPlace(): boolean;
  release(): void;
}

// Each bucket has a range of the lock file, and each key one byte of it. Keys whose hashes collide wait for each other, with no other effect.
const bucketSpan = 2 ** 32;
const bucketCount = 2 ** 20;
/** The lock for opening and closing the root. It follows the ranges of the buckets. */
export const rootRange: LockRange = { offset: bucketSpan * bucketCount, length: 1 };

/** The byte of a file that is locked as a whole. It is beyond the content, since Windows does not allow others to read a locked byte. */
const fileLockOffset = 2 ** 20;

/** Returns the range that creating or removing a bucket locks. */
export function bucketRange(bucket: string): LockRange {
  return { offset: (firstUint32(hash('sha256', bucket, 'hex')) % bucketCount) * bucketSpan, length: bucketSpan };
}

/** Returns the range that writing a key locks. It lies within the range of the bucket. */
export function keyRange(bucket: LockRange, hashOfKey: string): LockRange {
  return { offset: bucket.offset + firstUint32(hashOfKey), length: 1 };
}

/** The open lock file. */
interface LockFile {
  readonly fd: number;
  readonly stats: Stats;
}

/** How locks are acquired. */
export interface LockSettings {
  /** The lock file; created if missing. */
  readonly path: string;
  /** How long to wait for a lock. */
  readonly timeoutMs: number;
}

/**
 * The locks of one open root. Everything done under a lock is synchronous. So a lock is held for microseconds, never across a turn of the event
 * loop, and nothing waits for a lock while it holds another.
 */
export class Locks {
  /** Returns whether other processes see that this one uses the root. */
  isAnnounced: () => boolean = () => true;
  /** Creates again what was removed by hand, before the lock file is opened again. */
  restore: () => void = () => {};
  readonly #ranges: RangeLocks;
  readonly #calls: RootedCalls;
  readonly #path: string;
  readonly #timeoutMs: number;
  #file: LockFile;

  /** @throws `ConfigError` when the lock file is not a regular file. */
  constructor(ranges: RangeLocks, calls: RootedCalls, { path, timeoutMs }: LockSettings) {
    this.#ranges = ranges;
    this.#calls = calls;
    this.#path = path;
    this.#timeoutMs = timeoutMs;
    try {
      this.#file = openLockFile(calls, path);
    } catch (error) {
      ranges.exclusive?.release();
      throw error;
    }
  }

  /** The lock on the whole root, where kernel locks are unavailable. */
  get exclusive(): ExclusiveLock | undefined {
    return this.#ranges.exclusive;
  }

  /**
   * Runs an action while no other process holds the same range.
   * @param action Must be synchronous.
   * @throws `Timeout` when another process keeps the lock for too long.
   */
  async withLock<T>({ offset, length }: LockRange, signal: AbortSignal | undefined, action: () => T): Promise<T> {
    const deadline = performance.now() + this.#timeoutMs;
    for (let attempt = 0; !this.#tryLock(offset, length); attempt++) {
      if (performance.now() > deadline)
        throw new StorageError({
          code: 'Timeout',
          message: `cannot acquire the lock within ${this.#timeoutMs} ms: another process holds it`,
        });
      await sleep(Math.random() * Math.min(attempt, 10), undefined, { signal });
    }
    try {
      this.#calls.expireAll();
      return action();
    } catch (error) {
      throw toStableError(error);
    } finally {
      this.#ranges.unlock(this.#file.fd, offset, length);
    }
  }

  /**
   * Creates a file if it is missing, and locks it.
   * @param content Written to the file before it is locked.
   * @returns Undefined when another process holds the lock.
   */
  tryLockFile(path: string, content = ''): FileLock | undefined {
    const fd = this.#calls.openSync(path, openFlags.lock);
    try {
      writeAll(this.#calls, fd, Buffer.from(content));
      const stats = this.#calls.fstatSync(fd);
      if (this.#ranges.tryLock(fd, fileLockOffset, 1))
        return { isInPlace: () => this.#calls.isAt(fd, path, stats), release: () => this.#calls.closeSync(fd) };
    } catch (error) {
      this.#calls.closeSync(fd);
      throw error;
    }
    this.#calls.closeSync(fd);
    return undefined;
  }

  close(): void {
    this.#calls.closeSync(this.#file.fd);
    this.#ranges.exclusive?.release();
  }

  /**
   * The lock file may have been removed or replaced. Then other processes lock another file, so a lock of this one would not exclude them. Nor
   * would it if they do not see that this process uses the root.
   */
  #tryLock(offset: number, length: number): boolean {
    const { fd } = this.#file;
    const isLocked = this.#ranges.tryLock(fd, offset, length);
    try {
      if (this.#isCurrent() && this.isAnnounced()) return isLocked;
      // The directories may have been replaced as well.
      this.#calls.close();
      this.restore();
      this.#reopen();
    } catch (error) {
      if (isLocked) this.#ranges.unlock(fd, offset, length);
      throw toStableError(error);
    }
    return false;
  }

  /** Opens the lock file at the path. Closing the former file also ends its locks. */
  #reopen(): void {
    const file = openLockFile(this.#calls, this.#path);
    this.#calls.closeSync(this.#file.fd);
    this.#file = file;
  }

  #isCurrent(): boolean {
    const { fd, stats } = this.#file;
    return this.#calls.isAt(fd, this.#path, stats);
  }
}

/**
 * Converts an error of a directory that was removed or replaced by hand while it was used. The next attempt finds it as it is then. Also converts
 * that of a mount point below the root: a rename neither replaces it nor leads to another volume.
 */
function toStableError(error: unknown): unknown {
  if (process.platform !== 'win32' && hasErrno(error, 'EBUSY', 'EXDEV'))
    return new StorageError({
      code: 'AccessDenied',
      message: `a mount point below the root cannot be written: ${String(error)}`,
      cause: error,
    });
  if (error instanceof StorageError || !hasErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENOTEMPTY', 'EEXIST')) return error;
  return new StorageError({ code: 'SlowDown', message: `a file or directory was changed meanwhile: ${String(error)}`, cause: error });
}

function openLockFile(calls: FileCalls, path: string): LockFile {
  let fd: number | undefined;
  try {
    fd = calls.openSync(path, openFlags.lock);
    const stats = calls.fstatSync(fd);
    if (stats.isFile()) return { fd, stats };
    calls.closeSync(fd);
  } catch (error) {
    if (!isNoRegularFile(error) || hasErrno(error, 'ENOENT')) throw error;
  }
  throw new StorageError({
    code: 'ConfigError',
    message: `the lock file ${path} is not a regular file; remove it if no process uses the root`,
  });
}

/** Reads the first 32 bits of a hash in hex. */
function firstUint32(hex: string): number {
  return Number.parseInt(hex.slice(0, 8), 16);
}
