import type { ListedObject, ObjectInfo, ObjectSummary, Tags } from '../api/object-info.js';
import type { StoredAttributes } from '../driver/calls.js';

/** What a backend keeps of an object beside its body. */
export interface ObjectRecord {
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** A whole second; as a number in milliseconds. */
  readonly lastModified: Date | number;
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
}

const optionalHeaders = ['cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage'] as const;

/** All that users are told of an object. The answer shares nothing with the record. */
export function toObjectInfo(key: string, record: ObjectRecord): ObjectInfo {
  // Written out: rest and spread of the headers take longer than all else of a `stat` in memory.
  const info: { -readonly [Name in keyof ObjectInfo]: ObjectInfo[Name] } = listedOfRecord(key, record);
  const { attributes, tags } = record;
  for (const name of optionalHeaders) {
    const value = attributes[name];
    if (value !== undefined) info[name] = value;
  }
  if (attributes.expires !== undefined) info.expires = new Date(attributes.expires);
  const tagCount = Object.keys(tags).length;
  if (tagCount > 0) info.tagCount = tagCount;
  return info;
}

/**
 * What a listing tells of an object.
 * @param metadata whether content type and user metadata are wanted (`ListCall.metadata`).
 */
export function toListEntry(key: string, record: ObjectRecord, metadata: boolean): ObjectSummary | ListedObject {
  if (metadata) return listedOfRecord(key, record);
  const { size, etag, lastModified } = record;
  return { key, size, etag, lastModified: new Date(lastModified) };
}

function listedOfRecord(key: string, { size, etag, lastModified, attributes }: ObjectRecord): ListedObject {
  const { contentType, metadata } = attributes;
  return { key, size, etag, lastModified: new Date(lastModified), contentType, metadata: { ...metadata } };
}
