import { hash } from 'node:crypto';
import type { CommonPrefix, ObjectVersion, VersioningState } from '@anybucket/core';
import { compareKeys, unquoteEtag, truncateToSeconds } from '@anybucket/core/backend';
import type { DriverCall, DriverVersionsPage, ListVersionsCall, VersionMarker } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { isTruncated, keyDecoder, readSize, requireText } from '../s3/list-response.js';
import { readDate } from '../s3/object-headers.js';
import { protocolError } from '../s3/protocol-error.js';
import type { S3Client } from '../s3/s3-client.js';
import { textOf } from '../s3/xml.js';
import type { XmlElement } from '../s3/xml.js';
import { toAcceptedPrefix, toAcceptedStartAfter } from './accepted-prefix.js';
import { requireBucket } from './buckets.js';
import { fold, positionAfter } from './list-position.js';
import type { ListFeatures } from './list-position.js';
import { ListProgress } from './list-progress.js';

/**
 * ListObjectVersions: one page, which may have fewer entries than requested. Sends further requests only while a page has no entry that
 * matches.
 */
export async function listVersions(
  client: S3Client,
  bucket: string,
  call: ListVersionsCall,
  features: ListFeatures,
): Promise<DriverVersionsPage> {
  const { prefix, after, maxKeys, signal } = call;
  const acceptedPrefix = toAcceptedPrefix(prefix, features);
  // The server refuses a key marker without the prefix.
  const start = after !== undefined && after.key.startsWith(acceptedPrefix ?? '') ? after : undefined;
  const isAfterPrefix = after !== undefined && start === undefined && compareKeys(after.key, prefix) > 0;
  if (acceptedPrefix === undefined || isAfterPrefix) {
    await requireBucket(client, bucket, signal);
    return { entries: [], truncated: false };
  }
  // As in ListObjectsV2, MinIO repeats the common prefix at the end of a page for ever, unless the delimiter is `/`.
  const delimiter = call.delimiter === '/' && acceptedPrefix === prefix ? '/' : '';
  const progress = new ListProgress();
  let next: NonNullable<VersionsPage['next']> = start === undefined ? {} : markersOf(start, call, features);
  let position = next['key-marker'] ?? '';
  for (;;) {
    const query: Record<string, string | undefined> = {
      versions: '',
      'encoding-type': 'url',
      'max-keys': String(maxKeys),
      prefix: acceptedPrefix,
      delimiter: delimiter === '' ? undefined : delimiter,
      ...next,
    };
    const page: VersionsPage = await client.sendForXml(
      { method: 'GET', bucket, query, signal, idempotent: true },
      'ListVersionsResult',
      readVersionsPage,
    );
    const entries: VersionsPage['entries'] = [];
    for (const listed of page.entries) {
      const entry = delimiter === call.delimiter ? listed : fold(listed, call);
      const isRepeated = entry.isPrefix === true && entry.key === entries.at(-1)?.key;
      if (entry.key.startsWith(prefix) && isListed(entry, after) && !isRepeated) entries.push(entry);
    }
    const lastKey = page.entries.at(-1)?.key ?? '';
    const isPastPrefix = compareKeys(lastKey, prefix) > 0 && !lastKey.startsWith(prefix);
    // A common prefix is an additional entry on versitygw.
    if (entries.length > maxKeys) return { entries: entries.slice(0, maxKeys), truncated: true };
    if (page.next === undefined || isPastPrefix) return { entries, truncated: false };
    if (entries.length > 0) return { entries, truncated: true };
    // None of the entries matches, so that no version of the last key is skipped.
    const nextPosition = positionAfter(lastKey, call);
    const advances = compareKeys(nextPosition, position) > 0;
    progress.check({ isEmpty: nextPosition === '', advances, token: JSON.stringify(page.next) });
    next = advances ? { 'key-marker': nextPosition } : page.next;
    if (advances) position = nextPosition;
  }
}

