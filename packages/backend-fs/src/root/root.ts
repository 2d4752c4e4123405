import { dirname } from 'node:path';
import { StorageError } from '@anybucket/core/backend';
import { loadOrCreateFormat, readFormat, upgradeFormat } from '../layout/format.js';
import { defaultRules, toKeyName } from '../layout/key-paths.js';
import type { NameRules } from '../layout/key-paths.js';
import { rootPaths } from '../layout/paths.js';
import type { RootPaths } from '../layout/paths.js';
import { probeVolume } from '../layout/volume.js';
import { DirectoryCache } from '../listing/directory-cache.js';
import { findExclusiveLockOwner } from '../locking/exclusive-lock.js';
import type { LockOwner } from '../locking/lock-owner.js';
import { Locks, rootRange } from '../locking/locks.js';
import { loadRangeLocks } from '../locking/range-locks.js';
import { ModificationTimes } from '../records/modification-times.js';
import { makeDirectory } from '../system/directories.js';
import { hasErrno, isNotWritable } from '../system/errno.js';
import type { FileCalls } from '../system/file-calls.js';
import { lstatOrUndefined } from '../system/files.js';
import { rootedCalls } from '../system/rooted-calls.js';
import type { RootedCalls } from '../system/rooted-calls.js';
import { TempDirectory, findTempDirectoryOwner, sweepTempDirectories } from './temp-directory.js';

/** How a root is opened. */
export interface RootSettings {
  /** Absolute. */
  readonly path: string;
  readonly create: boolean;
  readonly durable: boolean;
  readonly readOnly: boolean;
  readonly calls: FileCalls;
  readonly lockTimeoutMs: number;
}

/** What a root needs to be written. */
interface RootWriter {
  readonly locks: Locks;
  readonly temp: TempDirectory;
}

/** The assumed resolution of modification times where it cannot be probed: the coarsest of all file systems, in microseconds. */
const coarsestMtimeStepUs = 2_000_000;

/** An open root directory. */
export class Root {
  readonly paths: RootPaths;
  readonly rules: NameRules;
  /** The resolution of modification times on the volume, in microseconds. */
  readonly mtimeStepUs: number;
  readonly mtimes: ModificationTimes;
  readonly calls: RootedCalls;
  readonly durable: boolean;
  readonly directories: DirectoryCache;
  /** Why the root can only be read, although that was not requested. */
  readonly readOnlyCause: unknown;
  readonly #writer: RootWriter | undefined;

  readonly #settings: RootSettings;

  private constructor(
    settings: RootSettings,
    calls: RootedCalls,
    paths: RootPaths,
    writer: RootWriter | undefined,
    readOnlyCause?: unknown,
  ) {
    this.#settings = settings;
    this.paths = paths;
    this.calls = calls;
    this.durable = settings.durable;
    this.readOnlyCause = readOnlyCause;
    this.#writer = writer;
    if (writer === undefined) {
      this.mtimeStepUs = coarsestMtimeStepUs;
      this.rules = readFormat(calls, paths.format) ?? defaultRules;
    } else {
      const volume = probeVolume(calls, writer.temp.path);
      this.mtimeStepUs = volume.mtimeStepUs;
      this.rules = loadOrCreateFormat(calls, paths.format, volume, writer.temp, settings.durable);
      writer.locks.isAnnounced = () => writer.locks.exclusive?.isHeld() ?? writer.temp.isInPlace();
      writer.locks.restore = () => this.#restore(writer);
    }
    const { rules } = this;
    if (rules.foldsNames) calls.compareNamesBy((actual, expected) => toKeyName(actual, rules) === toKeyName(expected, rules));
    this.mtimes = new ModificationTimes(this.mtimeStepUs);
    this.directories = new DirectoryCache(calls, rules, this.mtimeStepUs);
  }

  /**
   * Opens a root, creates it if it is missing, and removes the temp files of dead processes. A root that cannot be written is opened for reading.
   * @throws `ConfigError` (missing, not a directory, incompatible format, in use exclusively), `AccessDenied`.
   */
  static async open(settings: RootSettings): Promise<Root> {
    if (settings.readOnly) return Root.#openForReading(settings, undefined);
    try {
      return await Root.#openForWriting(settings);
    } catch (cause) {
      // `ENOENT`: nothing can be created, as in `/proc`.
      if (!isNotWritable(cause) && !hasErrno(cause, 'ENOENT')) throw cause;
      return Root.#openForReading(settings, cause);
    }
  }

