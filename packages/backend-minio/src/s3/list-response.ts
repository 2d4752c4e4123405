import type { CommonPrefix, ListedObject, ObjectSummary } from '@anybucket/core';
import { decodeMetadataValue, defaultContentType, unquoteEtag, truncateToSeconds } from '@anybucket/core/backend';
import { metadataPrefix } from './object-headers.js';
import { childOf, childrenOf, textOf } from './xml.js';
import type { XmlElement } from './xml.js';

/** One page of ListObjectsV2. */
export interface ListObjectsPage {
  /** `ListedObject`s where the server included the metadata. */
  readonly objects: (ObjectSummary | ListedObject)[];
  readonly prefixes: CommonPrefix[];
  /** Undefined on the last page. */
  readonly nextToken: string | undefined;
}

/** Reads the response of ListObjectsV2. */
export function readListObjectsPage(document: XmlElement): ListObjectsPage {
  const decode = keyDecoder(document);
  const objects: (ObjectSummary | ListedObject)[] = [];
  const prefixes: CommonPrefix[] = [];
  for (const element of document.children) {
    if (element.name === 'Contents') objects.push(readObject(element, decode));
    else if (element.name === 'CommonPrefixes') prefixes.push({ key: decode(textOf(element, 'Prefix') ?? ''), isPrefix: true });
  }
  const isTruncated = textOf(document, 'IsTruncated') === 'true';
  return { objects, prefixes, nextToken: isTruncated ? textOf(document, 'NextContinuationToken') : undefined };
}

/** Returns the decoder of the keys in a response. They are form-encoded, with `+` for a space, if the server supports `encoding-type=url`. */
export function keyDecoder(document: XmlElement): (text: string) => string {
  return textOf(document, 'EncodingType') === 'url' ? (text) => decodeURIComponent(text.replaceAll('+', ' ')) : (text) => text;
}

function readObject(element: XmlElement, decode: (text: string) => string): ObjectSummary | ListedObject {
  let key = '';
  let size = 0;
  let etag = '';
  let lastModified = 0;
  let userMetadata: XmlElement | undefined;
  for (const child of element.children) {
    if (child.name === 'Key') key = decode(child.text);
    else if (child.name === 'Size') size = Number(child.text);
    else if (child.name === 'ETag') etag = unquoteEtag(child.text);
    else if (child.name === 'LastModified') lastModified = Date.parse(child.text);
    else if (child.name === 'UserMetadata') userMetadata = child;
  }
  const summary = { key, size, etag, lastModified: truncateToSeconds(lastModified) };
  return userMetadata === undefined ? summary : { ...summary, ...readUserMetadata(userMetadata) };
}

/** Reads MinIO's `UserMetadata` extension, in which each child element is a stored header. */
function readUserMetadata(userMetadata: XmlElement): Pick<ListedObject, 'contentType' | 'metadata'> {
  let contentType = defaultContentType;
  const metadata: [string, string][] = [];
  for (const { name, text } of userMetadata.children) {
    const header = name.toLowerCase();
    if (header.startsWith(metadataPrefix)) metadata.push([header.slice(metadataPrefix.length), decodeMetadataValue(text)]);
    else if (header === 'content-type') contentType = text;
  }
  // Not by assignment, which would set the prototype for the name `__proto__`.
  return { contentType, metadata: Object.fromEntries(metadata) };
}

/** Reads the bucket names of a ListBuckets response. */
export function readBucketNames(document: XmlElement): string[] {
  const buckets = childOf(document, 'Buckets');
  return buckets === undefined ? [] : childrenOf(buckets, 'Bucket').map((bucket) => textOf(bucket, 'Name') ?? '');
}
