import { hash } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import type { DeleteCall, DriverCall } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { errorOfElement } from '../s3/error-response.js';
import type { S3Client } from '../s3/s3-client.js';
import { childrenOf, escapeXml, isXmlText, textOf } from '../s3/xml.js';
import type { XmlElement } from '../s3/xml.js';
import { requireBucket } from './buckets.js';
import { mapConcurrently } from './concurrency.js';

type DeleteFailure = { readonly key: string; readonly error: StorageError };

/** DeleteObject. */
export async function deleteObject(client: S3Client, bucket: string, key: string, { versionId, signal }: DeleteCall): Promise<void> {
  await client.sendForHeaders({ method: 'DELETE', bucket, key, query: { versionId }, signal, idempotent: true });
}

/** DeleteObjects for all keys that XML can represent, DeleteObject for the others. */
export async function deleteObjects(
  client: S3Client,
  bucket: string,
  keys: readonly string[],
  { signal }: DriverCall,
): Promise<DeleteFailure[]> {
  if (keys.length === 0) await requireBucket(client, bucket, signal);
  const batch = keys.filter(isXmlText);
  const batchFailures = batch.length === 0 ? [] : await deleteBatch(client, bucket, batch, signal);
  const others = keys.filter((key) => !isXmlText(key));
  const otherFailures = await mapConcurrently(others, async (key) => deleteOne(client, bucket, key, signal));
  return [...batchFailures, ...otherFailures.filter((failure) => failure !== undefined)];
}

async function deleteOne(
  client: S3Client,
  bucket: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<DeleteFailure | undefined> {
  try {
    await deleteObject(client, bucket, key, { signal });
    return undefined;
  } catch (error) {
    // A missing bucket fails the whole call.
    if (!(error instanceof StorageError) || isStorageError(error, 'NoSuchBucket')) throw error;
    return { key, error };
  }
}

async function deleteBatch(
  client: S3Client,
  bucket: string,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): Promise<DeleteFailure[]> {
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join('');
  const payload = Buffer.from(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}</Delete>`);
  const headers = { 'content-md5': hash('md5', payload, 'base64'), 'content-type': 'application/xml' };
  const request = { method: 'POST', bucket, query: { delete: '' }, headers, payload, signal, idempotent: true } as const;
  return client.sendForXml(request, 'DeleteResult', (document, response) => readFailures(document, response, keys));
}

/** A key that the response does not mention counts as failed. */
function readFailures(document: XmlElement, response: HttpResponse, keys: readonly string[]): DeleteFailure[] {
  const deleted = new Set(childrenOf(document, 'Deleted').map((element) => textOf(element, 'Key')));
  const errors = new Map(childrenOf(document, 'Error').map((element) => [textOf(element, 'Key'), element]));
  return keys.flatMap((key) => {
    const element = errors.get(key);
    if (element !== undefined) return [{ key, error: errorOfElement(element, response) }];
    if (deleted.has(key)) return [];
    return [{ key, error: new StorageError({ code: 'InternalError', message: 'the response does not mention this key' }) }];
  });
}
