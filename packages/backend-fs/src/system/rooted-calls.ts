import { hasErrno, isOutOfDescriptors, OutsideRoot } from './errno.js';
import { createsFile, openFlags } from './file-calls.js';
import type { FileCalls } from './file-calls.js';
import { descriptorLimit } from './descriptor-limit.js';
import { closeIdleFiles } from './pooled-file.js';

/** The calls on paths below the root. */
type PathCalls = Pick<
  FileCalls,
  'lstatSync' | 'mkdirSync' | 'opendirSync' | 'openSync' | 'readdirSync' | 'renameSync' | 'rmdirSync' | 'unlinkSync'
>;

/** A directory that is open. */
interface Handle {
  readonly fd: number;
  /** Leads to the open directory, wherever it is. */
  readonly path: string;
  /** The turn of the event loop in which the location was verified last. */
  turn: number;
  /** By `performance.now()`. */
  verifiedAt: number;
}

/** A directory whose location was verified. */
interface VerifiedDirectory {
  /** A path of the directory, for use within the same synchronous code. */
  readonly path: string;
  /** Whether the location was verified just now, rather than earlier in the same turn of the event loop. */
  readonly isFresh: boolean;
}

/** Opening a directory is repeated so often while it is being replaced. */
const maxAttempts = 3;
/** The directories of records of one bucket, and some more. */
const maxHandles = 320;
/**
 * How long an internal directory may be used after it was verified, in milliseconds. Acting on an open directory that was once below the root is always
 * safe, also after it has been moved. Only people do that, to a bucket's directories: these are verified in each turn of the event loop.
 */
const internalLifetimeMs = 100;

/**
 * The system calls on paths below a root, none of which can be led outside by a symbolic link.
 *
 * A path that is first checked and then used may have changed in between. On Linux, each call therefore opens the directory of its path, asks the
 * kernel where the open directory is (`/proc/self/fd/N`), and acts on the name within it (`/proc/self/fd/N/name`). Open directories are cached.
 * Elsewhere, the directories of the path are checked before the call.
 *
 * Calls with a path that is not below the root, or that leads through a symbolic link, throw `ENOENT`, `ENOTDIR` or {@link OutsideRoot}.
 */
export interface RootedCalls extends FileCalls {
  /** Whether check and use are one step. */
  readonly isAtomic: boolean;
  /** Whether a path is a directory below the root. */
  isDirectory(path: string): boolean;
  /** Whether an open file is the one at a path. */
  isAt(fd: number, path: string): boolean;
  /** Keeps a directory open, so that it may be used without another verification. It must belong to this process. */
  pin(directory: string): void;
  unpin(directory: string): void;
  /** Verifies directories again, although others may have been verified in this turn of the event loop. For code that has acquired a lock. */
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
    if (path === root) return action(directories.verify(root).path);
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

  return {
    ...passThrough(calls),
    isAtomic: directories instanceof OpenDirectories,
    isDirectory(path) {
      try {
        withDescriptor(() => directories.verify(path));
        return true;
      } catch (error) {
        if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return false;
        throw error;
      }
    },
    isAt: (fd, path) => directories.isAt(fd, path),
    pin: (directory) => directories.pin(directory),
    unpin: (directory) => directories.unpin(directory),
    expireAll: () => directories.expireAll(),
    compareNamesBy: (isSame) => void (directories.isSameName = isSame),
    close: () => directories.close(),
    openSync: ((path: string, flags: number) =>
      withDescriptor(() => {
        // Cheaper than opening the directory first. Without O_CREAT, opening has no effect.
        if (directories instanceof OpenDirectories && !createsFile(flags) && !directories.has(path.slice(0, path.lastIndexOf('/')))) {
          const fd = calls.openSync(path, flags);
          if (directories.isAt(fd, path)) return fd;
          calls.closeSync(fd);
        }
        return at(path, (safe) => calls.openSync(safe, flags));
      })) as FileCalls['openSync'],
    lstatSync: ((path: string, options?: { throwIfNoEntry: false }) =>
      withDescriptor(() =>
        at(
          path,
          (safe) => calls.lstatSync(safe, options),
          (stats) => stats === undefined,
        ),
      )) as FileCalls['lstatSync'],
    // These two act on the directory itself.
    readdirSync: ((path: string, options?: { withFileTypes: true }) =>
      withDescriptor(() =>
        calls.readdirSync(directories.verify(path).path, options as { withFileTypes: true }),
      )) as FileCalls['readdirSync'],
    opendirSync: ((path: string, options?: { bufferSize: number }) =>
      withDescriptor(() => calls.opendirSync(directories.verify(path).path, options))) as FileCalls['opendirSync'],
    mkdirSync: ((path: string, options?: { mode: number }) =>
      withDescriptor(() => at(path, (safe) => calls.mkdirSync(safe, options)))) as FileCalls['mkdirSync'],
    rmdirSync: ((path: string) => withDescriptor(() => at(path, (safe) => calls.rmdirSync(safe)))) as FileCalls['rmdirSync'],
    unlinkSync: ((path: string) => withDescriptor(() => at(path, (safe) => calls.unlinkSync(safe)))) as FileCalls['unlinkSync'],
    renameSync: ((from: string, to: string) =>
      withDescriptor(() => at(from, (safeFrom) => at(to, (safeTo) => calls.renameSync(safeFrom, safeTo))))) as FileCalls['renameSync'],
  };
}

