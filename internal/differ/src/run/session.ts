import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bucket, StoredObject } from '@anybucket/core';
import { bucketNames } from '../generate/places.js';
import type { Backend } from './backend.js';
import { WriteTimes } from './write-times.js';

/** One program on one backend: the buckets that stand for its names, its files, and what it keeps from call to call. */
export class Session {
  readonly backend: Backend;
  readonly times = new WriteTimes();
  readonly tokens = new Map<number, string>();
  readonly held = new Map<number, StoredObject>();
  readonly #real: ReadonlyMap<string, string>;
  readonly #named: ReadonlyMap<string, string>;
  readonly #handles = new Map<string, Bucket>();
  #folder: Promise<string> | undefined;

  constructor(backend: Backend) {
    const run = `differ-${randomBytes(5).toString('hex')}`;
    const pairs = [...bucketNames, 'differ-gone'].map((name) => [name, name.replace('differ', run)] as const);
    this.backend = backend;
    this.#real = new Map(pairs);
    this.#named = new Map(pairs.map(([name, real]) => [real, name]));
  }

  /** The bucket that stands for a name of the program; any other name stands for itself. */
  real<T>(name: T): T | string {
    return this.#real.get(String(name)) ?? name;
  }

  /** The program's name for a bucket; undefined for one that is none of its own. */
  named(real: string): string | undefined {
    return this.#named.get(real);
  }

  /** The same handle for each call of one client. */
  bucket(client: 'first' | 'second' | 'closed', name: string): Bucket {
    const id = `${client} ${name}`;
    const handle = this.#handles.get(id) ?? this.backend.clients[client].bucket(this.real(name));
    this.#handles.set(id, handle);
    return handle;
  }

  /** The path of a file of the program; `folder` is always a folder. */
  async path(name: string, content?: Buffer): Promise<string> {
    const path = join(await this.#ownFolder(), name);
    if (content !== undefined) await writeFile(path, content);
    return path;
  }

  /** What a file holds; undefined when there is none. */
  async read(name: string): Promise<Buffer | undefined> {
    if (this.#folder === undefined) return undefined;
    return readFile(join(await this.#folder, name)).catch(() => undefined);
  }

  /** Lets go of everything and removes the files and the buckets. */
  async end(): Promise<void> {
    await Promise.all(Array.from(this.held.values(), (object) => object.cancel()));
    const names = bucketNames.map((name) => this.real(name));
    await Promise.all(names.map((name) => this.#remove(name)));
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }

  async #remove(name: string): Promise<void> {
    const store = this.backend.clients.first;
    if (!(await store.bucketExists(name))) return;
    const bucket = store.bucket(name);
    // More than once: what is below an object may not be listed before that is gone.
    for (let keys = await bucket.listFilename(); keys.length > 0; keys = await bucket.listFilename()) await bucket.delete(keys);
    await store.removeBucket(name);
  }

  #ownFolder(): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'anybucket-differ-')).then(async (path) => {
      await mkdir(join(path, 'folder'));
      return path;
    });
    return this.#folder;
  }
}
