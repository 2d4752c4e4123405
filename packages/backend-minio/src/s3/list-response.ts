import type { CommonPrefix, ListedObject, ObjectSummary } from '@anybucket/core';
import { compareKeys, decodeMetadataValue, defaultContentType, unquoteEtag, truncateToSeconds } from '@anybucket/core/backend';
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

/**
 * Reads the response of ListObjectsV2.
 * @throws `InternalError` for a truncated page without a token, keys that are missing or out of order, and for invalid sizes or dates.
 */
export function readListObjectsPage(document: XmlElement, response: HttpResponse): ListObjectsPage {
  const decode = keyDecoder(document);
  const objects: (ObjectSummary | ListedObject)[] = [];
  const prefixes: CommonPrefix[] = [];
  for (const element of document.children) {
    if (element.name === 'Contents') {
      const object = readObject(element, decode, response);
      // The listing continues after the last key, so that an entry out of order would be lost.
      if (compareKeys(objects.at(-1)?.key ?? '', object.key) > 0) throw protocolError('the keys of a listing are not in order', response);
      objects.push(object);
    } else if (element.name === 'CommonPrefixes') prefixes.push({ key: decode(requireText(element, 'Prefix', response)), isPrefix: true });
  }
  const token = textOf(document, 'NextContinuationToken') ?? '';
  if (!isTruncated(document, response)) return { objects, prefixes, nextToken: undefined };
  if (token === '') throw protocolError('a page of a listing is truncated, but has no continuation token', response);
  return { objects, prefixes, nextToken: token };
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
  if (key === '') throw protocolError('an entry of a listing has no <Key>', response);
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

/** One page of ListBuckets. */
export interface BucketsPage {
  readonly names: readonly string[];
  /** Undefined on the last page. */
  readonly nextToken: string | undefined;
}

/** Reads the response of ListBuckets. @throws `InternalError` for a bucket without a name. */
export function readBucketsPage(document: XmlElement, response: HttpResponse): BucketsPage {
  const buckets = childOf(document, 'Buckets');
  const names = buckets === undefined ? [] : childrenOf(buckets, 'Bucket').map((bucket) => requireText(bucket, 'Name', response));
  const token = textOf(document, 'ContinuationToken') ?? '';
  return { names, nextToken: token === '' ? undefined : token };
}

/** Returns whether a page is not the last. @throws `InternalError` for a value that is neither true nor false. */
export function isTruncated(document: XmlElement, response: HttpResponse): boolean {
  const text = textOf(document, 'IsTruncated') ?? 'false';
  if (text !== 'true' && text !== 'false') throw protocolError(`expected true or false, got ${quoteValue(text)}`, response);
  return text === 'true';
}

/** Returns the text of a child that must not be empty. @throws `InternalError` */
export function requireText(element: XmlElement, name: string, response: HttpResponse): string {
  const text = textOf(element, name) ?? '';
  if (text === '') throw protocolError(`an entry of a listing has no <${name}>`, response);
  return text;
}