/** The calls without a path, and those that are used before the root is open. Not by a spread: `calls` may be a proxy. */
function passThrough(calls: FileCalls): Omit<FileCalls, keyof PathCalls> {
  const { closeSync, fchmodSync, fstatSync, fsync, fsyncSync, futimesSync, read, readlinkSync, readSync } = calls;
  const { realpathSync, statSync, write, writeSync } = calls;
  const descriptorCalls = { closeSync, fchmodSync, fstatSync, fsync, fsyncSync, futimesSync, read, readlinkSync, readSync };
  return { ...descriptorCalls, realpathSync, statSync, write, writeSync };
}

/** Linux: directories that are open, whose location the kernel reports. */
class OpenDirectories {
  isSameName = (actual: string, expected: string): boolean => actual === expected;
  readonly #calls: FileCalls;
  readonly #root: string;
  readonly #internal: string;
  readonly #handles = new Map<string, Handle>();
  readonly #pinned = new Map<string, Handle>();
  /** A call on two paths needs two. */
  readonly #maxHandles = Math.min(maxHandles, Math.max(4, Math.floor(descriptorLimit() / 16)));
  #turn = 0;
  #endsTurn = false;

  constructor(calls: FileCalls, root: string, internal: string) {
    this.#calls = calls;
    this.#root = root;
    this.#internal = `${internal}/`;
  }

  /** Whether a directory is open, or there are enough descriptors to open all that are in use. */
  has(directory: string): boolean {
    return this.#maxHandles === maxHandles || this.#handles.has(directory) || this.#pinned.has(directory);
  }

