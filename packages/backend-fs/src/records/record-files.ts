import { dirname } from 'node:path';
import { hasErrno, look, makeFolder, openFlags, syncFolder, unlessGone, writeAll } from '../system/file-calls.js';
import { inTheWay } from '../system/directories.js';
import { readOpenText, readText } from '../system/read-text.js';
import { encodeLine, findLine, recordHead } from './record-line.js';
import type { RecordLine } from './record-line.js';
import type { Root } from '../root/root.js';

/** A record grows line by line to this length; then only what counts is written anew. */
const longestRecord = 4096;

/** A record that is open for a writer, who has the key's lock. */
export interface OpenRecord {
  readonly digest: string;
  /** Empty for a new record, or something foreign in its place. */
  readonly text: string;
  /** Undefined where nothing can be appended: the record is written anew then. */
  readonly appendTo: number | undefined;
  /** Its file, where one is open. */
  readonly fd: number | undefined;
}

/** The records of one bucket: a file a key. */
export class RecordFiles {
  readonly #root: Root;
  readonly #folder: string;
  readonly #ours = new Set<string>();

  constructor(root: Root, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  /** The text of a record; empty when there is none, or something foreign in its place. */
  read(digest: string): string {
    try {
      return readText(this.#root.calls, this.#path(digest));
    } catch (error) {
      if (isNoRecord(error)) return '';
      throw error;
    }
  }

  /** Does something with a record that is open, and made where it is missing. Under the key's lock. */
  use<T>(digest: string, action: (record: OpenRecord) => T): T {
    const record = this.#open(digest);
    try {
      return action(record);
    } finally {
      if (record.fd !== undefined) this.#root.calls.closeSync(record.fd);
    }
  }

  /**
   * Adds a line, in one call.
   * @param current the state of the present body, whose line must stay.
   */
  append(key: string, { digest, text, appendTo }: OpenRecord, line: RecordLine, current: string | undefined): void {
    const { calls, durable } = this.#root;
    const head = recordHead(key);
    const added = (text === '' ? head : '') + encodeLine(line);
    if (appendTo !== undefined && text.length + added.length <= longestRecord && (text === '' || text.startsWith(`${head}\n`))) {
      writeAll(calls, appendTo, Buffer.from(added));
      if (durable) calls.fsyncSync(appendTo);
      return;
    }
    const kept = current === undefined || current === line.body ? undefined : findLine(text, current);
    this.#replace(digest, head + (kept === undefined ? '' : encodeLine(kept)) + encodeLine(line));
  }

  remove(digest: string): void {
    try {
      unlessGone(() => this.#root.calls.unlinkSync(this.#path(digest)));
    } catch (error) {
      // A foreign folder in its place: it is no record, and harms nobody.
      if (!hasErrno(error, 'EISDIR', 'EPERM', 'ENOTDIR')) throw error;
    }
  }

  /** Writes the folder of a record to the disk. */
  sync(digest: string): void {
    syncFolder(this.#root.calls, this.#shard(digest));
  }

  #open(digest: string): OpenRecord {
    const { calls } = this.#root;
    const fd = this.#openFile(digest);
    if (fd === undefined) return { digest, text: '', appendTo: undefined, fd };
    try {
      const stats = calls.fstatSync(fd);
      const text = stats.isFile() && stats.size > 0 ? readOpenText(calls, fd) : '';
      // A copy of the folder by hard links must not change what it was copied from.
      return { digest, text, appendTo: stats.isFile() && stats.nlink === 1 ? fd : undefined, fd };
    } catch (error) {
      calls.closeSync(fd);
      throw error;
    }
  }

  #openFile(digest: string): number | undefined {
    const path = this.#path(digest);
    for (;;) {
      try {
        return this.#root.calls.openSync(path, openFlags.append);
      } catch (error) {
        if (hasErrno(error, 'ENOENT')) this.#makeShard(digest);
        else if (isNoRecord(error)) return undefined;
        else throw error;
      }
    }
  }

  #replace(digest: string, text: string): void {
    const { calls, temp, durable } = this.#root;
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
    calls.renameSync(path, this.#path(digest));
  }

  #makeShard(digest: string): void {
    const { calls, durable } = this.#root;
    for (const folder of [dirname(dirname(this.#folder)), dirname(this.#folder), this.#folder, this.#shard(digest)])
      makeFolder(calls, folder, durable);
  }

  #shard(digest: string): string {
    return `${this.#folder}/${digest.slice(0, 2)}`;
  }

  #path(digest: string): string {
    const shard = this.#shard(digest);
    if (!this.#ours.has(shard)) this.#requireOurs(shard);
    return `${shard}/${digest}`;
  }

  /** Once a folder: a link in its place would lead outside. What is missing will be made by us. */
  #requireOurs(shard: string): void {
    for (const folder of [this.#folder, shard]) {
      const there = look(this.#root.calls, folder);
      if (there !== undefined && !there.isDirectory()) throw inTheWay(folder);
    }
    this.#ours.add(shard);
  }
}

/** Nothing there, or a link, a folder, a pipe: no record. */
function isNoRecord(error: unknown): boolean {
  return hasErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO', 'EAGAIN');
}
