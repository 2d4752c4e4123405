import type { ListedObject, ObjectInfo, ObjectSummary, Tags } from '../object-info.js';
import type { StoredAttributes } from '../driver.js';

/** What a backend keeps of an object beside its body. */
export interface ObjectRecord {
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** A whole second. */
  readonly lastModified: Date;
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
}

/** All that users are told of an object. The answer shares nothing with the record. */
export function infoOfRecord(key: string, record: ObjectRecord): ObjectInfo {
  const { metadata, expires, ...headers } = record.attributes;
  const tagCount = Object.keys(record.tags).length;
  return {
    ...summaryOf(key, record),
    // Of the headers only those that were given are there.
    ...(headers as Pick<ObjectInfo, 'contentType'>),
    ...(expires === undefined ? undefined : { expires: new Date(expires) }),
    metadata: { ...metadata },
    ...(tagCount === 0 ? undefined : { tagCount }),
  };
}

/**
 * What a listing tells of an object.
 * @param metadata whether content type and user metadata are wanted (`ListCall.metadata`).
 */
export function entryOfRecord(key: string, record: ObjectRecord, metadata: boolean): ObjectSummary | ListedObject {
  const summary = summaryOf(key, record);
  if (!metadata) return summary;
  const { attributes } = record;
  return { ...summary, contentType: attributes.contentType, metadata: { ...attributes.metadata } };
}

function summaryOf(key: string, { size, etag, lastModified }: ObjectRecord): ObjectSummary {
  return { key, size, etag, lastModified: new Date(lastModified) };
}
