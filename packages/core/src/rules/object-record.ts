import type { Checksum, ListedObject, ObjectInfo, Tags } from '../api/object-info.js';
import type { DriverEntry, ListCall, StoredAttributes } from '../driver/calls.js';

/** The attributes that a backend stores for an object. */
export interface ObjectRecord {
  /** Size in bytes. */
  readonly size: number;
  readonly etag: string;
  /** Whole seconds; a number is in milliseconds since the epoch. */
  readonly lastModified: Date | number;
  /** The time in milliseconds since the epoch, if it is known more exactly. */
  readonly modifiedMs?: number | undefined;
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  /** Undefined in a bucket without versions, and for the version `null`. */
  readonly versionId?: string | undefined;
  readonly checksum?: Checksum | undefined;
}

const optionalHeaders = ['cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage'] as const;

/** Returns the public metadata of an object. The result shares no mutable state with the record. */
export function toObjectInfo(key: string, record: ObjectRecord): ObjectInfo {
  // Assigns each header: rest and spread would dominate the cost of a `stat` in memory.
  const info: { -readonly [Name in keyof ObjectInfo]: ObjectInfo[Name] } = toListedObject(key, record);
  const { attributes, tags } = record;
  for (const name of optionalHeaders) {
    const value = attributes[name];
    if (value !== undefined) info[name] = value;
  }
  if (attributes.expires !== undefined) info.expires = new Date(attributes.expires);
  const tagCount = Object.keys(tags).length;
  if (tagCount > 0) info.tagCount = tagCount;
  if (record.versionId !== undefined) info.versionId = record.versionId;
  if (record.checksum !== undefined) info.checksum = { ...record.checksum };
  return info;
}

/** Returns an entry of a listing. */
export function toListEntry(key: string, record: ObjectRecord, call: Pick<ListCall, 'metadata' | 'details'>): DriverEntry {
  const { size, etag, lastModified, modifiedMs, checksum, tags } = record;
  const entry = call.metadata ? toListedObject(key, record) : { key, size, etag, lastModified: new Date(lastModified) };
  return call.details === true ? { ...entry, details: { modifiedMs, checksum, tags } } : entry;
}

function toListedObject(key: string, { size, etag, lastModified, attributes }: ObjectRecord): ListedObject {
  const { contentType, metadata } = attributes;
  return { key, size, etag, lastModified: new Date(lastModified), contentType, metadata: { ...metadata } };
}
