import { dirname } from 'node:path';
import { StorageError } from '@anybucket/core/backend';
import { loadOrCreateFormat } from '../layout/format.js';
import type { NameRules } from '../layout/key-paths.js';
import { rootPaths } from '../layout/paths.js';
import type { RootPaths } from '../layout/paths.js';
import { probeVolume } from '../layout/volume.js';
import { DirectoryCache } from '../listing/directory-cache.js';
import { findExclusiveLockOwner } from '../locking/exclusive-lock.js';
import type { LockOwner } from '../locking/lock-owner.js';
import { Locks, rootRange } from '../locking/locks.js';
import { loadRangeLocks } from '../locking/range-locks.js';
import { makeDirectory } from '../system/directories.js';
import { hasErrno } from '../system/errno.js';
import type { FileCalls } from '../system/file-calls.js';
import { lstatOrUndefined } from '../system/files.js';
import { TempDirectory, findTempDirectoryOwner, sweepTempDirectories } from './temp-directory.js';

/** How a root is opened. */
export interface RootSettings {
  /** Absolute. */
  readonly path: string;
  readonly create: boolean;
  readonly durable: boolean;
  readonly calls: FileCalls;
  readonly lockTimeoutMs: number;
}

/** An open root directory. */
export class Root {
  readonly paths: RootPaths;
  readonly rules: NameRules;
  /** The resolution of modification times on the volume, in microseconds. */
  readonly mtimeStepUs: number;
  readonly calls: FileCalls;
  readonly durable: boolean;
  readonly locks: Locks;
  readonly temp: TempDirectory;
  readonly directories: DirectoryCache;

  private constructor(paths: RootPaths, { calls, durable }: RootSettings, locks: Locks, temp: TempDirectory) {
    this.paths = paths;
    this.calls = calls;
    this.durable = durable;
    this.locks = locks;
    this.temp = temp;
    const volume = probeVolume(calls, temp.path);
    this.mtimeStepUs = volume.mtimeStepUs;
    this.rules = loadOrCreateFormat(calls, paths.format, volume, temp.next());
    this.directories = new DirectoryCache(calls, this.rules, volume.mtimeStepUs);
  }

  /**
   * Opens a root, creates it if it is missing, and removes the temp files of dead processes.
   * @throws `ConfigError` (missing, not a directory, incompatible format, in use exclusively), `AccessDenied`.
   */
  static async open(settings: RootSettings): Promise<Root> {
    const { calls, lockTimeoutMs } = settings;
    try {
      const paths = rootPaths(findRoot(settings));
      for (const path of [paths.internal, paths.temp, paths.buckets]) requireDirectory(calls, path);
      const locks = new Locks(await loadRangeLocks(calls, paths.exclusiveLock), calls, paths.lock, lockTimeoutMs);
      try {
        return await locks.withLock(rootRange, undefined, () => Root.#openLocked(paths, settings, locks));
      } catch (error) {
        locks.close();
        throw error;
      }
    } catch (cause) {
      if (!hasErrno(cause, 'EACCES', 'EPERM', 'EROFS')) throw cause;
      throw new StorageError({ code: 'AccessDenied', message: `cannot read and write the root ${settings.path}: ${String(cause)}`, cause });
    }
  }

  /**
   * Opens a root under its lock. A process without kernel locks has created its exclusive lock by now, and one with kernel locks creates its temp
   * directory. Each then looks for the other, so at least the later of the two fails.
   */
  static #openLocked(paths: RootPaths, settings: RootSettings, locks: Locks): Root {
    const { calls } = settings;
    const temp = new TempDirectory(calls, locks, paths.temp);
    try {
      if (locks.exclusive) refuseOwner(findTempDirectoryOwner(calls, paths.temp), paths.temp);
      else refuseOwner(findExclusiveLockOwner(calls, paths.exclusiveLock), paths.exclusiveLock);
      sweepTempDirectories(calls, locks, paths.temp, temp.path);
      return new Root(paths, settings, locks, temp);
    } catch (error) {
      temp.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    try {
      // Without the root lock, another process might sweep the temp directory at the same time.
      await this.locks.withLock(rootRange, undefined, () => this.temp.close());
    } finally {
      this.locks.close();
    }
  }
}

/** Throws when a process that cannot share the root uses it. */
function refuseOwner(owner: LockOwner | undefined, path: string): void {
  if (owner === undefined) return;
  throw new StorageError({
    code: 'ConfigError',
    message: `the root is in use by process ${owner.pid} on ${owner.host}, and cannot be shared because only one of the two processes can load fs-native-extensions; if that process no longer exists, remove ${path}`,
  });
}

/** Returns the path of the root without symbolic links. */
function findRoot({ calls, path, create }: RootSettings): string {
  try {
    if (create) makeDirectories(calls, path);
    if (calls.statSync(path).isDirectory()) return calls.realpathSync(path);
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT'))
      throw new StorageError({
        code: 'ConfigError',
        message: `the root ${path} does not exist, and ${create ? 'cannot be created' : '`create` is false'}`,
        cause,
      });
    if (!hasErrno(cause, 'EEXIST', 'ENOTDIR')) throw cause;
  }
  throw notADirectory(path);
}

/** Creates a directory and its ancestors. Not with `recursive: true`, which never returns where directories cannot be created, as in `/proc`. */
function makeDirectories(calls: FileCalls, path: string): void {
  if (lstatOrUndefined(calls, path) !== undefined) return;
  if (dirname(path) !== path) makeDirectories(calls, dirname(path));
  makeDirectory(calls, path);
}

/** Creates an internal directory if it is missing. A symbolic link is refused, as it might lead outside of the root. */
function requireDirectory(calls: FileCalls, path: string): void {
  if (makeDirectory(calls, path) || lstatOrUndefined(calls, path)?.isDirectory() === true) return;
  throw notADirectory(path);
}

function notADirectory(path: string): StorageError {
  return new StorageError({ code: 'ConfigError', message: `${path} is not a directory` });
}