  isAt(fd: number, path: string): boolean {
    return this.isSameName(this.#calls.readlinkSync(`/proc/self/fd/${fd}`), path);
  }

  verify(directory: string): VerifiedDirectory {
    const pinned = this.#pinned.get(directory);
    if (pinned !== undefined) return { path: pinned.path, isFresh: false };
    const handle = this.#handles.get(directory);
    if (handle === undefined) return { path: this.#open(directory).path, isFresh: true };
    const isFresh = handle.turn !== this.#turn && !this.#isRecentInternal(directory, handle);
    if (isFresh && !this.isAt(handle.fd, directory)) {
      this.#closeHandle(directory);
      return { path: this.#open(directory).path, isFresh: true };
    }
    if (isFresh) {
      handle.turn = this.#currentTurn();
      handle.verifiedAt = performance.now();
    }
    this.#handles.delete(directory);
    this.#handles.set(directory, handle);
    return { path: handle.path, isFresh };
  }

  /** Closes a directory that is not at its path any longer. @returns False when it still is. */
  expire(directory: string): boolean {
    const handle = this.#pinned.get(directory) ?? this.#handles.get(directory);
    if (handle !== undefined && this.isAt(handle.fd, directory)) return false;
    if (this.#pinned.has(directory)) this.unpin(directory);
    else this.#closeHandle(directory);
    return true;
  }

  expireAll(): void {
    this.#turn++;
  }

  pin(directory: string): void {
    this.unpin(directory);
    this.#pinned.set(directory, this.#openVerified(directory));
  }

  unpin(directory: string): void {
    const handle = this.#pinned.get(directory);
    this.#pinned.delete(directory);
    if (handle !== undefined) this.#calls.closeSync(handle.fd);
  }

  close(): void {
    for (const directory of this.#handles.keys()) this.#closeHandle(directory);
  }

  #isRecentInternal(directory: string, { verifiedAt }: Handle): boolean {
    return directory.startsWith(this.#internal) && performance.now() - verifiedAt < internalLifetimeMs;
  }

  #closeHandle(directory: string): void {
    const handle = this.#handles.get(directory);
    this.#handles.delete(directory);
    if (handle !== undefined) this.#calls.closeSync(handle.fd);
  }

  #open(directory: string): Handle {
    if (directory !== this.#root && !directory.startsWith(`${this.#root}/`)) throw new OutsideRoot(directory);
    const [oldest] = this.#handles.keys();
    if (this.#handles.size >= this.#maxHandles && oldest !== undefined) this.#closeHandle(oldest);
    const handle = this.#openVerified(directory);
    this.#handles.set(directory, handle);
    return handle;
  }

  #openVerified(directory: string): Handle {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const fd = this.#openDirectory(directory);
      if (this.isAt(fd, directory)) return { fd, path: `/proc/self/fd/${fd}`, turn: this.#currentTurn(), verifiedAt: performance.now() };
      this.#calls.closeSync(fd);
    }
    throw new OutsideRoot(directory);
  }

  #openDirectory(directory: string): number {
    try {
      return this.#calls.openSync(directory, openFlags.directory);
    } catch (error) {
      if (hasErrno(error, 'ELOOP', 'ENOTDIR')) throw new OutsideRoot(directory);
      throw error;
    }
  }

  async #endTurn(): Promise<void> {
    // A promise, since tests may replace the timers.
    await Promise.resolve();
    this.#endsTurn = false;
    this.#turn++;
  }

  #currentTurn(): number {
    if (!this.#endsTurn) {
      this.#endsTurn = true;
      void this.#endTurn();
    }
    return this.#turn;
  }
}

/** Elsewhere: each directory of a path is checked before the path is used. */
class CheckedDirectories {
  isSameName = (actual: string, expected: string): boolean => actual === expected;
  readonly #calls: FileCalls;
  readonly #root: string;

  constructor(calls: FileCalls, root: string) {
    this.#calls = calls;
    this.#root = root;
  }

  isAt(fd: number, path: string): boolean {
    const open = this.#calls.fstatSync(fd);
    const there = this.#calls.lstatSync(path, { throwIfNoEntry: false });
    return open.nlink > 0 && there !== undefined && open.ino === there.ino && open.dev === there.dev;
  }

  verify(directory: string): VerifiedDirectory {
    if (directory !== this.#root && !directory.startsWith(`${this.#root}/`)) throw new OutsideRoot(directory);
    for (let end = this.#root.length; end > 0; end = directory.indexOf('/', end + 1)) this.#check(directory.slice(0, end));
    this.#check(directory);
    return { path: directory, isFresh: true };
  }

  #check(directory: string): void {
    if (!this.#calls.lstatSync(directory).isDirectory()) throw new OutsideRoot(directory);
  }

  expire(_directory: string): boolean {
    return false;
  }

  expireAll(): void {}
  pin(_directory: string): void {}
  unpin(_directory: string): void {}
  close(): void {}
}

/** Returns whether the system reports the location of an open directory, and resolves names within it. */
function hasDescriptorPaths(calls: FileCalls, root: string): boolean {
  if (process.platform !== 'linux') return false;
  const fd = calls.openSync(root, openFlags.directory);
  try {
    return calls.readlinkSync(`/proc/self/fd/${fd}`) === root && calls.statSync(`/proc/self/fd/${fd}/.`).isDirectory();
  } catch {
    return false;
  } finally {
    calls.closeSync(fd);
  }
}
