import { hash } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import type { DeleteCall, DriverCall } from '@anybucket/core/backend';
import type { S3Server } from '../http/s3-server.js';
import { childrenOf, escapeXml, fitsXml, textOf } from '../wire/xml.js';
import type { XmlElement } from '../wire/xml.js';
import { bounded } from './bounded.js';
import { requireBucket } from './buckets.js';

type Failure = { readonly key: string; readonly error: StorageError };

/** DeleteObject. */
export async function deleteObject(server: S3Server, bucket: string, key: string, { versionId, signal }: DeleteCall): Promise<void> {
  await server.headers({ method: 'DELETE', bucket, key, query: { versionId }, signal, repeatable: true });
}

/** DeleteObjects; keys that XML can't carry go one by one. */
export async function deleteObjects(server: S3Server, bucket: string, keys: readonly string[], { signal }: DriverCall): Promise<Failure[]> {
  const batch = keys.filter(fitsXml);
  if (keys.length === 0) await requireBucket(server, bucket, signal);
  const failures = batch.length === 0 ? [] : await deleteBatch(server, bucket, batch, signal);
  const others = keys.filter((key) => !fitsXml(key));
  const results = await bounded(others, async (key) => deleteAlone(server, bucket, key, signal));
  return [...failures, ...results.filter((failure) => failure !== undefined)];
}

async function deleteAlone(server: S3Server, bucket: string, key: string, signal: AbortSignal | undefined): Promise<Failure | undefined> {
  try {
    await deleteObject(server, bucket, key, { signal });
    return undefined;
  } catch (error) {
    // What isn't about this key is about all of them.
    if (!(error instanceof StorageError) || isStorageError(error, 'NoSuchBucket')) throw error;
    return { key, error };
  }
}

async function deleteBatch(server: S3Server, bucket: string, keys: readonly string[], signal: AbortSignal | undefined): Promise<Failure[]> {
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join('');
  const payload = Buffer.from(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}</Delete>`);
  const headers = { 'content-md5': hash('md5', payload, 'base64'), 'content-type': 'application/xml' };
  const call = { method: 'POST', bucket, query: { delete: '' }, headers, payload, signal, repeatable: true } as const;
  return server.xml(call, (document) => failuresIn(document, keys));
}

/** A key of which the server says nothing has not been deleted: silence is no success. */
function failuresIn(document: XmlElement, keys: readonly string[]): Failure[] {
  const deleted = new Set(childrenOf(document, 'Deleted').map((element) => textOf(element, 'Key')));
  const refused = new Map(childrenOf(document, 'Error').map((element) => [textOf(element, 'Key'), element]));
  return keys.flatMap((key) => {
    const error = refused.get(key);
    if (error !== undefined)
      return [
        {
          key,
          error: new StorageError({
            code: textOf(error, 'Code') ?? 'InternalError',
            message: textOf(error, 'Message') ?? 'the server gave no reason',
          }),
        },
      ];
    return deleted.has(key)
      ? []
      : [{ key, error: new StorageError({ code: 'InternalError', message: 'the server did not say what became of this key' }) }];
  });
}
