import type { Stats } from 'node:fs';
import { hasErrno, isOutOfDescriptors } from './errno.js';
import { createsFile } from './file-calls.js';
import type { FileCalls } from './file-calls.js';
import { lstatOrUndefined } from './files.js';
import { closeIdleFiles } from './pooled-file.js';
import { CheckedDirectories, OpenDirectories, hasDescriptorPaths } from './verified-directories.js';

/** The calls on paths below the root. */
type PathCalls = Pick<
  FileCalls,
  'linkSync' | 'lstatSync' | 'mkdirSync' | 'opendirSync' | 'openSync' | 'readdirSync' | 'renameSync' | 'rmdirSync' | 'unlinkSync'
>;

/**
 * The system calls on paths below a root, none of which can be led outside by a symbolic link.
 *
 * A path that is first checked and then used may have changed in between. On Linux, each call therefore opens the directory of its path, asks the
 * kernel where the open directory is (`/proc/self/fd/N`), and acts on the name within it (`/proc/self/fd/N/name`). Open directories are cached.
 * Elsewhere, the directories of the path are checked before the call.
 *
 * Calls with a path that is not below the root, or that leads through a symbolic link, throw `ENOENT`, `ENOTDIR` or `OutsideRoot`.
 */
export interface RootedCalls extends FileCalls {
  /** Whether check and use are one step. */
  readonly isAtomic: boolean;
  /** Whether a path is a directory below the root. */
  isDirectory(path: string): boolean;
  /** Whether a path was a directory below the root a moment ago, and not before {@link expireAll}. Costs no call if anything in it was just used. */
  wasDirectory(path: string): boolean;
  /** Whether an open file is the one at a path. @param stats Of the open file. */
  isAt(fd: number, path: string, stats: Stats): boolean;
  /** Keeps a directory open, so that it may be used without another verification. It must belong to this process. */
  pin(directory: string): void;
  unpin(directory: string): void;
  /** Verifies directories again, although they may have been verified a moment ago. For code that has acquired a lock. */
  expireAll(): void;
  /** Sets how the names that the system reports are compared. */
  compareNamesBy(isSame: (actual: string, expected: string) => boolean): void;
  /** Closes the open directories. */
  close(): void;
}

/**
 * @param root Absolute, without symbolic links.
 * @param internal The internal directory below it.
 */