/** Returns the query parameters of a position. A marker that the server refuses is shortened; the entries before the position are dropped. */
function markersOf({ key, versionId }: VersionMarker, call: ListVersionsCall, features: ListFeatures): NonNullable<VersionsPage['next']> {
  const accepted = toAcceptedStartAfter(key, features);
  if (accepted !== key) return { 'key-marker': accepted };
  // Behind a common prefix, unless a version of its key is given.
  const position = versionId === undefined ? positionAfter(key, call) : key;
  return position === key ? { 'key-marker': key, 'version-id-marker': versionId } : { 'key-marker': position };
}

function isListed(entry: ObjectVersion | CommonPrefix, after: VersionMarker | undefined): boolean {
  if (after === undefined) return true;
  const order = compareKeys(entry.key, after.key);
  if (order !== 0) return order > 0;
  // A common prefix is also listed after a version of its key.
  return after.versionId !== undefined && (entry.isPrefix === true || entry.versionId !== after.versionId);
}

/** PutBucketVersioning. */
export async function setVersioning(
  client: S3Client,
  bucket: string,
  state: 'enabled' | 'suspended',
  { signal }: DriverCall,
): Promise<void> {
  const status = state === 'enabled' ? 'Enabled' : 'Suspended';
  const payload = Buffer.from(
    `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></VersioningConfiguration>`,
  );
  const headers = { 'content-md5': hash('md5', payload, 'base64'), 'content-type': 'application/xml' };
  // MinIO accepts this request for a bucket that does not exist.
  await requireBucket(client, bucket, signal);
  await client.sendForHeaders({ method: 'PUT', bucket, query: { versioning: '' }, headers, payload, signal, idempotent: true });
}

/** GetBucketVersioning. */
export async function getVersioning(client: S3Client, bucket: string, { signal }: DriverCall): Promise<VersioningState> {
  return client.sendForXml(
    { method: 'GET', bucket, query: { versioning: '' }, signal, idempotent: true },
    // moto has a name of its own for it.
    ['VersioningConfiguration', 'GetBucketVersioningResponse'],
    (document) => {
      const status = textOf(document, 'Status');
      return status === 'Enabled' ? 'enabled' : status === 'Suspended' ? 'suspended' : 'off';
    },
  );
}

/** One page of ListObjectVersions. */
interface VersionsPage {
  /** Ordered by key. */
  readonly entries: (ObjectVersion | CommonPrefix)[];
  /** The parameters of the next page. Undefined on the last page. */
  readonly next: { readonly 'key-marker'?: string; readonly 'version-id-marker'?: string | undefined } | undefined;
}

function readVersionsPage(document: XmlElement, response: HttpResponse): VersionsPage {
  const decode = keyDecoder(document);
  const entries: (ObjectVersion | CommonPrefix)[] = [];
  for (const element of document.children) {
    if (element.name === 'Version' || element.name === 'DeleteMarker') entries.push(readVersion(element, decode, response));
    else if (element.name === 'CommonPrefixes') entries.push({ key: decode(requireText(element, 'Prefix', response)), isPrefix: true });
  }
  // The order of a key's versions is kept.
  entries.sort((left, right) => compareKeys(left.key, right.key));
  if (!isTruncated(document, response)) return { entries, next: undefined };
  const keyMarker = decode(textOf(document, 'NextKeyMarker') ?? '');
  if (keyMarker === '') throw protocolError('a page of versions is truncated, but has no key marker', response);
  return { entries, next: { 'key-marker': keyMarker, 'version-id-marker': textOf(document, 'NextVersionIdMarker') } };
}

function readVersion(element: XmlElement, decode: (text: string) => string, response: HttpResponse): ObjectVersion {
  const isDeleteMarker = element.name === 'DeleteMarker';
  return {
    key: decode(requireText(element, 'Key', response)),
    versionId: textOf(element, 'VersionId') ?? 'null',
    isLatest: textOf(element, 'IsLatest') === 'true',
    isDeleteMarker,
    size: isDeleteMarker ? 0 : readSize(textOf(element, 'Size'), response),
    etag: unquoteEtag(textOf(element, 'ETag') ?? ''),
    lastModified: truncateToSeconds(readDate(textOf(element, 'LastModified'), response)),
  };
}
