import type { Tags } from '@anybucket/core';
import type { DriverCall, Versioned } from '@anybucket/core/backend';
import type { S3Request } from '../s3/request.js';
import type { S3Client } from '../s3/s3-client.js';
import { childOf, childrenOf, escapeXml, textOf } from '../s3/xml.js';
import type { XmlElement } from '../s3/xml.js';

type TagCall = DriverCall & Versioned;

/** GetObjectTagging. */
export async function getTags(client: S3Client, bucket: string, key: string, call: TagCall): Promise<Record<string, string>> {
  return client.sendForXml({ method: 'GET', ...taggingTarget(bucket, key, call) }, 'Tagging', readTags);
}

/** PutObjectTagging, or DeleteObjectTagging when there are no tags. */
export async function setTags(client: S3Client, bucket: string, key: string, tags: Tags, call: TagCall): Promise<void> {
  const elements = Object.entries(tags).map(
    ([name, value]) => `<Tag><Key>${escapeXml(name)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  );
  if (elements.length === 0) {
    await client.sendForHeaders({ method: 'DELETE', ...taggingTarget(bucket, key, call) });
    return;
  }
  const payload = Buffer.from(`<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${elements.join('')}</TagSet></Tagging>`);
  const headers = { 'content-type': 'application/xml' };
  await client.sendForHeaders({ method: 'PUT', ...taggingTarget(bucket, key, call), headers, payload });
}

function readTags(document: XmlElement): Record<string, string> {
  const set = childOf(document, 'TagSet');
  const tags = set === undefined ? [] : childrenOf(set, 'Tag');
  return Object.fromEntries(tags.map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']));
}

function taggingTarget(bucket: string, key: string, { versionId, signal }: TagCall): Omit<S3Request, 'method'> {
  return { bucket, key, query: { tagging: '', versionId }, signal, idempotent: true };
}
