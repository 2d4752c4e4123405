import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bucket, ObjectVersionId, StoredObject, Upload, VersionMarker } from '@anybucket/core';
import { missingUpload } from '../calls/call.js';
import type { Client, VersionIdPlaceholder } from '../calls/call.js';
import { bucketNames } from '../generate/targets.js';
import type { Backend } from './backend.js';
import { IdBindings } from './id-bindings.js';
import { WriteTimes } from './write-times.js';

/** The run of one program on one backend: its real bucket names, its files, and the state kept between calls. */
export class Session {
  readonly backend: Backend;
  readonly times = new WriteTimes();
  readonly ids = new IdBindings();
  /** By slot. */
  readonly tokens = new Map<number, string>();
  /** By slot. */
  readonly markers = new Map<number, VersionMarker>();
  /** By slot: the upload, and its bucket by the name in the program. */
  readonly uploads = new Map<number, { readonly bucket: string; readonly upload: Upload }>();
  /** By slot. */
  readonly heldObjects = new Map<number, StoredObject>();
  readonly #realNames: ReadonlyMap<string, string>;
  readonly #programNames: ReadonlyMap<string, string>;
  readonly #buckets = new Map<string, Bucket>();
  #folder: Promise<string> | undefined;

  constructor(backend: Backend) {
    const prefix = `differ-${randomBytes(5).toString('hex')}`;
    const pairs = [...bucketNames, 'differ-gone'].map((name) => [name, name.replace('differ', prefix)] as const);
    this.backend = backend;
    this.#realNames = new Map(pairs);
    this.#programNames = new Map(pairs.map(([name, realName]) => [realName, name]));
  }

  /** Returns the real name of a bucket of the program; any other value unchanged. */
  realName<T>(name: T): T | string {
    return this.#realNames.get(String(name)) ?? name;
  }

  /** Returns the program's name of a bucket; undefined for a bucket of another program. */
  programName(realName: string): string | undefined {
    return this.#programNames.get(realName);
  }

  /** Returns a bucket, the same handle for all calls of one client. */
  bucket(client: Client, name: string): Bucket {
    const id = `${client} ${name}`;
    const bucket = this.#buckets.get(id) ?? this.backend.clients[client].bucket(this.realName(name));
    this.#buckets.set(id, bucket);
    return bucket;
  }

  /**
   * Returns the upload of a slot, or a missing one of the bucket. The first client has the handle that began it; the others resume it by its
   * id, as another process does.
   */
  upload(client: Client, slot: number, bucket: string): Upload {
    const { upload, bucket: name = bucket } = this.uploads.get(slot) ?? {};
    if (upload !== undefined && client === 'first') return upload;
    const { key, id } = upload ?? missingUpload;
    return this.bucket(client, name).upload(key, id);
  }

  /** Returns the id of a version: the reported one, or that at an index of the listed history. Undefined if it is not listed. */
  async versionId({ name, bucket, key, index }: VersionIdPlaceholder): Promise<string | undefined> {
    const known = this.ids.version(name);
    if (known !== undefined || !this.backend.clients.first.capabilities.versioning) return known;
    const versions = await this.bucket('first', bucket).listVersions({ prefix: key });
    return versions.filter((version) => version.key === key)[index]?.versionId;
  }

  /** Returns the path of a file of the program, after writing the content if there is one. `folder` is a folder. */
  async path(name: string, content?: Buffer): Promise<string> {
    const path = join(await this.#ownFolder(), name);
    if (content !== undefined) await writeFile(path, content);
    return path;
  }

  /** Returns the content of a file of the program; undefined when it does not exist. */
  async read(name: string): Promise<Buffer | undefined> {
    if (this.#folder === undefined) return undefined;
    return readFile(join(await this.#folder, name)).catch(() => undefined);
  }

  /** Closes open bodies, and removes the files and buckets. */
  async end(): Promise<void> {
    await Promise.all(Array.from(this.heldObjects.values(), (object) => object.cancel()));
    const names = bucketNames.map((name) => this.realName(name));
    await Promise.all(names.map((name) => this.#removeBucket(name)));
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }

  async #removeBucket(name: string): Promise<void> {
    const datastore = this.backend.clients.first;
    if (!(await datastore.bucketExists(name))) return;
    const bucket = datastore.bucket(name);
    const { versioning, uploads } = datastore.capabilities;
    if (uploads) for (const { key, id } of await bucket.listUploads()) await bucket.upload(key, id).abort();
    // MinIO removes some delete markers only while versioning is suspended.
    if (versioning && (await bucket.versioning()) === 'enabled') await bucket.setVersioning('suspended');
    const remaining = async (): Promise<readonly ObjectVersionId[]> =>
      versioning ? bucket.listVersions() : bucket.list({ metadata: false });
    // Repeatedly, because some backends list the keys below an object only once it is gone.
    for (let entries = await remaining(); entries.length > 0; entries = await remaining())
      for (const { key, versionId } of entries) await bucket.delete(key, { versionId });
    await datastore.removeBucket(name);
  }

  #ownFolder(): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'anybucket-differ-')).then(async (path) => {
      await mkdir(join(path, 'folder'));
      return path;
    });
    return this.#folder;
  }
}
