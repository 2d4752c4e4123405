import { dirname } from 'node:path';
import { makeDirectory, syncDirectory, unsupportedFileType } from '../system/directories.js';
import { hasErrno, ignoreNotFound } from '../system/errno.js';
import { openFlags } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import { lstatOrUndefined, readText, readTextFile, writeAll } from '../system/files.js';
import { encodeHeader, encodeLine, findLine } from './record-line.js';
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

/** The parts of an open root that record files use. */
export interface RecordFilesContext {
  readonly calls: FileCalls;
  readonly durable: boolean;
  /** Provides paths for temp files. */
  readonly temp: { next(): string };
}

/** The records of one bucket: one file per key, named by the hash of the key. */
export class RecordFiles {
  readonly #context: RecordFilesContext;
  readonly #directory: string;
  readonly #checkedShards = new Set<string>();

  constructor(context: RecordFilesContext, directory: string) {
    this.#context = context;
    this.#directory = directory;
  }

  /** Reads a record. @returns An empty string when there is none. */
  read(hash: string): string {
    try {
      return readTextFile(this.#context.calls, this.#path(hash));
    } catch (error) {
      if (isNoRecord(error)) return '';
      throw error;
    }
  }

  /** Opens a record, created if missing, and runs an action with it. The caller must hold the lock of the key. */
  withRecord<T>(hash: string, action: (record: OpenRecord) => T): T {
    const record = this.#open(hash);
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
    if (appendFd !== undefined && text.length + added.length <= maxRecordLength && (text === '' || text.startsWith(`${header}\n`))) {
      writeAll(calls, appendFd, Buffer.from(added));
      if (durable) calls.fsyncSync(appendFd);
      return;
    }
    const current = currentId === undefined || currentId === line.body ? undefined : findLine(text, currentId);
    this.#replace(hash, header + (current === undefined ? '' : encodeLine(current)) + encodeLine(line));
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

  /** Flushes the directory entry of a record to the disk. */
  sync(hash: string): void {
    syncDirectory(this.#context.calls, this.#shard(hash));
  }

  #open(hash: string): OpenRecord {
    const { calls } = this.#context;
    const fd = this.#openFile(hash);
    if (fd === undefined) return { hash, text: '', appendFd: undefined, fd };
    try {
      const stats = calls.fstatSync(fd);
      const text = stats.isFile() && stats.size > 0 ? readText(calls, fd) : '';
      // A file with several hard links belongs to a copy of the root, too (`cp -al`), which must not change.
      return { hash, text, appendFd: stats.isFile() && stats.nlink === 1 ? fd : undefined, fd };
    } catch (error) {
      calls.closeSync(fd);
      throw error;
    }
  }

  #openFile(hash: string): number | undefined {
    const path = this.#path(hash);
    for (;;) {
      try {
        return this.#context.calls.openSync(path, openFlags.append);
      } catch (error) {
        if (hasErrno(error, 'ENOENT')) this.#makeShard(hash);
        else if (isNoRecord(error)) return undefined;
        else throw error;
      }
    }
  }

  #replace(hash: string, text: string): void {
    const { calls, temp, durable } = this.#context;
    const path = temp.next();
    const fd = calls.openSync(path, openFlags.create);
    try {
      writeAll(calls, fd, Buffer.from(text));
      if (durable) calls.fsyncSync(fd);
    } catch (error) {
      calls.unlinkSync(path);
      throw error;
    } finally {
      calls.closeSync(fd);
    }
    calls.renameSync(path, this.#path(hash));
  }

  #makeShard(hash: string): void {
    const { calls, durable } = this.#context;
    for (const directory of [dirname(dirname(this.#directory)), dirname(this.#directory), this.#directory, this.#shard(hash)])
      makeDirectory(calls, directory, durable);
  }

  #shard(hash: string): string {
    return `${this.#directory}/${hash.slice(0, 2)}`;
  }

  #path(hash: string): string {
    const shard = this.#shard(hash);
    if (!this.#checkedShards.has(shard)) this.#checkShard(shard);
    return `${shard}/${hash}`;
  }

  /** Checks once per directory that it is not a symbolic link, which might lead outside of the root. */
  #checkShard(shard: string): void {
    for (const directory of [this.#directory, shard]) {
      const stats = lstatOrUndefined(this.#context.calls, directory);
      if (stats !== undefined && !stats.isDirectory()) throw unsupportedFileType(directory);
    }
    this.#checkedShards.add(shard);
  }
}

/** Returns whether a path could not be opened because it holds no regular file. */
function isNoRecord(error: unknown): boolean {
  return hasErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO', 'EAGAIN');
}
