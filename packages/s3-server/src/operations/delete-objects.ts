import { isStorageError } from '@anybucket/core';
import { checkKey } from '@anybucket/core/backend';
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
  readonly versionId: string | undefined;
}

/** The failures of a batch. */
type Failures = Map<Target, S3Error>;

export const deleteObjects: Operation = {
  name: 'DeleteObjects',
  access: 'write',
  async handle(context) {
    const { request, body } = context;
    const hasChecksum = ['content-md5', 'x-amz-sdk-checksum-algorithm', 'x-amz-trailer'].some((name) => request.headers.has(name));
    if (!hasChecksum && ![...request.headers.keys()].some((name) => name.startsWith('x-amz-checksum-')))
      throw new S3Error('MissingContentMD5');
    if (body.size === undefined || body.size === 0) throw new S3Error('MissingContentLength');
    const document = await parseXml((await body.bytes(maxBodyBytes)).toString(), 'Delete');
    const targets = childrenOf(document, 'Object').map((element): Target => {
      const key = textOf(element, 'Key');
      if (key === undefined) throw new S3Error('MalformedXML');
      const versionId = textOf(element, 'VersionId')?.trim();
      return { key: normaliseKey(key), versionId: versionId === '' ? undefined : versionId };
    });
    if (targets.length === 0 || targets.length > maxKeys) throw new S3Error('MalformedXML');
    const failures = await deleteTargets(context, targets);
    const isQuiet = textOf(document, 'Quiet') === 'true';
    const elements = targets.map((target) => resultElement(target, failures.get(target), isQuiet));
    return xmlResponse('DeleteResult', elements.join(''));
  },
};

/** Deletes the latest versions in one batch, and the others one by one. */
async function deleteTargets(context: OperationContext, targets: readonly Target[]): Promise<Failures> {
  const failures: Failures = new Map();
  const latest: Target[] = [];
  for (const target of targets) {
    try {
      checkKey(target.key);
      const versionId = checkVersionId(target.versionId, context);
      if (versionId === undefined) latest.push(target);
      else await context.bucket.delete(target.key, { versionId, signal: context.signal });
    } catch (error) {
      if (isStorageError(error, 'NoSuchBucket')) throw error;
      failures.set(target, toS3Error(error));
    }
  }
  // Also without keys, so that a missing bucket is reported.
  await deleteLatest(context, latest, failures);
  return failures;
}

async function deleteLatest({ bucket, signal }: OperationContext, targets: readonly Target[], failures: Failures): Promise<void> {
  try {
    await bucket.delete(
      targets.map(({ key }) => key),
      { signal },
    );
  } catch (error) {
    if (!isBatchError(error)) throw error;
    for (const { key, error: failure } of error.failures) {
      for (const target of targets) if (target.key === key) failures.set(target, toS3Error(failure));
    }
  }
}

function isBatchError(error: unknown): error is { readonly failures: readonly { readonly key: string; readonly error: unknown }[] } {
  return isStorageError(error) && 'failures' in error && Array.isArray(error.failures);
}

function resultElement({ key, versionId }: Target, failure: S3Error | undefined, isQuiet: boolean): string {
  const identity = textElement('Key', key) + optionalElement('VersionId', versionId);
  if (failure !== undefined)
    return parentElement('Error', textElement('Code', failure.code) + textElement('Message', failure.message) + identity);
  return isQuiet ? '' : parentElement('Deleted', identity);
}
