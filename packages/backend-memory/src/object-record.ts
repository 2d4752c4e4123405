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

const optionalHeaders = ['cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage'] as const;

/** All about an object; the answer shares nothing with the store. */
export function infoOf(object: ObjectRecord): ObjectInfo {
  // Written out: rest and spread of the headers take longer than all else of a `stat`.
  const info: { -readonly [Name in keyof ObjectInfo]: ObjectInfo[Name] } = listedOf(object);
  const { attributes, tags } = object;
  for (const name of optionalHeaders) {
    const value = attributes[name];
    if (value !== undefined) info[name] = value;
  }
  if (attributes.expires !== undefined) info.expires = new Date(attributes.expires);
  const tagCount = Object.keys(tags).length;
  if (tagCount > 0) info.tagCount = tagCount;
  return info;
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
