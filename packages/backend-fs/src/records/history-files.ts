import { dirname } from 'node:path';
import { StorageError } from '@anybucket/core/backend';
import { makeInternalDirectory, replaceTextFile, syncDirectory, unsupportedFileType } from '../system/directories.js';
import { hasErrno, ignoreNotFound } from '../system/errno.js';
import { openFlags } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import { isNoRegularFile, lstatOrUndefined, writeAll } from '../system/files.js';
import type { RecordFilesContext } from './record-files.js';
import { decodeKey, encodeHeader, isRecordOf } from './record-line.js';

/** About 300,000 versions. A longer log would take seconds to read. */
const maxLogBytes = 64 * 1024 * 1024;
/** The longest header: a key of 1024 bytes, each of which JSON may escape as six characters. */
const maxHeaderBytes = 6 * 1024 + 64;
/** Creating a file is repeated so often while its directory is being removed. */
const maxAttempts = 100;

/** The directories of the histories of one bucket. */
export interface HistoryPaths {
  readonly histories: string;
  readonly versions: string;
}

/** The history logs of one bucket, one file per key with older versions, and the bodies of these versions. Writers hold the lock of the key. */
export class HistoryFiles {
  readonly #context: RecordFilesContext;
  readonly #paths: HistoryPaths;

  constructor(context: RecordFilesContext, paths: HistoryPaths) {
    this.#context = context;
    this.#paths = paths;
  }

  /** Returns the path of the body of an older version. */
  bodyPath(hash: string, seq: number): string {
    return `${this.#paths.versions}/${hash}-${seq}`;
  }

  /** Reads the log of a key. @returns An empty string when there is none, or a damaged one. */
  read(key: string, hash: string): string {
    const text = this.#read(hash, 2 * maxLogBytes);
    return isRecordOf(text, key) ? text : '';
  }

  /** Reads the key of a log. @returns Undefined when there is no log, or a damaged one. */
  readKey(hash: string): string | undefined {
    return decodeKey(this.#read(hash, maxHeaderBytes));
  }

  /**
   * Appends lines, in one `write` call.
   * @param maxBytes The size up to which the log may grow.
   * @throws `InvalidRequest` when the log is longer.
   */
  append(key: string, hash: string, lines: string, maxBytes = maxLogBytes): void {
    if (lines === '') return;
    const { calls, durable } = this.#context;
    const fd = this.#open(hash);
    let isForeign = false;
    try {
      const stats = calls.fstatSync(fd);
      if (!stats.isFile()) throw unsupportedFileType(this.#path(hash));
      if (stats.size + lines.length > maxBytes)
        throw new StorageError({ code: 'InvalidRequest', message: 'the object has too many versions; remove some of them' });
      // A file with several hard links belongs to a copy of the root, too, which must not change.
      isForeign = stats.nlink !== 1 || (stats.size > 0 && !isRecordOf(readStart(calls, fd, Math.min(stats.size, maxHeaderBytes)), key));
      if (!isForeign) {
        writeAll(calls, fd, Buffer.from((stats.size === 0 ? encodeHeader(key) : '') + lines));
        if (durable) calls.fsyncSync(fd);
        if (durable && stats.size === 0) syncDirectory(calls, this.#paths.histories);
      }
    } finally {
      calls.closeSync(fd);
    }
    if (isForeign) this.rewrite(key, hash, this.read(key, hash).slice(encodeHeader(key).length) + lines);
  }

  /** Replaces the lines of a log in one step. */
  rewrite(key: string, hash: string, lines: string): void {
    const { calls, durable, temp } = this.#context;
    replaceTextFile(calls, this.#path(hash), encodeHeader(key) + lines, temp.create(), durable);
  }

  /** Removes a log if it exists. */
  remove(hash: string): void {
    const { calls, durable } = this.#context;
    ignoreNotFound(() => calls.unlinkSync(this.#path(hash)));
    if (durable) this.#sync(this.#paths.histories);
  }

  /** Removes the bodies of versions. Those that do not exist are ignored. */
  removeBodies(hash: string, seqs: readonly number[]): void {
    for (const seq of seqs) ignoreNotFound(() => this.#context.calls.unlinkSync(this.bodyPath(hash, seq)));
  }

  /**
   * Gives the body of a version a second name, its path in the history. A file that a killed process has left there is replaced.
   * @returns False on a volume without hard links.
   */
  link(from: string, hash: string, seq: number): boolean {
    return this.#withBodyPath(hash, seq, (path) => {
      try {
        this.#context.calls.linkSync(from, path);
        return true;
      } catch (error) {
        // Linux also refuses a file of another user.
        if (hasErrno(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EACCES')) return false;
        throw error;
      }
    });
  }

  /** Renames a body to its path in the history. */
  moveHere(from: string, hash: string, seq: number): void {
    this.#withBodyPath(hash, seq, (path) => this.#context.calls.renameSync(from, path));
  }

  /** Flushes the directory of the bodies to the disk. */
  syncBodies(): void {
    this.#sync(this.#paths.versions);
  }

  /** Runs an action that creates the body of a version; creates its directory if necessary. */
  #withBodyPath<T>(hash: string, seq: number, action: (path: string) => T): T {
    const { calls } = this.#context;
    const path = this.bodyPath(hash, seq);
    for (let attempt = 1; ; attempt++) {
      try {
        return action(path);
      } catch (error) {
        if (attempt >= maxAttempts) throw error;
        if (hasErrno(error, 'EEXIST')) ignoreNotFound(() => calls.unlinkSync(path));
        else if (hasErrno(error, 'ENOENT', 'ENOTDIR') && lstatOrUndefined(calls, this.#paths.versions) === undefined)
          this.#makeDirectory(this.#paths.versions);
        else throw error;
      }
    }
  }

  #sync(directory: string): void {
    ignoreNotFound(() => syncDirectory(this.#context.calls, directory));
  }

  #read(hash: string, maxBytes: number): string {
    const { calls } = this.#context;
    try {
      const fd = calls.openSync(this.#path(hash), openFlags.read);
      try {
        const stats = calls.fstatSync(fd);
        return stats.isFile() ? readStart(calls, fd, Math.min(stats.size, maxBytes)) : '';
      } finally {
        calls.closeSync(fd);
      }
    } catch (error) {
      if (isNoRegularFile(error)) return '';
      throw error;
    }
  }

  #open(hash: string): number {
    const { calls } = this.#context;
    const path = this.#path(hash);
    for (let attempt = 1; ; attempt++) {
      try {
        return calls.openSync(path, openFlags.append);
      } catch (error) {
        if (hasErrno(error, 'ENOENT', 'ENOTDIR') && attempt < maxAttempts) this.#makeDirectory(this.#paths.histories);
        else if (isNoRegularFile(error)) throw unsupportedFileType(path);
        else throw error;
      }
    }
  }

  #makeDirectory(path: string): void {
    const { calls, durable } = this.#context;
    const internal = dirname(path);
    // A directory that is removed meanwhile is created by the next attempt.
    ignoreNotFound(() => {
      for (const directory of [dirname(internal), internal, path]) makeInternalDirectory(calls, directory, durable);
    });
  }

  #path(hash: string): string {
    return `${this.#paths.histories}/${hash}`;
  }
}

/** Reads the first bytes of a file. */
function readStart(calls: FileCalls, fd: number, size: number): string {
  const buffer = Buffer.allocUnsafe(size);
  let length = 0;
  for (let count = -1; length < size && count !== 0; length += count) count = calls.readSync(fd, buffer, length, size - length, length);
  return buffer.toString('utf8', 0, length);
}
