import type { Tags } from '@anybucket/core';
import type { S3Call, S3Server } from '../http/s3-server.js';
import { childOf, childrenOf, escapeXml, textOf } from '../wire/xml.js';
import type { XmlElement } from '../wire/xml.js';

interface TagCall {
  readonly versionId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** GetObjectTagging. */
export async function getTags(server: S3Server, bucket: string, key: string, call: TagCall): Promise<Record<string, string>> {
  return server.xml({ method: 'GET', ...tagging(bucket, key, call) }, tagsIn);
}

function tagsIn(document: XmlElement): Record<string, string> {
  const set = childOf(document, 'TagSet');
  const tags = set === undefined ? [] : childrenOf(set, 'Tag');
  return Object.fromEntries(tags.map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']));
}

/** PutObjectTagging, or DeleteObjectTagging for none. */
export async function setTags(server: S3Server, bucket: string, key: string, tags: Tags, call: TagCall): Promise<void> {
  const rows = Object.entries(tags).map(([name, value]) => `<Tag><Key>${escapeXml(name)}</Key><Value>${escapeXml(value)}</Value></Tag>`);
  if (rows.length === 0) {
    await server.headers({ method: 'DELETE', ...tagging(bucket, key, call) });
    return;
  }
  const payload = Buffer.from(`<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${rows.join('')}</TagSet></Tagging>`);
  await server.headers({ method: 'PUT', ...tagging(bucket, key, call), headers: { 'content-type': 'application/xml' }, payload });
}

function tagging(bucket: string, key: string, { versionId, signal }: TagCall): Omit<S3Call, 'method'> {
  return { bucket, key, query: { tagging: '', versionId }, signal, repeatable: true };
}
