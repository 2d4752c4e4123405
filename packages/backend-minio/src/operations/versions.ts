import { hash } from 'node:crypto';
import type { ObjectVersion, VersioningState } from '@anybucket/core';
import { unquoteEtag, truncateToSeconds } from '@anybucket/core/backend';
import type { DriverCall } from '@anybucket/core/backend';
import { keyDecoder } from '../s3/list-response.js';
import type { S3Client } from '../s3/s3-client.js';
import { textOf } from '../s3/xml.js';
import type { XmlElement } from '../s3/xml.js';
import { toAcceptedPrefix } from './accepted-prefix.js';
import { requireBucket } from './buckets.js';

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
  let keyMarker: string | undefined;
  let versionIdMarker: string | undefined;
  do {
    const query = {
      versions: '',
      'encoding-type': 'url',
      prefix: acceptedPrefix,
      'key-marker': keyMarker,
      'version-id-marker': versionIdMarker,
    };
    const page = await client.sendForXml({ method: 'GET', bucket, query, signal, idempotent: true }, (document) => document);
    const decode = keyDecoder(page);
    for (const element of page.children) {
      if (element.name === 'Version' || element.name === 'DeleteMarker') versions.push(readVersion(element, decode));
    }
    const isTruncated = textOf(page, 'IsTruncated') === 'true';
    keyMarker = isTruncated ? decode(textOf(page, 'NextKeyMarker') ?? '') : undefined;
    versionIdMarker = isTruncated ? textOf(page, 'NextVersionIdMarker') : undefined;
  } while (keyMarker !== undefined);
  return versions.filter(({ key }) => key.startsWith(prefix));
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
  return client.sendForXml({ method: 'GET', bucket, query: { versioning: '' }, signal, idempotent: true }, (document) => {
    const status = textOf(document, 'Status');
    return status === 'Enabled' ? 'enabled' : status === 'Suspended' ? 'suspended' : 'off';
  });
}

function readVersion(element: XmlElement, decode: (text: string) => string): ObjectVersion {
  return {
    key: decode(textOf(element, 'Key') ?? ''),
    versionId: textOf(element, 'VersionId') ?? 'null',
    isLatest: textOf(element, 'IsLatest') === 'true',
    isDeleteMarker: element.name === 'DeleteMarker',
    size: Number(textOf(element, 'Size') ?? 0),
    etag: unquoteEtag(textOf(element, 'ETag') ?? ''),
    lastModified: truncateToSeconds(new Date(textOf(element, 'LastModified') ?? 0)),
  };
}