  /** @param cause Why the root cannot be opened for writing. Undefined when that is not requested. */
  static #openForReading(settings: RootSettings, cause: unknown): Root {
    let calls: RootedCalls | undefined;
    try {
      const paths = rootPaths(findRoot(settings, false));
      calls = rootedCalls(settings.calls, paths.root, paths.internal);
      // Fails where even that is not permitted.
      calls.readdirSync(paths.root);
      return new Root(settings, calls, paths, undefined, cause);
    } catch (error) {
      calls?.close();
      if (cause === undefined && !isNotWritable(error)) throw error;
      throw accessDenied(`cannot read and write the root ${settings.path}`, cause ?? error);
    }
  }

  static async #openForWriting(settings: RootSettings): Promise<Root> {
    const paths = rootPaths(findRoot(settings, settings.create));
    const calls = rootedCalls(settings.calls, paths.root, paths.internal);
    try {
      for (const path of [paths.internal, paths.temp, paths.buckets]) requireDirectory(calls, path, settings.durable);
      const ranges = await loadRangeLocks(calls, paths.exclusiveLock);
      const locks = new Locks(ranges, calls, { path: paths.lock, timeoutMs: settings.lockTimeoutMs });
      try {
        return await locks.withLock(rootRange, undefined, () => Root.#openLocked(settings, calls, paths, locks));
      } catch (error) {
        locks.close();
        throw error;
      }
    } catch (error) {
      calls.close();
      throw error;
    }
  }

  /** Opens a root under its lock. */
  static #openLocked(settings: RootSettings, calls: RootedCalls, paths: RootPaths, locks: Locks): Root {
    const temp = new TempDirectory(calls, locks, [paths.internal, paths.temp], () => refuseOthers(calls, paths, locks));
    try {
      sweepTempDirectories(calls, locks, paths.temp, temp.path);
      return new Root(settings, calls, paths, { locks, temp });
    } catch (error) {
      temp.close();
      throw error;
    }
  }

  get isReadOnly(): boolean {
    return this.#writer === undefined;
  }

  /** @throws `AccessDenied` when the root can only be read. */
  get locks(): Locks {
    return this.#requireWriter().locks;
  }

  /** @throws `AccessDenied` when the root can only be read. */
  get temp(): TempDirectory {
    return this.#requireWriter().temp;
  }

  /** Makes earlier versions of this backend reject the root, because it has a versioned bucket. */
  async requireVersionedFormat(signal: AbortSignal | undefined): Promise<void> {
    await this.locks.withLock(rootRange, signal, () => upgradeFormat(this.calls, this.paths.format, this.rules, this));
  }

  async close(): Promise<void> {
    try {
      if (this.#writer === undefined) return;
      const { locks, temp } = this.#writer;
      try {
        // Nothing that was removed is created again.
        locks.restore = () => {
          throw new Error('the root is closed');
        };
        // Without the root lock, another process might sweep the temp directory at the same time.
        await locks.withLock(rootRange, undefined, () => temp.close()).catch(() => temp.close());
      } finally {
        locks.close();
      }
    } finally {
      this.calls.close();
    }
  }

  #requireWriter(): RootWriter {
    if (this.#writer !== undefined) return this.#writer;
    throw readOnlyError(this.paths.root, this.readOnlyCause);
  }

  /** Creates the root, its internal directories and the format again after they were removed by hand. */
  #restore({ locks, temp }: RootWriter): void {
    const { calls, paths, rules, durable } = this;
    findRoot({ ...this.#settings, path: paths.root }, this.#settings.create);
    for (const path of [paths.internal, paths.temp, paths.buckets]) requireDirectory(calls, path, durable);
    if (locks.exclusive?.isHeld() === false) {
      locks.exclusive.acquire();
      try {
        refuseOthers(calls, paths, locks);
      } catch (error) {
        locks.exclusive.release();
        throw error;
      }
    }
    temp.restore();
    const { foldsNames, windowsNames, longestPath } = loadOrCreateFormat(calls, paths.format, rules, temp, durable);
    if (foldsNames === rules.foldsNames && windowsNames === rules.windowsNames && longestPath === rules.longestPath) return;
    throw new StorageError({ code: 'ConfigError', message: `${paths.format} has changed; open the root again` });
  }
}

/** Creates the error of a write to a root that can only be read. */
export function readOnlyError(root: string, cause?: unknown): StorageError {
  return accessDenied(`the root ${root} is read-only`, cause);
}

function accessDenied(message: string, cause: unknown): StorageError {
  return new StorageError({ code: 'AccessDenied', message: cause instanceof Error ? `${message}: ${cause.message}` : message, cause });
}

/**
 * Throws when a process that cannot share the root uses it. A process without kernel locks has created its exclusive lock by now, and one with
 * kernel locks its temp directory. Each then looks for the other, so at least the later of the two fails.
 */
function refuseOthers(calls: RootedCalls, paths: RootPaths, locks: Locks): void {
  if (locks.exclusive === undefined) refuseOwner(findExclusiveLockOwner(calls, paths.exclusiveLock), paths.exclusiveLock);
  else refuseOwner(findTempDirectoryOwner(calls, paths.temp), paths.temp);
}

function refuseOwner(owner: LockOwner | undefined, path: string): void {
  if (owner === undefined) return;
  throw new StorageError({
    code: 'ConfigError',
    message: `the root is in use by process ${owner.pid} on ${owner.host}, and cannot be shared because only one of the two processes can load fs-native-extensions; if that process no longer exists, remove ${path}`,
  });
}

/** Returns the path of the root without symbolic links. */
function findRoot({ calls, path, durable }: RootSettings, create: boolean): string {
  try {
    if (create) makeDirectories(calls, path, durable);
    if (calls.statSync(path).isDirectory()) return calls.realpathSync(path);
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT'))
      throw new StorageError({
        code: 'ConfigError',
        message: `the root ${path} does not exist, and ${create ? 'cannot be created' : '`create` is false'}`,
        cause,
      });
    if (!hasErrno(cause, 'EEXIST', 'ENOTDIR', 'ELOOP', 'EINVAL', 'ENAMETOOLONG')) throw cause;
  }
  throw notADirectory(path);
}

/** Creates a directory and its ancestors. Not with `recursive: true`, which never returns where directories cannot be created, as in `/proc`. */
function makeDirectories(calls: FileCalls, path: string, durable: boolean): void {
  if (lstatOrUndefined(calls, path) !== undefined) return;
  if (dirname(path) !== path) makeDirectories(calls, dirname(path), durable);
  makeDirectory(calls, path, durable);
}

/** Creates an internal directory if it is missing. A symbolic link is refused, as it might lead outside of the root. */
function requireDirectory(calls: FileCalls, path: string, durable: boolean): void {
  if (makeDirectory(calls, path, durable) || lstatOrUndefined(calls, path)?.isDirectory() === true) return;
  throw notADirectory(path);
}

function notADirectory(path: string): StorageError {
  return new StorageError({ code: 'ConfigError', message: `${path} is not a directory` });
}
