import { hash } from 'node:crypto';
import type { ObjectVersion, VersioningState } from '@anybucket/core';
import { unquoteEtag, truncateToSeconds } from '@anybucket/core/backend';
import type { DriverCall } from '@anybucket/core/backend';
import type { S3Server } from '../http/s3-server.js';
import { keyDecoder } from '../wire/listing-answer.js';
import { textOf } from '../wire/xml.js';
import type { XmlElement } from '../wire/xml.js';
import { requireBucket } from './buckets.js';
import { servablePrefix } from './servable.js';

/** ListObjectVersions, every page. */
export async function listVersions(
  server: S3Server,
  bucket: string,
  asked: string,
  signal: AbortSignal | undefined,
): Promise<ObjectVersion[]> {
  const { prefix, possible } = servablePrefix(asked);
  if (!possible) {
    await requireBucket(server, bucket, signal);
    return [];
  }
  const versions: ObjectVersion[] = [];
  let keyMarker: string | undefined;
  let versionMarker: string | undefined;
  do {
    const query = { versions: '', 'encoding-type': 'url', prefix, 'key-marker': keyMarker, 'version-id-marker': versionMarker };
    const page = await server.xml({ method: 'GET', bucket, query, signal, repeatable: true }, (document) => document);
    const decode = keyDecoder(page);
    for (const element of page.children) {
      if (element.name === 'Version' || element.name === 'DeleteMarker') versions.push(versionOf(element, decode));
    }
    const truncated = textOf(page, 'IsTruncated') === 'true';
    keyMarker = truncated ? decode(textOf(page, 'NextKeyMarker') ?? '') : undefined;
    versionMarker = truncated ? textOf(page, 'NextVersionIdMarker') : undefined;
  } while (keyMarker !== undefined);
  return versions.filter(({ key }) => key.startsWith(asked));
}

/** PutBucketVersioning. */
export async function setVersioning(
  server: S3Server,
  bucket: string,
  state: 'enabled' | 'suspended',
  { signal }: DriverCall,
): Promise<void> {
  const status = state === 'enabled' ? 'Enabled' : 'Suspended';
  const payload = Buffer.from(
    `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></VersioningConfiguration>`,
  );
  const headers = { 'content-md5': hash('md5', payload, 'base64'), 'content-type': 'application/xml' };
  // MinIO takes this for a bucket that does not exist.
  await requireBucket(server, bucket, signal);
  await server.headers({ method: 'PUT', bucket, query: { versioning: '' }, headers, payload, signal, repeatable: true });
}

/** GetBucketVersioning. */
export async function getVersioning(server: S3Server, bucket: string, { signal }: DriverCall): Promise<VersioningState> {
  return server.xml({ method: 'GET', bucket, query: { versioning: '' }, signal, repeatable: true }, (document) => {
    const status = textOf(document, 'Status');
    return status === 'Enabled' ? 'enabled' : status === 'Suspended' ? 'suspended' : 'off';
  });
}

function versionOf(element: XmlElement, decode: (text: string) => string): ObjectVersion {
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
