import { randomUUID } from 'node:crypto';
import {
  StorageError,
  checkAnyKey,
  checkKey,
  compareKeys,
  evaluateWriteConditions,
  findVersion,
  isVersion,
  newVersionId,
  parseVersionId,
  planDelete,
  planWrite,
  selectVersion,
  truncateToSeconds,
  versioningOf,
} from '@anybucket/core/backend';
import type { DeleteOutcome, KeyRules, ObjectPart, StoredAttributes } from '@anybucket/core/backend';
import type { Checksum, Tags, VersioningState, WriteConditions } from '@anybucket/core';
import type { Content } from './content.js';
import { ObjectIndex } from './object-index.js';
import type { FrozenIndex } from './object-index.js';
import type { StoredRecord } from './stored-entry.js';
import { UploadIndex } from './upload-index.js';
import type { StoredUpload, UploadStart } from './upload-index.js';

/** A new version of an object. */
export interface NewVersion {
  readonly content: Content;
  /** Size in bytes. */
  readonly size: number;
  readonly etag: string;
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  readonly checksum?: Checksum | undefined;
  readonly parts?: readonly ObjectPart[] | undefined;
}

/** The contents of a bucket. */
export interface StoredBucket {
  readonly objects: ObjectIndex;
  readonly uploads: UploadIndex;
  versioning: VersioningState;
}

/** A state of a bucket that never changes. */
export interface FrozenBucket {
  readonly objects: FrozenIndex;
  readonly uploads: readonly StoredUpload[];
  readonly versioning: VersioningState;
}

/** Buckets and their objects. Every method is synchronous, and therefore atomic. */
export class Store {
  #buckets = new Map<string, StoredBucket>();
  readonly #now: () => Date | number;
  readonly #acceptsAnyKey: boolean;
  #uploadCount = 0;

  constructor(now: () => Date | number, keys: KeyRules) {
    this.#now = now;
    this.#acceptsAnyKey = keys === 's3';
  }

