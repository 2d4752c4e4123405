import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { types } from 'node:util';
import {
  StorageError,
  checkBucketName,
  defaultContentType,
  defaultPartSize,
  etagOf,
  multipartEtag,
  normaliseHeaders,
  normaliseMetadata,
  normaliseTags,
  parseVersionId,
  partRange,
  truncateToSeconds,
} from '@anybucket/core/backend';
import type { ObjectPart } from '@anybucket/core/backend';
import type { Checksum, Metadata, ObjectHeaders, Tags, VersioningState } from '@anybucket/core';
import { asBuffer, copyContent } from './content.js';
import { entriesOf, latestVersion } from './object-index.js';
import { receiveBytes } from './receive.js';
import type { StoredEntry, StoredRecord } from './stored-entry.js';
import type { Store } from './store.js';

/** The body of an initial object: text, bytes, or bytes in base64. */
export type SeedBody = string | Uint8Array | { readonly base64: string };

/** An initial object with attributes, or one version of it. Has one of `text`, `bytes` and `base64`, unless it is a delete marker. */
export interface SeedObject extends Omit<ObjectHeaders, 'expires'> {
  readonly text?: string | undefined;
  readonly bytes?: Uint8Array | undefined;
  readonly base64?: string | undefined;
  /** A string is a date in ISO format. */
  readonly expires?: Date | string | undefined;
  /** @defaultValue no metadata */
  readonly metadata?: Metadata | undefined;
  /** @defaultValue no tags */
  readonly tags?: Tags | undefined;
  /** A string is a date in ISO format; a number is in milliseconds since the epoch. @defaultValue the time of the clock */
  readonly lastModified?: Date | string | number | undefined;
  /** The parts of an object that was uploaded in parts, ordered by number. They determine its ETag. @defaultValue parts of 16 MiB */
  readonly parts?: readonly ObjectPart[] | undefined;
  readonly checksum?: Checksum | undefined;
  /** In a list of versions: a UUID, or `null`. @defaultValue a random UUID */
  readonly versionId?: string | undefined;
  /** In a list of versions: whether this is a delete marker. @defaultValue false */
  readonly isDeleteMarker?: boolean | undefined;
}

/** Settings of an initial bucket. */
export interface SeedSettings {
  readonly versioning?: VersioningState | undefined;
}

/**
 * Initial buckets: by bucket and key, the body of an object, an object with attributes, or the versions of an object from newest to oldest.
 * The entry `''`, which is not a valid key, has the settings of the bucket.
 */
export type BucketSeeds = Readonly<Record<string, Readonly<Record<string, SeedBody | SeedObject | readonly SeedObject[] | SeedSettings>>>>;

/** An object, or one version of it, in the result of `toJSON()`. Dates are in ISO format. */
export interface StoredObjectJson extends SeedObject {
  readonly bytes?: never;
  readonly expires?: string;
  readonly lastModified: string;
}

/**
 * The contents of a store by bucket and key: UTF-8 as text, other bytes as base64. Objects without attributes are their body alone. The entry
 * `''` has the settings of a bucket with versions.
 */
export type StoredBodies = Record<
  string,
  Record<string, string | { base64: string } | StoredObjectJson | StoredObjectJson[] | SeedSettings>
>;

/** The entry of a bucket with its settings. */
const settingsEntry = '';

/** Creates initial buckets and objects. @throws `InvalidArgument`, `InvalidBucketName`, `InvalidKey`, `KeyTooLongError`, and those of a put */
export function seedStore(store: Store, buckets: BucketSeeds): void {
  for (const [bucket, seeds] of Object.entries<unknown>(buckets)) {
    checkBucketName(bucket);
    if (typeof seeds !== 'object' || seeds === null) throw invalidArgument('a bucket must be an object: `{ key: body }`', { bucket });
    store.createBucket(bucket);
    const entries: Record<string, unknown> = { ...seeds };
    if (Object.hasOwn(entries, settingsEntry)) store.bucket(bucket).versioning = versioningOfSettings(entries[settingsEntry], bucket);
    for (const [key, seed] of Object.entries(entries)) if (key !== settingsEntry) new KeySeed(store, bucket, key).add(seed);
  }
}

/**
 * Returns the contents in the format of seeds, in listing order.
 * @param times whether to include the times of objects that have no other attributes.
 */
