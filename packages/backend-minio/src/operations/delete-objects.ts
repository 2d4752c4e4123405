import { hash } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import { StorageError, parseVersionId } from '@anybucket/core/backend';
import type { DeleteCall, DeleteOutcome, DriverCall, ObjectVersionId } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { errorOfElement } from '../s3/error-response.js';
import { readVersionId, toVersionId, writeConditionHeaders } from '../s3/object-headers.js';
import type { S3Client } from '../s3/s3-client.js';
import { isUnknownVersion } from '../s3/version-id.js';
import { childrenOf, escapeXml, isXmlText, textOf } from '../s3/xml.js';
import type { XmlElement } from '../s3/xml.js';
import { requireBucket } from './buckets.js';
import { mapConcurrently } from './concurrency.js';

type Result = DeleteOutcome | StorageError;

/** DeleteObject. */
export async function deleteObject(
  client: S3Client,
  bucket: string,
  key: string,
  { versionId: requestedId, ifMatch, signal }: DeleteCall,
): Promise<DeleteOutcome> {
  const versionId = requestedId === undefined ? undefined : canonicalId(requestedId);
  // DeleteObject does not remove the delete marker `null` of a bucket with versions, but moves it to the top. DeleteObjects removes it.
  if (versionId === 'null' && isXmlText(key)) {
    const [result = unanswered()] = await deleteBatch(client, bucket, [{ key, versionId }], signal);
    if (result instanceof StorageError) throw result;
    return {};
  }
  const headers = writeConditionHeaders({ ifMatch });
  // After a lost response, the retry of a conditional deletion would report its own success as a missing object.
  const idempotent = ifMatch === undefined;
  try {
    const response = await client.sendForHeaders({ method: 'DELETE', bucket, key, query: { versionId }, headers, signal, idempotent });
    return toOutcome(readVersionId(response).versionId, response.header('x-amz-delete-marker') === 'true');
  } catch (error) {
    // A version that does not exist, which MinIO and AWS ignore, unless the id is malformed.
    if (!isStorageError(error, 'NoSuchVersion')) throw error;
    return toOutcome(versionId, false);
  }
}

/** Returns the form of a version id that listings have: the response repeats the one that was sent. A malformed id is left to the server. */
function canonicalId(versionId: string): string {
  try {
    return parseVersionId(versionId) ?? 'null';
  } catch {
    return versionId;
  }
}

/** DeleteObjects for all keys that XML can represent, DeleteObject for the others. */
export async function deleteObjects(
  client: S3Client,
  bucket: string,
  targets: readonly ObjectVersionId[],
  { signal }: DriverCall,
): Promise<Result[]> {
  if (targets.length === 0) await requireBucket(client, bucket, signal);
  const batch = targets.filter(({ key }) => isXmlText(key));
  const others = targets.filter(({ key }) => !isXmlText(key));
  const batchResults = batch.length === 0 ? [] : await deleteBatch(client, bucket, batch, signal);
  const otherResults = await mapConcurrently(others, async (target) => deleteOne(client, bucket, target, signal));
  const results = new Map([...zip(batch, batchResults), ...zip(others, otherResults)]);
  return targets.map((target) => results.get(target) ?? unanswered());
}

function zip(targets: readonly ObjectVersionId[], results: readonly Result[]): [ObjectVersionId, Result][] {
  return targets.map((target, index) => [target, results[index] ?? unanswered()]);
}

async function deleteOne(
  client: S3Client,
  bucket: string,
  { key, versionId }: ObjectVersionId,
  signal: AbortSignal | undefined,
): Promise<Result> {
  try {
    return await deleteObject(client, bucket, key, { versionId, signal });
  } catch (error) {
    // A missing bucket fails the whole call.
    if (!(error instanceof StorageError) || isStorageError(error, 'NoSuchBucket')) throw error;
    return error;
  }
}

async function deleteBatch(
  client: S3Client,
  bucket: string,
  targets: readonly ObjectVersionId[],
  signal: AbortSignal | undefined,
): Promise<Result[]> {
  const objects = targets.map(
    ({ key, versionId }) =>
      `<Object><Key>${escapeXml(key)}</Key>${versionId === undefined ? '' : `<VersionId>${escapeXml(versionId)}</VersionId>`}</Object>`,
  );
  const payload = Buffer.from(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects.join('')}</Delete>`);
  const headers = { 'content-md5': hash('md5', payload, 'base64'), 'content-type': 'application/xml' };
  const request = { method: 'POST', bucket, query: { delete: '' }, headers, payload, signal, idempotent: true } as const;
  return client.sendForXml(request, 'DeleteResult', (document, response) => readResults(document, response, targets));
}

/** A target that the response does not mention counts as failed. */
function readResults(document: XmlElement, response: HttpResponse, targets: readonly ObjectVersionId[]): Result[] {
  const byTarget = (name: string): Map<string, XmlElement> =>
    new Map(
      childrenOf(document, name).map((element) => [
        targetId({ key: textOf(element, 'Key') ?? '', versionId: toVersionId(textOf(element, 'VersionId')) }),
        element,
      ]),
    );
  const [deleted, errors] = [byTarget('Deleted'), byTarget('Error')];
  return targets.map((target) => {
    const error = find(errors, target);
    if (error !== undefined) return toFailure(errorOfElement(error, response), target);
    const element = find(deleted, target);
    if (element === undefined) return unanswered();
    const isDeleteMarker = textOf(element, 'DeleteMarker') === 'true';
    return toOutcome(toVersionId(textOf(element, 'DeleteMarkerVersionId') ?? textOf(element, 'VersionId')), isDeleteMarker);
  });
}

/** Of a key that ends in `/`, the response does not name the version `null`. */
function find(elements: ReadonlyMap<string, XmlElement>, target: ObjectVersionId): XmlElement | undefined {
  const element = elements.get(targetId(target));
  return element === undefined && target.versionId === 'null' && target.key.endsWith('/')
    ? elements.get(targetId({ key: target.key }))
    : element;
}

/** DeleteObjects reports success for an unknown version, and MinIO NoSuchVersion for a malformed id. */
function toFailure(error: StorageError, { versionId }: ObjectVersionId): Result {
  const { code, requestId, serverCode, cause } = error;
  if (isUnknownVersion(error, versionId)) return toOutcome(versionId, false);
  if (code !== 'NoSuchVersion') return error;
  return new StorageError({ code: 'InvalidArgument', message: 'the version id is malformed', requestId, serverCode, cause });
}

function targetId({ key, versionId }: ObjectVersionId): string {
  // An empty element stands for no version.
  return JSON.stringify(versionId === '' ? [key] : [key, versionId]);
}

/** The version `null` is not named, as in the response of DeleteObject. */
function toOutcome(versionId: string | undefined, isDeleteMarker: boolean): DeleteOutcome {
  if (versionId === undefined || versionId === '' || versionId === 'null') return {};
  return isDeleteMarker ? { versionId, isDeleteMarker } : { versionId };
}

function unanswered(): StorageError {
  return new StorageError({ code: 'InternalError', message: 'the response does not mention this key' });
}
