import { hash } from 'node:crypto';
import type { ObjectVersion, VersioningState } from '@anybucket/core';
import { unquoteEtag, truncateToSeconds } from '@anybucket/core/backend';
import type { DriverCall } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { isTruncated, keyDecoder, readSize, requireText } from '../s3/list-response.js';
import { readDate } from '../s3/object-headers.js';
import { protocolError } from '../s3/protocol-error.js';
import type { S3Client } from '../s3/s3-client.js';
import { textOf } from '../s3/xml.js';
import type { XmlElement } from '../s3/xml.js';
import { toAcceptedPrefix } from './accepted-prefix.js';
import { requireBucket } from './buckets.js';
import { ListProgress } from './list-progress.js';

/** ListObjectVersions, all pages. */
export async function listVersions(
  client: S3Client,
  bucket: string,
  prefix: string,
  signal: AbortSignal | undefined,
): Promise<ObjectVersion[]> {
  const acceptedPrefix = toAcceptedPrefix(prefix);
  if (acceptedPrefix === undefined) {
    await requireBucket(client, bucket, signal);
    return [];
  }
  const versions: ObjectVersion[] = [];
  const seen = new Set<string>();
  const progress = new ListProgress();
  let next: VersionsPage['next'] = {};
  while (next !== undefined) {
    const query: Record<string, string | undefined> = { versions: '', 'encoding-type': 'url', prefix: acceptedPrefix, ...next };
    const page: VersionsPage = await client.sendForXml(
      { method: 'GET', bucket, query, signal, idempotent: true },
      'ListVersionsResult',
      readVersionsPage,
    );
    const seenBefore = seen.size;
    for (const version of page.versions) {
      seen.add(JSON.stringify([version.key, version.versionId]));
      if (version.key.startsWith(prefix)) versions.push(version);
    }
    next = page.next;
    if (next === undefined) break;
    const token = JSON.stringify(next);
    progress.check({ isEmpty: page.versions.length === 0, advances: seen.size > seenBefore, token });
  }
  return versions;
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
    'VersioningConfiguration',
    (document) => {
      const status = textOf(document, 'Status');
      return status === 'Enabled' ? 'enabled' : status === 'Suspended' ? 'suspended' : 'off';
    },
  );
}

/** One page of ListObjectVersions. */
interface VersionsPage {
  readonly versions: readonly ObjectVersion[];
  /** The parameters of the next page. Undefined on the last page. */
  readonly next: { readonly 'key-marker'?: string; readonly 'version-id-marker'?: string | undefined } | undefined;
}

function readVersionsPage(document: XmlElement, response: HttpResponse): VersionsPage {
  const decode = keyDecoder(document);
  const versions = document.children
    .filter(({ name }) => name === 'Version' || name === 'DeleteMarker')
    .map((element) => readVersion(element, decode, response));
  if (!isTruncated(document, response)) return { versions, next: undefined };
  const keyMarker = decode(textOf(document, 'NextKeyMarker') ?? '');
  if (keyMarker === '') throw protocolError('a page of versions is truncated, but has no key marker', response);
  return { versions, next: { 'key-marker': keyMarker, 'version-id-marker': textOf(document, 'NextVersionIdMarker') } };
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
