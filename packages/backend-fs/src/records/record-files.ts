import { dirname } from 'node:path';
import { makeInternalDirectory, syncDirectory, unsupportedFileType } from '../system/directories.js';
import { hasErrno, ignoreNotFound } from '../system/errno.js';
import { openFlags } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import { isNoRegularFile, readText, readTextFile, writeAll } from '../system/files.js';
import type { TempFile } from '../system/files.js';
import { decodeKey, encodeHeader, encodeLine, findLine, isRecordOf } from './record-line.js';
import type { RecordLine } from './record-line.js';

/** A record is appended to up to this length, and then rewritten with its current lines only. */
const maxRecordLength = 4096;

/** A record that is open for writing. The writer holds the lock of its key. */
export interface OpenRecord {
  readonly hash: string;
  /** Empty for a new record, and where the path holds something other than a record. */
  readonly text: string;
  /** Undefined when the record must be rewritten rather than appended to. */
  readonly appendFd: number | undefined;
  readonly fd: number | undefined;
}

/** Opening a record is repeated so often while its directory is being removed. */
const maxAttempts = 100;

/** The parts of an open root that record files use. */
export interface RecordFilesContext {
  readonly calls: FileCalls;
  readonly durable: boolean;
  readonly temp: { create(): TempFile };
}

/** The records of one bucket: one file per key, named by the hash of the key. */
export class RecordFiles {
  readonly #context: RecordFilesContext;
  readonly #directory: string;

  constructor(context: RecordFilesContext, directory: string) {
    this.#context = context;
    this.#directory = directory;
  }

  /** Reads the record of a key. @returns An empty string when there is none. */
  read(key: string, hash: string): string {
    const text = this.#read(hash);
    return isRecordOf(text, key) ? text : '';
  }

  /** Reads the key of a record. @returns Undefined when there is no record, a damaged one, or one that this user cannot read. */
  readKey(hash: string): string | undefined {
    try {
      return decodeKey(this.#read(hash));
    } catch (error) {
      if (hasErrno(error, 'EACCES', 'EPERM', 'EIO')) return undefined;
      throw error;
    }
  }

  /** Opens a record, created if missing, and runs an action with it. The caller must hold the lock of the key. */
  withRecord<T>(key: string, hash: string, action: (record: OpenRecord) => T): T {
    const record = this.#open(key, hash);
    try {
      return action(record);
    } finally {
      if (record.fd !== undefined) this.#context.calls.closeSync(record.fd);
    }
  }

  /**
   * Appends a line, in one `write` call.
   * @param currentId The `bodyId` of the current body. Its line is kept when the record is rewritten.
   */
  append(key: string, { hash, text, appendFd }: OpenRecord, line: RecordLine, currentId: string | undefined): void {
    const { calls, durable } = this.#context;
    const header = encodeHeader(key);
    const added = (text === '' ? header : '') + encodeLine(line);
    if (appendFd !== undefined && text.length + added.length <= maxRecordLength) {
      writeAll(calls, appendFd, Buffer.from(added));
      if (durable) calls.fsyncSync(appendFd);
    } else {
      const current = currentId === undefined || currentId === line.body ? undefined : findLine(text, currentId);
      this.#replace(hash, header + (current === undefined ? '' : encodeLine(current)) + encodeLine(line));
    }
    // The record may be new, or have replaced another one.
    if (durable) syncDirectory(calls, this.#shard(hash));
  }

  /** Removes a record if it exists. */
  remove(hash: string): void {
    try {
      ignoreNotFound(() => this.#context.calls.unlinkSync(this.#path(hash)));
    } catch (error) {
      // A directory at the path is not a record, and does no harm.
      if (!hasErrno(error, 'EISDIR', 'EPERM', 'ENOTDIR')) throw error;
    }
  }

  #read(hash: string): string {
    try {
      return readTextFile(this.#context.calls, this.#path(hash));
    } catch (error) {
      if (isNoRegularFile(error)) return '';
      throw error;
    }
  }

  #open(key: string, hash: string): OpenRecord {
    const { calls } = this.#context;
    const fd = this.#openFile(hash);
    if (fd === undefined) return { hash, text: '', appendFd: undefined, fd };
    try {
      const stats = calls.fstatSync(fd);
      if (!stats.isFile()) return { hash, text: '', appendFd: undefined, fd };
      const text = stats.size > 0 ? readText(calls, fd) : '';
      // A damaged record, or that of another key, is rewritten.
      if (text !== '' && !isRecordOf(text, key)) return { hash, text: '', appendFd: undefined, fd };
      // A file with several hard links belongs to a copy of the root, too (`cp -al`), which must not change.
      return { hash, text, appendFd: stats.nlink === 1 ? fd : undefined, fd };
    } catch (error) {
      calls.closeSync(fd);
      throw error;
    }
  }

  #openFile(hash: string): number | undefined {
    const path = this.#path(hash);
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#context.calls.openSync(path, openFlags.append);
      } catch (error) {
        if (hasErrno(error, 'ENOENT', 'ENOTDIR') && attempt < maxAttempts) this.#makeShard(hash);
        else if (isNoRegularFile(error)) return undefined;
        else throw error;
      }
    }
  }

  #replace(hash: string, text: string): void {
    const { calls, temp, durable } = this.#context;
    const { path, fd } = temp.create();
    try {
      try {
        writeAll(calls, fd, Buffer.from(text));
        if (durable) calls.fsyncSync(fd);
      } finally {
        calls.closeSync(fd);
      }
      this.#rename(path, this.#path(hash));
    } catch (error) {
      ignoreNotFound(() => calls.unlinkSync(path));
      throw error;
    }
  }

  #rename(from: string, to: string): void {
    const { calls } = this.#context;
    try {
      calls.renameSync(from, to);
    } catch (error) {
      if (!hasErrno(error, 'EISDIR', 'ENOTEMPTY', 'EEXIST')) throw error;
      // An empty directory is in the place of the record.
      try {
        calls.rmdirSync(to);
      } catch {
        throw unsupportedFileType(to);
      }
      calls.renameSync(from, to);
    }
  }

  #makeShard(hash: string): void {
    const { calls, durable } = this.#context;
    // A directory that is removed meanwhile is created by the next attempt.
    ignoreNotFound(() => {
      for (const directory of [dirname(dirname(this.#directory)), dirname(this.#directory), this.#directory, this.#shard(hash)])
        makeInternalDirectory(calls, directory, durable);
    });
  }

  #shard(hash: string): string {
    return `${this.#directory}/${hash.slice(0, 2)}`;
  }

  #path(hash: string): string {
    return `${this.#shard(hash)}/${hash}`;
  }
}
