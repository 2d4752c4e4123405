import { isStorageError } from '@anybucket/core';
import type { DeleteOutcome, ObjectVersionId } from '@anybucket/core';
import { checkAnyKey, checkKey } from '@anybucket/core/backend';
import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { normaliseKey } from '../protocol/s3-request.js';
import { toS3Error } from '../protocol/to-s3-error.js';
import { childrenOf, parseXml, textOf } from '../protocol/xml-parser.js';
import { optionalElement, parentElement, textElement } from '../protocol/xml-writer.js';
import { checkVersionId } from './object-version.js';
import type { Operation, OperationContext } from './operation.js';

const maxKeys = 1000;
/** 1000 keys of 1024 bytes, each of which may be escaped as `&#x1F600;`. */
const maxBodyBytes = 8 * 1024 * 1024;

interface Target {
  readonly key: string;
  /** As sent by the client. */
  readonly versionId: string | undefined;
}

type Outcome = DeleteOutcome | S3Error;

export const deleteObjects: Operation = {
  name: 'DeleteObjects',
  access: 'write',
  async handle(context) {
    const { service, request, body } = context;
    const hasChecksum = ['content-md5', 'x-amz-sdk-checksum-algorithm', 'x-amz-trailer'].some((name) => request.headers.has(name));
    if (!hasChecksum && ![...request.headers.keys()].some((name) => name.startsWith('x-amz-checksum-')))
      throw new S3Error('MissingContentMD5');
    if (body.size === undefined || body.size === 0) throw new S3Error('MissingContentLength');
    const document = await parseXml(await body.bytes(maxBodyBytes), 'Delete');
    const targets = childrenOf(document, 'Object').map((element): Target => {
      const key = textOf(element, 'Key');
      if (key === undefined) throw new S3Error('MalformedXML');
      const versionId = textOf(element, 'VersionId')?.trim();
      return { key: normaliseKey(key, service.anyKeys), versionId: versionId === '' ? undefined : versionId };
    });
    if (targets.length === 0 || targets.length > maxKeys) throw new S3Error('MalformedXML');
    const outcomes = await deleteTargets(context, targets);
    const isQuiet = textOf(document, 'Quiet') === 'true';
    const elements = targets.map((target) => resultElement(target, outcomes.get(idOf(target)) ?? {}, isQuiet));
    return xmlResponse('DeleteResult', elements.join(''));
  },
};

/** Deletes valid targets in one batch. @returns outcomes by {@link idOf}. */
async function deleteTargets(context: OperationContext, targets: readonly Target[]): Promise<ReadonlyMap<string, Outcome>> {
  const { service, bucket, signal } = context;
  const outcomes = new Map<string, Outcome>();
  const valid = new Map<string, ObjectVersionId>();
  for (const target of targets) {
    try {
      if (service.anyKeys) checkAnyKey(target.key);
      else checkKey(target.key);
      const versionId = checkVersionId(target.versionId, context);
      valid.set(idOf(target), versionId === undefined ? { key: target.key } : { key: target.key, versionId });
    } catch (error) {
      outcomes.set(idOf(target), toFailure(error));
    }
  }
  try {
    // Also without targets, so that a missing bucket is reported.
    const result = await bucket.delete([...valid.values()], { signal });
    for (const [index, id] of [...valid.keys()].entries()) outcomes.set(id, result.outcomes?.[index] ?? {});
  } catch (error) {
    if (!isBatchError(error)) throw error;
    for (const failure of error.failures) outcomes.set(idOf(failure), toFailure(failure.error));
  }
  return outcomes;
}

/** As on MinIO, a malformed version of a batch does not exist. */
function toFailure(error: unknown): S3Error {
  const failure = toS3Error(error);
  return failure.code === 'InvalidArgument' ? new S3Error('NoSuchVersion') : failure;
}

function idOf({ key, versionId }: ObjectVersionId): string {
  return JSON.stringify([key, versionId]);
}

function isBatchError(error: unknown): error is { readonly failures: readonly (ObjectVersionId & { readonly error: unknown })[] } {
  return isStorageError(error) && 'failures' in error && Array.isArray(error.failures);
}

function resultElement({ key, versionId }: Target, outcome: Outcome, isQuiet: boolean): string {
  const identity = textElement('Key', key) + optionalElement('VersionId', versionId);
  if (outcome instanceof S3Error)
    return parentElement('Error', textElement('Code', outcome.code) + textElement('Message', outcome.message) + identity);
  return isQuiet ? '' : parentElement('Deleted', markerElements(outcome) + identity);
}

function markerElements({ versionId, isDeleteMarker }: DeleteOutcome): string {
  return isDeleteMarker === true ? textElement('DeleteMarker', true) + optionalElement('DeleteMarkerVersionId', versionId) : '';
}