export function rootedCalls(calls: FileCalls, root: string, internal: string): RootedCalls {
  const directories = hasDescriptorPaths(calls, root) ? new OpenDirectories(calls, root, internal) : new CheckedDirectories(calls, root);

  /** Runs an action with a safe path. A negative result is repeated with a directory that was verified just now. */
  function at<T>(path: string, action: (path: string) => T, isNegative: (result: T) => boolean = () => false): T {
    // `/proc/self/fd/N` alone is a symbolic link.
    if (path === root) return action(`${directories.verify(root).path}/.`);
    const slash = path.lastIndexOf('/');
    const directory = path.slice(0, slash);
    const name = path.slice(slash);
    const { path: parent, isFresh } = directories.verify(directory);
    if (isFresh) return action(parent + name);
    try {
      const result = action(parent + name);
      if (!isNegative(result) || !directories.expire(directory)) return result;
    } catch (error) {
      if (!hasErrno(error, 'ENOENT') || !directories.expire(directory)) throw error;
    }
    return action(directories.verify(directory).path + name);
  }

  /** Runs an action that opens a file, once more after idle files have been closed. */
  function withDescriptor<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error;
      closeIdleFiles();
      directories.close();
      return action();
    }
  }

  /** Whether a directory is missing. Cheaper than the error of opening it. A symbolic link in the path can only make it seem missing. */
  function isMissing(directory: string): boolean {
    if (directories.has(directory)) return false;
    try {
      return calls.lstatSync(directory, { throwIfNoEntry: false }) === undefined;
    } catch {
      // Opening the directory reports why.
      return false;
    }
  }

  function isDirectory(path: string): boolean {
    try {
      if (isMissing(path)) return false;
      withDescriptor(() => directories.verify(path, true));
      return true;
    } catch (error) {
      if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return false;
      throw error;
    }
  }

  return {
    ...passThrough(calls),
    isAtomic: directories instanceof OpenDirectories,
    isDirectory,
    wasDirectory: (path) => directories.wasVerified(path) || isDirectory(path),
    isAt(fd, path, { ino, dev }) {
      const there = lstatOrUndefined(calls, path);
      return (there?.ino === ino && there.dev === dev) || directories.isAt(fd, path);
    },
    pin: (directory) => directories.pin(directory),
    unpin: (directory) => directories.unpin(directory),
    expireAll: () => directories.expireAll(),
    compareNamesBy: (isSame) => void (directories.isSameName = isSame),
    close: () => directories.close(),
    openSync: ((path: string, flags: number) =>
      withDescriptor(() => {
        // Cheaper than opening the directory first. Without O_CREAT, opening has no effect.
        const isCheaper = directories instanceof OpenDirectories && !directories.hasEnoughHandles;
        if (isCheaper && !createsFile(flags) && !directories.has(parentOf(path))) {
          const fd = calls.openSync(path, flags);
          if (directories.isAt(fd, path)) return fd;
          calls.closeSync(fd);
        }
        return at(path, (safe) => calls.openSync(safe, flags));
      })) as FileCalls['openSync'],
    lstatSync: ((path: string, options?: { throwIfNoEntry: false }) => {
      if (options !== undefined && isMissing(parentOf(path))) return undefined;
      return withDescriptor(() =>
        at(
          path,
          (safe) => calls.lstatSync(safe, options),
          (stats) => stats === undefined,
        ),
      );
    }) as FileCalls['lstatSync'],
    // These two act on the directory itself.
    readdirSync: ((path: string, options?: { withFileTypes: true }) =>
      withDescriptor(() =>
        calls.readdirSync(directories.verify(path).path, options as { withFileTypes: true }),
      )) as FileCalls['readdirSync'],
    opendirSync: ((path: string, options?: { bufferSize: number }) =>
      withDescriptor(() => calls.opendirSync(directories.verify(path).path, options))) as FileCalls['opendirSync'],
    mkdirSync: ((path: string, options?: { mode: number }) =>
      withDescriptor(() => at(path, (safe) => calls.mkdirSync(safe, options)))) as FileCalls['mkdirSync'],
    rmdirSync: ((path: string) => {
      withDescriptor(() => at(path, (safe) => calls.rmdirSync(safe)));
      directories.forget(path);
    }) as FileCalls['rmdirSync'],
    unlinkSync: ((path: string) => withDescriptor(() => at(path, (safe) => calls.unlinkSync(safe)))) as FileCalls['unlinkSync'],
    renameSync: ((from: string, to: string) =>
      withDescriptor(() => at(from, (safeFrom) => at(to, (safeTo) => calls.renameSync(safeFrom, safeTo))))) as FileCalls['renameSync'],
    linkSync: ((from: string, to: string) =>
      withDescriptor(() => at(from, (safeFrom) => at(to, (safeTo) => calls.linkSync(safeFrom, safeTo))))) as FileCalls['linkSync'],
  };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** The calls without a path, and those that are used before the root is open. Not by a spread: `calls` may be a proxy. */
function passThrough(calls: FileCalls): Omit<FileCalls, keyof PathCalls> {
  const { closeSync, fchmodSync, fchownSync, fstatSync, fsync, fsyncSync, ftruncateSync, futimesSync, read, readlinkSync, readSync } =
    calls;
  const { copyFile, realpathSync, statSync, write, writeSync } = calls;
  const descriptorCalls = { closeSync, fchmodSync, fchownSync, fstatSync, fsync, fsyncSync, ftruncateSync, futimesSync };
  return { ...descriptorCalls, copyFile, read, readlinkSync, readSync, realpathSync, statSync, write, writeSync };
}
