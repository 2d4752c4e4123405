import { OutsideRoot, hasErrno } from './errno.js';
import { descriptorLimit } from './descriptor-limit.js';
import { openFlags } from './file-calls.js';
import type { FileCalls } from './file-calls.js';

/** When the location of a directory was verified last. */
interface Verification {
  /** Whether the directory is in the internal directory. */
  readonly isInternal: boolean;
  /** By `performance.now()`. */
  verifiedAt: number;
}

/** A directory that is open. */
interface Handle extends Verification {
  readonly fd: number;
  /** Leads to the open directory, wherever it is. */
  readonly path: string;
}

/** A directory whose location was verified. */
interface VerifiedDirectory {
  /** A path of the directory, for use within the same synchronous code. */
  readonly path: string;
  /** Whether the location was verified just now, rather than a moment ago. */
  readonly isFresh: boolean;
}

/** Opening a directory is repeated so often while it is being replaced. */
const maxAttempts = 3;
/** The directories of records of one bucket, and some more. */
const enoughHandles = 320;
const maxHandles = 1024;
/**
 * How long a directory may be used after it was verified, in milliseconds. Acting on an open directory that was once below the root is always
 * safe, also after it has been moved. A removed directory is empty, and what is not found in it is looked up again, so only a directory with
 * content that somebody moved is used for so long after. People move the internal directory as a whole, if at all, so that its own location is
 * verified more often than those of the directories in it.
 */
const lifetimeMs = 1;
const internalLifetimeMs = 1000;
const internalIntervalMs = 10;

// Not by its object, whose functions tests replace.
const now = performance.now.bind(performance);

/** Linux: directories that are open, whose location the kernel reports. */
export class OpenDirectories {
  isSameName = (actual: string, expected: string): boolean => actual === expected;
  readonly #calls: FileCalls;
  readonly #root: string;
  readonly #internal: string;
  /** The least recently verified first. */
  readonly #handles = new Map<string, Handle>();
  readonly #pinned = new Map<string, Handle>();
  /** A call on two paths needs two. */
  readonly #maxHandles = Math.min(maxHandles, Math.max(4, Math.floor(descriptorLimit() / 16)));
  /** The directory that was verified last. Its ancestors are directories, too. */
  #latest: (Verification & { readonly directory: string }) | undefined;
  #expiredAt = 0;
  #openInternal: Handle | undefined;
  #internalVerifiedAt = 0;
  #internalMovedAt = 0;

  constructor(calls: FileCalls, root: string, internal: string) {
    this.#calls = calls;
    this.#root = root;
    this.#internal = internal;
  }

  /** Whether there are enough descriptors to open all directories that are in use. */
  get hasEnoughHandles(): boolean {
    return this.#maxHandles >= enoughHandles;
  }

  /** Whether a directory is open. */
  has(directory: string): boolean {
    return this.#handles.has(directory) || this.#pinned.has(directory);
  }

  isAt(fd: number, path: string): boolean {
    return this.isSameName(this.#calls.readlinkSync(`/proc/self/fd/${fd}`), path);
  }

  /** Whether a path was that of a directory a moment ago, because a directory at or below it was verified. */
  wasVerified(directory: string): boolean {
    if (this.#latest === undefined || !this.#latest.directory.startsWith(directory)) return false;
    const { length } = directory;
    if (this.#latest.directory.length > length && this.#latest.directory[length] !== '/') return false;
    return this.#isCurrent(this.#latest);
  }

  /** @param isCheck Whether the location itself matters, and not only that it is below the root. */
  verify(directory: string, isCheck = false): VerifiedDirectory {
    const handle = this.#handles.get(directory);
    if (handle === undefined) {
      const pinned = this.#pinned.get(directory);
      return pinned === undefined ? { path: this.#open(directory).path, isFresh: true } : { path: pinned.path, isFresh: false };
    }
    if (!isCheck && this.#isCurrent(handle)) return { path: handle.path, isFresh: false };
    if (!this.isAt(handle.fd, directory)) {
      this.#closeHandle(directory);
      return { path: this.#open(directory).path, isFresh: true };
    }
    this.#handles.delete(directory);
    this.#handles.set(directory, handle);
    this.#noteVerified(directory, handle);
    return { path: handle.path, isFresh: true };
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
    this.#expiredAt = now();
  }

  /** Closes a directory that has been removed. */
  forget(directory: string): void {
    this.#closeHandle(directory);
  }

  pin(directory: string): void {
    this.unpin(directory);
    this.#closeHandle(directory);
    this.#pinned.set(directory, this.#openVerified(directory));
  }

  unpin(directory: string): void {
    const handle = this.#pinned.get(directory);
    this.#pinned.delete(directory);
    if (handle !== undefined) this.#calls.closeSync(handle.fd);
  }

  close(): void {
    for (const directory of this.#handles.keys()) this.#closeHandle(directory);
    this.#closeInternal();
  }

  #isCurrent({ verifiedAt, isInternal }: Verification): boolean {
    const time = now();
    if (!isInternal) return time - verifiedAt < lifetimeMs && verifiedAt > this.#expiredAt;
    if (time - this.#internalVerifiedAt >= internalIntervalMs) this.#verifyInternal(time);
    return time - verifiedAt < internalLifetimeMs && verifiedAt > this.#internalMovedAt;
  }

  #verifyInternal(time: number): void {
    this.#internalVerifiedAt = time;
    if (this.#openInternal !== undefined && this.isAt(this.#openInternal.fd, this.#internal)) return;
    this.#internalMovedAt = time;
    this.#closeInternal();
    try {
      this.#openInternal = this.#openVerified(this.#internal);
    } catch {
      // The call fails at the directory that it needs.
    }
  }

  #closeInternal(): void {
    if (this.#openInternal !== undefined) this.#calls.closeSync(this.#openInternal.fd);
    this.#openInternal = undefined;
  }

  #noteVerified(directory: string, handle: Handle): void {
    handle.verifiedAt = now();
    if (!handle.isInternal) this.#latest = { directory, verifiedAt: handle.verifiedAt, isInternal: false };
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
    this.#noteVerified(directory, handle);
    return handle;
  }

  #openVerified(directory: string): Handle {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const fd = this.#openDirectory(directory);
      if (this.isAt(fd, directory)) {
        return { fd, path: `/proc/self/fd/${fd}`, isInternal: directory.startsWith(`${this.#internal}/`), verifiedAt: now() };
      }
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
}

/** Elsewhere: each directory of a path is checked before the path is used. */
export class CheckedDirectories {
  isSameName = (actual: string, expected: string): boolean => actual === expected;
  readonly #calls: FileCalls;
  readonly #root: string;

  constructor(calls: FileCalls, root: string) {
    this.#calls = calls;
    this.#root = root;
  }

  has(_directory: string): boolean {
    return true;
  }

  wasVerified(_directory: string): boolean {
    return false;
  }

  isAt(fd: number, path: string): boolean {
    const open = this.#calls.fstatSync(fd);
    const there = this.#calls.lstatSync(path, { throwIfNoEntry: false });
    return open.nlink > 0 && there !== undefined && open.ino === there.ino && open.dev === there.dev;
  }

  verify(directory: string, _isCheck = false): VerifiedDirectory {
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
  forget(_directory: string): void {}
  pin(_directory: string): void {}
  unpin(_directory: string): void {}
  close(): void {}
}

/** Returns whether the system reports the location of an open directory, and resolves names within it. */
export function hasDescriptorPaths(calls: FileCalls, root: string): boolean {
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
