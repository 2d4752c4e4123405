import type { Checksum, ListedObject, ObjectInfo, Tags } from '../api/object-info.js';
import type { DriverEntry, ListCall, StoredAttributes } from '../driver/calls.js';
import { noMetadata } from './metadata.js';
import { noTags } from './tags.js';

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

/** Returns the public metadata of an object. The result shares no mutable state with the record. */
export function toObjectInfo(key: string, record: ObjectRecord): ObjectInfo {
  // Assigns each field by its name: a loop, rest or spread would dominate the cost of a `stat` in memory.
  const info: { -readonly [Name in keyof ObjectInfo]: ObjectInfo[Name] } = toListedObject(key, record);
  const { attributes, tags, versionId, checksum } = record;
  const { cacheControl, contentDisposition, contentEncoding, contentLanguage, expires } = attributes;
  if (cacheControl !== undefined) info.cacheControl = cacheControl;
  if (contentDisposition !== undefined) info.contentDisposition = contentDisposition;
  if (contentEncoding !== undefined) info.contentEncoding = contentEncoding;
  if (contentLanguage !== undefined) info.contentLanguage = contentLanguage;
  if (expires !== undefined) info.expires = new Date(expires);
  const tagCount = tags === noTags ? 0 : Object.keys(tags).length;
  if (tagCount > 0) info.tagCount = tagCount;
  if (versionId !== undefined) info.versionId = versionId;
  if (checksum !== undefined) info.checksum = { ...checksum };
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
  return { key, size, etag, lastModified: new Date(lastModified), contentType, metadata: metadata === noMetadata ? {} : { ...metadata } };
}
