import type { CommonPrefix, ListedObject, ObjectSummary } from '@anybucket/core';
import { decodeMetadataValue, defaultContentType, unquoteEtag, truncateToSeconds } from '@anybucket/core/backend';
import { metadataPrefix } from './object-headers.js';
import { childOf, childrenOf, textOf } from './xml.js';
import type { XmlElement } from './xml.js';

/** One page of ListObjectsV2. */
export interface ListingAnswer {
  /** Objects that came with their metadata are {@link ListedObject}s. */
  readonly objects: (ObjectSummary | ListedObject)[];
  readonly prefixes: CommonPrefix[];
  /** Where the server goes on; undefined behind the last page. */
  readonly token: string | undefined;
}

/** Reads a page that was asked for with `encoding-type=url`. */
export function readListing(document: XmlElement): ListingAnswer {
  const decode = keyDecoder(document);
  const objects: (ObjectSummary | ListedObject)[] = [];
  const prefixes: CommonPrefix[] = [];
  for (const element of document.children) {
    if (element.name === 'Contents') objects.push(objectOf(element, decode));
    else if (element.name === 'CommonPrefixes') prefixes.push({ key: decode(textOf(element, 'Prefix') ?? ''), isPrefix: true });
  }
  const truncated = textOf(document, 'IsTruncated') === 'true';
  return { objects, prefixes, token: truncated ? textOf(document, 'NextContinuationToken') : undefined };
}

/** How the keys of an answer are to be read: percent-encoded, with `+` for a space, where the server says that it followed `encoding-type=url`. */
export function keyDecoder(document: XmlElement): (text: string) => string {
  return textOf(document, 'EncodingType') === 'url' ? (text) => decodeURIComponent(text.replaceAll('+', ' ')) : (text) => text;
}

function objectOf(element: XmlElement, decode: (text: string) => string): ObjectSummary | ListedObject {
  let key = '';
  let size = 0;
  let etag = '';
  let lastModified = 0;
  let stored: XmlElement | undefined;
  for (const child of element.children) {
    if (child.name === 'Key') key = decode(child.text);
    else if (child.name === 'Size') size = Number(child.text);
    else if (child.name === 'ETag') etag = unquoteEtag(child.text);
    else if (child.name === 'LastModified') lastModified = Date.parse(child.text);
    else if (child.name === 'UserMetadata') stored = child;
  }
  const summary = { key, size, etag, lastModified: truncateToSeconds(lastModified) };
  return stored === undefined ? summary : { ...summary, ...attributesOf(stored) };
}

/** MinIO's extension: user metadata by their header names, and the headers that are stored, each an element. */
function attributesOf(stored: XmlElement): Pick<ListedObject, 'contentType' | 'metadata'> {
  let contentType = defaultContentType;
  const metadata: [string, string][] = [];
  for (const { name, text } of stored.children) {
    const header = name.toLowerCase();
    if (header.startsWith(metadataPrefix)) metadata.push([header.slice(metadataPrefix.length), decodeMetadataValue(text)]);
    else if (header === 'content-type') contentType = text;
  }
  // Not by assignment: `__proto__` is a name like any other.
  return { contentType, metadata: Object.fromEntries(metadata) };
}

/** The names in an answer to ListBuckets. */
export function readBuckets(document: XmlElement): string[] {
  const buckets = childOf(document, 'Buckets');
  return buckets === undefined ? [] : childrenOf(buckets, 'Bucket').map((bucket) => textOf(bucket, 'Name') ?? '');
}
