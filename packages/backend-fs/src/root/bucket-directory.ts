import type { Stats } from 'node:fs';
import { StorageError } from '@anybucket/core/backend';
import { bodyId } from '../records/body-id.js';
import { look, makeFolder, openFlags, hasErrno, unlessGone } from '../system/file-calls.js';
import { inTheWay, parentsOf, removeEmptyTree, removeTree } from '../system/directories.js';
import type { Parents } from '../system/directories.js';
import { HiddenKeys } from '../listing/hashed-keys.js';
import { digestOf, placeOf } from '../layout/key-paths.js';
import { bucketRange, keyRange } from '../locking/locks.js';
import type { LockRange } from '../locking/locks.js';
import { RecordFiles } from '../records/record-files.js';
import type { Root } from './root.js';

/** A body that was found. */
export interface Found {
  readonly path: string;
  /** Its state: a `bodyId`. */
  readonly id: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** What stands in the places of a key. */
export interface Survey {
  /** The body that counts. */
  readonly found: Found | undefined;
  /** The place under the digest. */
  readonly hidden: string;
  /** The place of its own, where the volume can hold the key as a path. */
  readonly own?: { readonly path: string; readonly parents: Parents; readonly there: Stats | undefined };
}

/** The folder of one bucket, and what belongs to it in the hidden folder. */
export class BucketFolder {
  readonly name: string;
  readonly root: Root;
  readonly path: string;
  /** Bodies that can't be at a path of their own, by the digest of their key. */
  readonly bodies: string;
  readonly records: RecordFiles;
  /** The keys whose bodies are in {@link bodies}. */
  readonly hiddenKeys: HiddenKeys;
  readonly #hidden: string;
  readonly #range: LockRange;
  #isOurs = false;

  constructor(root: Root, name: string) {
    this.root = root;
    this.name = name;
    this.path = `${root.path}/${name}`;
    this.#hidden = `${root.hidden}/buckets/${name}`;
    this.bodies = `${this.#hidden}/bodies`;
    this.records = new RecordFiles(root, `${this.#hidden}/records`);
    this.hiddenKeys = new HiddenKeys(root.folders, this.bodies, this.records);
    this.#range = bucketRange(name);
  }

  exists(): boolean {
    return look(this.root.calls, this.path)?.isDirectory() === true;
  }

  /** @throws `NoSuchBucket`; `AccessDenied` for a link among the hidden folders. */
  require(): void {
    if (!this.exists()) throw new StorageError({ code: 'NoSuchBucket', bucket: this.name, message: 'the bucket does not exist' });
    if (!this.#isOurs) this.#requireOurs();
  }

  /** Does something while nobody else writes this key. */
  locked<T>(key: string, signal: AbortSignal | undefined, action: () => T): Promise<T> {
    return this.root.locks.run(keyRange(this.#range, digestOf(key)), signal, action);
  }

  /** The place under a key's digest. */
  hiddenBody(key: string): string {
    return `${this.bodies}/${digestOf(key)}`;
  }

  /**
   * Looks at a key's places: its path first, then under its digest. A body moves the first way only with a newer one in its place, so who
   * finds none while a writer is at work must look again under the lock.
   */
  survey(key: string): Survey {
    const { calls, rules } = this.root;
    const hidden = this.hiddenBody(key);
    if ('digest' in placeOf(key, rules)) return { found: foundAt(hidden, look(calls, hidden)), hidden };
    const path = `${this.path}/${key}`;
    const parents = parentsOf(calls, this.path, key);
    const there = parents === 'folders' ? look(calls, path) : undefined;
    return { found: foundAt(path, there) ?? foundAt(hidden, look(calls, hidden)), hidden, own: { path, parents, there } };
  }

  /** A key's body; undefined when there is none. */
  find(key: string): Found | undefined {
    return this.survey(key).found;
  }

  /** The same, sure that there is none when it finds none. @throws `NoSuchBucket`. */
  async findSurely(key: string, signal: AbortSignal | undefined): Promise<Found | undefined> {
    return this.find(key) ?? this.locked(key, signal, () => this.find(key));
  }

  /** Opens a body that was found. @returns undefined when it is another one by now. */
  open(found: Found): number | undefined {
    const { calls } = this.root;
    let fd: number;
    try {
      fd = calls.openSync(found.path, openFlags.read);
    } catch (error) {
      if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return undefined;
      throw error;
    }
    const stats = calls.fstatSync(fd);
    if (stats.isFile() && bodyId(stats) === found.id) return fd;
    calls.closeSync(fd);
    return undefined;
  }

  /** @returns false when it is there already. @throws `BucketAlreadyExists` for a file or a link in its place. */
  create(signal: AbortSignal | undefined): Promise<boolean> {
    const { calls, locks } = this.root;
    return locks.run(this.#range, signal, () => {
      if (this.exists()) return false;
      // The folder was removed by hand: what it left must not come back in a new one.
      removeTree(calls, this.#hidden);
      if (makeFolder(calls, this.path)) return true;
      throw new StorageError({ code: 'BucketAlreadyExists', message: `${this.path} is no folder` });
    });
  }

  /** @returns false when there was none. @throws `BucketNotEmpty`. */
  remove(signal: AbortSignal | undefined): Promise<boolean> {
    const { calls, locks } = this.root;
    return locks.run(this.#range, signal, () => {
      if (!this.exists()) return false;
      if (this.#holdsHiddenBody() || !removeEmptyTree(calls, this.path))
        throw new StorageError({ code: 'BucketNotEmpty', message: 'the bucket is not empty' });
      removeTree(calls, this.#hidden);
      return true;
    });
  }

  /** Once: a link in place of a hidden folder would lead outside. What is missing will be made by us. */
  #requireOurs(): void {
    const { calls } = this.root;
    for (const folder of [this.#hidden, this.bodies]) {
      const there = look(calls, folder);
      if (there !== undefined && !there.isDirectory()) throw inTheWay(folder);
    }
    this.#isOurs = true;
  }

  #holdsHiddenBody(): boolean {
    let names: string[] = [];
    unlessGone(() => (names = this.root.calls.readdirSync(this.bodies)));
    return names.length > 0;
  }
}

function foundAt(path: string, stats: Stats | undefined): Found | undefined {
  return stats?.isFile() === true ? { path, id: bodyId(stats), size: stats.size, mtimeMs: stats.mtimeMs } : undefined;
}
