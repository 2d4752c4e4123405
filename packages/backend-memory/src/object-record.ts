import type { ConditionSubject, StoredAttributes } from '@anybucket/core/backend';
import type { ListedObject, ObjectInfo, ObjectSummary, Tags } from '@anybucket/core';
import type { BodyFile } from './volume.js';

/** What is kept of an object. Never changed: a change makes another one. */
export interface ObjectRecord {
  readonly key: string;
  readonly file: BodyFile;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** Milliseconds, of a whole second. */
  readonly lastModified: number;
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
}

/** All about an object; the answer shares nothing with the store. */
export function infoOf(object: ObjectRecord): ObjectInfo {
  const { metadata, expires, ...headers } = object.attributes;
  const tagCount = Object.keys(object.tags).length;
  return {
    ...summaryOf(object),
    ...(headers as Pick<ObjectInfo, 'contentType'>),
    ...(expires === undefined ? undefined : { expires: new Date(expires) }),
    metadata: { ...metadata },
    ...(tagCount === 0 ? undefined : { tagCount }),
  };
}

/** What a listing with metadata tells. */
export function listedOf(object: ObjectRecord): ListedObject {
  const { key, size, etag, lastModified, attributes } = object;
  return {
    key,
    size,
    etag,
    lastModified: new Date(lastModified),
    contentType: attributes.contentType,
    metadata: { ...attributes.metadata },
  };
}

/** What a listing without metadata tells. */
export function summaryOf({ key, size, etag, lastModified }: ObjectRecord): ObjectSummary {
  return { key, size, etag, lastModified: new Date(lastModified) };
}

/** What conditions are held against. */
export function subjectOf({ etag, lastModified }: ObjectRecord): ConditionSubject {
  return { etag, lastModified: new Date(lastModified) };
}