export function storedBodies(store: Store, times: boolean): StoredBodies {
  const buckets: StoredBodies = {};
  for (const name of store.bucketNames()) {
    const bucket = store.bucket(name);
    const { objects, versioning } = bucket;
    const entries: [string, StoredBodies[string][string]][] = versioning === 'off' ? [] : [[settingsEntry, { versioning }]];
    for (const history of objects.histories()) {
      const { latest } = history;
      const isVersioned = store.versioningOf(latest.key, bucket) !== 'off';
      const object = latestVersion(history);
      if (isVersioned || object === undefined) entries.push([latest.key, entriesOf(history).map((entry) => toVersionJson(entry))]);
      else entries.push([latest.key, times || hasAttributes(object) ? toObjectJson(object) : toBodyJson(object)]);
    }
    buckets[name] = Object.fromEntries(entries);
  }
  return buckets;
}

/** The initial object or versions of a key. */
class KeySeed {
  readonly #store: Store;
  readonly #bucket: string;
  readonly #key: string;

  constructor(store: Store, bucket: string, key: string) {
    store.checkKey(key);
    this.#store = store;
    this.#bucket = bucket;
    this.#key = key;
  }

  add(seed: unknown): void {
    if (!Array.isArray(seed)) {
      this.#add(
        this.#toRecord(typeof seed === 'string' || types.isUint8Array(seed) ? toSeedObject(seed) : this.#requireObject(seed), undefined),
      );
      return;
    }
    if (this.#store.versioningOf(this.#key, this.#store.bucket(this.#bucket)) === 'off')
      throw this.#invalid("a list of versions requires the entry `''` of the bucket with `versioning`, and a key that does not end in `/`");
    const ids = new Set<string | undefined>();
    const entries = seed.map((item: unknown) => {
      const object = this.#requireObject(item);
      const versionId = object.versionId === undefined ? randomUUID() : this.#toVersionId(object.versionId);
      if (ids.has(versionId)) throw this.#invalid(`the version ${versionId ?? 'null'} occurs twice`);
      ids.add(versionId);
      return object.isDeleteMarker === true ? this.#toMarker(object, versionId) : this.#toRecord(object, versionId);
    });
    for (const entry of entries.reverse()) this.#add(entry);
  }

  #add(entry: StoredEntry): void {
    this.#store.bucket(this.#bucket).objects.add(entry);
  }

  #toRecord(seed: SeedObject, versionId: string | undefined): StoredRecord {
    const {
      text,
      bytes,
      base64,
      expires,
      metadata,
      tags,
      lastModified,
      parts,
      checksum,
      versionId: _id,
      isDeleteMarker: _marker,
      ...rest
    } = seed;
    const { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, ...unknown } = rest;
    const [extra] = Object.keys(unknown);
    if (extra !== undefined) throw this.#invalid(`unknown field \`${extra.slice(0, 100)}\` of an object`);
    const headers = { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage };
    const body = this.#toBytes(text, bytes, base64);
    const received = receiveBytes(body, defaultPartSize);
    return {
      key: this.#key,
      ...received,
      ...(parts === undefined ? {} : { parts, etag: this.#etagOfParts(body, parts) }),
      lastModified: this.#toTime(lastModified),
      attributes: {
        ...normaliseHeaders({ ...headers, expires: expires === undefined ? undefined : new Date(expires) }),
        metadata: normaliseMetadata(metadata),
      },
      tags: normaliseTags(tags),
      versionId,
      checksum,
    };
  }

  #toMarker({ lastModified }: SeedObject, versionId: string | undefined): StoredEntry {
    return { key: this.#key, versionId, isDeleteMarker: true, lastModified: this.#toTime(lastModified), size: 0, etag: '' };
  }

  #toBytes(text: unknown, bytes: unknown, base64: unknown): Buffer {
    const [body, ...others] = [text, bytes, base64].filter((field) => field !== undefined);
    if (body !== undefined && others.length === 0) {
      if (typeof text === 'string') return Buffer.from(text);
      // Copied, because bytes are stored without a copy.
      if (types.isUint8Array(bytes)) return Buffer.from(bytes);
      if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
    }
    throw this.#invalid('a body must be text, bytes or `{ base64 }`');
  }

  #etagOfParts(body: Buffer, parts: unknown): string {
    if (!isPartList(parts) || parts.reduce((size, part) => size + part.size, 0) !== body.length)
      throw this.#invalid('`parts` must be a list of parts whose sizes add up to the size of the body');
    const digests = parts.map(({ partNumber }) => {
      const { start, end } = partRange(parts, partNumber, body.length);
      return Buffer.from(etagOf(body.subarray(start, end), Infinity), 'hex');
    });
    return multipartEtag(digests);
  }

  #toTime(time: unknown): number {
    if (time === undefined) return this.#store.time();
    const isTime = typeof time === 'string' || typeof time === 'number' || types.isDate(time);
    const milliseconds = isTime ? truncateToSeconds(new Date(time)).getTime() : Number.NaN;
    if (Number.isNaN(milliseconds)) throw this.#invalid('`lastModified` must be a date');
    return milliseconds;
  }

  #toVersionId(versionId: unknown): string | undefined {
    if (typeof versionId !== 'string') throw this.#invalid('`versionId` must be a UUID or `null`');
    return parseVersionId(versionId);
  }

  #requireObject(seed: unknown): SeedObject {
    if (typeof seed !== 'object' || seed === null) throw this.#invalid('a body must be text, bytes or `{ base64 }`');
    return seed;
  }

  #invalid(message: string): StorageError {
    return invalidArgument(message, { bucket: this.#bucket, key: this.#key });
  }
}

