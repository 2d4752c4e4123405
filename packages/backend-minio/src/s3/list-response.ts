import type { CommonPrefix, ListedObject, ObjectSummary } from '@anybucket/core';
import { decodeMetadataValue, defaultContentType, unquoteEtag, truncateToSeconds } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { metadataPrefix, readDate } from './object-headers.js';
import { protocolError, quoteValue } from './protocol-error.js';
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

/** Reads the response of ListObjectsV2. @throws `InternalError` for a truncated page without a token, and for invalid sizes or dates. */
export function readListObjectsPage(document: XmlElement, response: HttpResponse): ListObjectsPage {
  const decode = keyDecoder(document);
  const objects: (ObjectSummary | ListedObject)[] = [];
  const prefixes: CommonPrefix[] = [];
  for (const element of document.children) {
    if (element.name === 'Contents') objects.push(readObject(element, decode, response));
    else if (element.name === 'CommonPrefixes') prefixes.push({ key: decode(textOf(element, 'Prefix') ?? ''), isPrefix: true });
  }
  const isTruncated = textOf(document, 'IsTruncated') === 'true';
  const token = textOf(document, 'NextContinuationToken') ?? '';
  if (isTruncated && token === '') throw protocolError('a page of a listing is truncated, but has no continuation token', response);
  return { objects, prefixes, nextToken: isTruncated ? token : undefined };
}

/** Returns the decoder of the keys in a response. They are form-encoded, with `+` for a space, if the server supports `encoding-type=url`. */
export function keyDecoder(document: XmlElement): (text: string) => string {
  return textOf(document, 'EncodingType') === 'url' ? (text) => decodeURIComponent(text.replaceAll('+', ' ')) : (text) => text;
}

/** Returns the size in an element of a listing. @throws `InternalError` */
export function readSize(text: string | undefined, response: HttpResponse): number {
  const size = /^\d+$/.test(text ?? '') ? Number(text) : NaN;
  if (!Number.isSafeInteger(size)) throw protocolError(`expected a size in bytes, got ${quoteValue(text)}`, response);
  return size;
}

function readObject(element: XmlElement, decode: (text: string) => string, response: HttpResponse): ObjectSummary | ListedObject {
  let key = '';
  let size: string | undefined;
  let etag = '';
  let lastModified: string | undefined;
  let userMetadata: XmlElement | undefined;
  for (const child of element.children) {
    if (child.name === 'Key') key = decode(child.text);
    else if (child.name === 'Size') size = child.text;
    else if (child.name === 'ETag') etag = unquoteEtag(child.text);
    else if (child.name === 'LastModified') lastModified = child.text;
    else if (child.name === 'UserMetadata') userMetadata = child;
  }
  const summary = { key, size: readSize(size, response), etag, lastModified: truncateToSeconds(readDate(lastModified, response)) };
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
  // MinIO sends them in random order.
  metadata.sort(([a], [b]) => (a < b ? -1 : 1));
  // Not by assignment, which would set the prototype for the name `__proto__`.
  return { contentType, metadata: Object.fromEntries(metadata) };
}

/** Reads the bucket names of a ListBuckets response. */
export function readBucketNames(document: XmlElement): string[] {
  const buckets = childOf(document, 'Buckets');
  return buckets === undefined ? [] : childrenOf(buckets, 'Bucket').map((bucket) => textOf(bucket, 'Name') ?? '');
}