  /** Validates a key of a seed. Those of calls are valid. @throws `InvalidArgument`, `InvalidKey`, `KeyTooLongError` */
  checkKey(key: string): void {
    if (this.#acceptsAnyKey) checkAnyKey(key);
    else checkKey(key);
  }

  /** Returns the versioning state that applies to a key. By the portable rules, keys that end in `/` never have versions. */
  versioningOf(key: string, { versioning }: Pick<StoredBucket, 'versioning'>): VersioningState {
    return this.#acceptsAnyKey ? versioning : versioningOf(key, versioning);
  }

  bucketNames(): string[] {
    return [...this.#buckets.keys()].sort(compareKeys);
  }

  hasBucket(name: string): boolean {
    return this.#buckets.has(name);
  }

  /** @returns false if the bucket exists. */
  createBucket(name: string): boolean {
    if (this.#buckets.has(name)) return false;
    this.#buckets.set(name, { objects: new ObjectIndex(), uploads: new UploadIndex(), versioning: 'off' });
    return true;
  }

  /** @returns false if the bucket does not exist. @throws `BucketNotEmpty` */
  removeBucket(name: string): boolean {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return false;
    const { size } = bucket.objects;
    if (size > 0) {
      const contents = bucket.versioning === 'off' ? 'object(s)' : 'key(s) with versions or delete markers';
      throw new StorageError({ code: 'BucketNotEmpty', message: `the bucket contains ${size} ${contents}` });
    }
    this.#buckets.delete(name);
    return true;
  }

  /** Returns all buckets by name, in no particular order. */
  buckets(): ReadonlyMap<string, StoredBucket> {
    return this.#buckets;
  }

  /** @throws `NoSuchBucket` */
  bucket(name: string): StoredBucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new StorageError({ code: 'NoSuchBucket', bucket: name, message: 'the bucket does not exist' });
    return bucket;
  }

  /**
   * Returns a version of an object, by default the latest.
   * @throws `InvalidArgument` for a malformed id, `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`
   */
  object(bucket: string, key: string, versionId?: string): StoredRecord {
    if (versionId !== undefined) parseVersionId(versionId);
    const { objects } = this.bucket(bucket);
    // Without the list of versions, whose creation would take as long as the lookup.
    return (versionId === undefined ? objects.get(key) : undefined) ?? selectVersion(objects.history(key), versionId, { bucket, key });
  }

  /** Stores an object. @throws `NoSuchBucket`, `NoSuchKey`, `PreconditionFailed` */
  put(bucket: string, key: string, version: NewVersion, conditions: WriteConditions | undefined): StoredRecord {
    const target = this.bucket(bucket);
    evaluateWriteConditions(conditions, target.objects.get(key));
    return this.#write(target.objects, key, version, newVersionId(this.versioningOf(key, target)));
  }

  /**
   * Deletes an object, or a version of it.
   * @throws `InvalidArgument` for a malformed id, `NoSuchBucket`; `NoSuchKey` or `PreconditionFailed` if `ifMatch` fails
   */
  delete(bucket: string, key: string, versionId?: string, ifMatch?: string): DeleteOutcome {
    if (versionId !== undefined) parseVersionId(versionId);
    const stored = this.bucket(bucket);
    const { objects } = stored;
    const history = objects.history(key);
    const target = versionId === undefined ? history[0] : findVersion(history, versionId);
    evaluateWriteConditions({ ifMatch }, target !== undefined && isVersion(target) ? target : undefined);
    const { removed, marker, outcome } = planDelete(history, this.versioningOf(key, stored), versionId);
    if (marker !== undefined)
      objects.add({ key, ...marker, isDeleteMarker: true, lastModified: this.#timestamp(history[0]), size: 0, etag: '' }, removed);
    else if (removed !== undefined) objects.remove(removed);
    return outcome;
  }

  /** Replaces the tags of an object. The errors are those of `object`. */
  setTags(bucket: string, key: string, tags: Tags, versionId: string | undefined): void {
    const object = this.object(bucket, key, versionId);
    this.bucket(bucket).objects.replace(object, { ...object, tags });
  }

  /** Begins an upload, and returns its id. @throws `NoSuchBucket` */
  createUpload(bucket: string, start: Omit<UploadStart, 'versionId' | 'initiated'>): string {
    const target = this.bucket(bucket);
    // Ids are in the order of creation, so that a listing can continue after an upload that has ended.
    const id = `${(this.#uploadCount++).toString(16).padStart(12, '0')}-${randomUUID()}`;
    // As on MinIO, the state of the bucket at this time decides whether the upload creates a version.
    const versionId = newVersionId(this.versioningOf(start.key, target));
    target.uploads.add(id, { ...start, versionId, initiated: this.time() });
    return id;
  }

  /** Ends an upload with an object. @throws `NoSuchBucket`, `NoSuchKey`, `PreconditionFailed`, `NoSuchUpload`, and the errors of `build` */
  completeUpload(
    bucket: string,
    key: string,
    id: string,
    build: (upload: StoredUpload) => NewVersion,
    conditions: WriteConditions | undefined,
  ): StoredRecord {
    const { objects, uploads } = this.bucket(bucket);
    // As on MinIO, a failed condition takes precedence over a missing upload.
    evaluateWriteConditions(conditions, objects.get(key));
    const upload = uploads.get(key, id);
    const record = this.#write(objects, key, build(upload), upload.versionId);
    uploads.delete(key, id);
    return record;
  }

  /** Returns the current state in a time that does not depend on the number of objects. */
  freeze(): ReadonlyMap<string, FrozenBucket> {
    const state = new Map<string, FrozenBucket>();
    for (const [name, { objects, uploads, versioning }] of this.#buckets)
      state.set(name, { objects: objects.freeze(), uploads: uploads.freeze(), versioning });
    return state;
  }

  /** Replaces the whole contents. */
  restore(state: ReadonlyMap<string, FrozenBucket>): void {
    this.#buckets = new Map();
    for (const [name, { objects, uploads, versioning }] of state)
      this.#buckets.set(name, { objects: new ObjectIndex(objects), uploads: new UploadIndex(uploads), versioning });
  }

  /** Returns the current time in milliseconds, in whole seconds. @throws `InvalidArgument` if the option `now` returned an invalid time */
  time(): number {
    const time = truncateToSeconds(this.#now()).getTime();
    if (Number.isNaN(time)) throw new StorageError({ code: 'InvalidArgument', message: 'the option `now` returned an invalid time' });
    return time;
  }

  #write(objects: ObjectIndex, key: string, version: NewVersion, versionId: string | undefined): StoredRecord {
    const history = objects.history(key);
    const { removed } = planWrite(history, versionId);
    const { content, size, etag, attributes, tags, checksum, parts } = version;
    const lastModified = this.#timestamp(history[0]);
    const modifiedMs = Math.max(lastModified, Number(this.#now()));
    const record = { key, content, size, etag, lastModified, modifiedMs, attributes, tags, versionId, checksum, parts };
    objects.add(record, removed);
    return record;
  }

  /** Returns the time of a write, which is not before that of the latest entry. */
  #timestamp(latest: { readonly lastModified: number } | undefined): number {
    const time = this.time();
    return latest === undefined ? time : Math.max(time, latest.lastModified);
  }
}