function isPartList(value: unknown): value is ObjectPart[] {
  return (
    Array.isArray(value) &&
    value.every((part: Partial<ObjectPart> | null) => Number.isSafeInteger(part?.partNumber) && Number.isSafeInteger(part?.size))
  );
}

function toSeedObject(body: string | Uint8Array): SeedObject {
  return typeof body === 'string' ? { text: body } : { bytes: body };
}

function versioningOfSettings(settings: unknown, bucket: string): VersioningState {
  const { versioning = 'off', ...unknown }: { readonly versioning?: unknown } =
    typeof settings === 'object' && settings !== null ? settings : { versioning: undefined, settings };
  if (!isVersioningState(versioning) || Object.keys(unknown).length > 0)
    throw invalidArgument("the entry `''` must be `{ versioning: 'off' | 'enabled' | 'suspended' }`", { bucket });
  return versioning;
}

function isVersioningState(value: unknown): value is VersioningState {
  return value === 'off' || value === 'enabled' || value === 'suspended';
}

/** Returns whether an object has attributes that its body alone does not have. */
function hasAttributes({ attributes, tags, checksum, parts, size, etag }: StoredRecord): boolean {
  const { metadata, contentType, ...headers } = attributes;
  const isDefault = contentType === defaultContentType && Object.keys(headers).length === 0;
  if (!isDefault || [metadata, tags].some((values) => Object.keys(values).length > 0) || checksum !== undefined) return true;
  return parts !== undefined && !hasDefaultParts(parts, size, etag);
}

function hasDefaultParts(parts: readonly ObjectPart[], size: number, etag: string): boolean {
  return (
    size > defaultPartSize &&
    parts.slice(0, -1).every((part, index) => part.size === defaultPartSize && part.partNumber === index + 1) &&
    etag.endsWith(`-${Math.ceil(size / defaultPartSize)}`)
  );
}

function toBodyJson({ content }: StoredRecord): string | { base64: string } {
  const { text, base64 } = toBodyFields(content);
  return text ?? { base64: base64 ?? '' };
}

function toBodyFields(content: StoredRecord['content']): { readonly text?: string; readonly base64?: string } {
  const buffer = asBuffer(copyContent(content));
  return isUtf8(buffer) ? { text: buffer.toString('utf8') } : { base64: buffer.toString('base64') };
}

function toVersionJson(entry: StoredEntry): StoredObjectJson {
  const { versionId = 'null' } = entry;
  if (entry.isDeleteMarker === true) return { versionId, isDeleteMarker: true, lastModified: new Date(entry.lastModified).toISOString() };
  return { versionId, ...toObjectJson(entry) };
}

function toObjectJson({ content, attributes, tags, checksum, parts, lastModified }: StoredRecord): StoredObjectJson {
  const { metadata, expires, ...headers } = attributes;
  return {
    ...toBodyFields(content),
    ...headers,
    ...(expires === undefined ? {} : { expires: expires.toISOString() }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata: { ...metadata } }),
    ...(Object.keys(tags).length === 0 ? {} : { tags: { ...tags } }),
    ...(checksum === undefined ? {} : { checksum: { ...checksum } }),
    ...(parts === undefined ? {} : { parts: parts.map((part) => ({ ...part })) }),
    lastModified: new Date(lastModified).toISOString(),
  };
}

function invalidArgument(message: string, location: { readonly bucket: string; readonly key?: string }): StorageError {
  return new StorageError({ code: 'InvalidArgument', operation: 'MemoryDatastore', ...location, message });
}
