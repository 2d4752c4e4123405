import { isStorageError } from '@anybucket/core';
import type { WriteConditions } from '@anybucket/core';
import { evaluateWriteConditions } from '@anybucket/core/backend';
import type { HeadCall } from '@anybucket/core/backend';
import type { S3Client } from '../s3/s3-client.js';
import type { ServerProfile } from '../server/server-profiles.js';
import { headObject } from './get-object.js';

/** Attempts to write an object that other writers replace between its HEAD and the write. */
const maxAttempts = 10;

/** The target of a conditional write. */
interface ConditionTarget {
  readonly bucket: string;
  readonly key: string;
  readonly conditions: WriteConditions | undefined;
  readonly call: Pick<HeadCall, 'native' | 'signal'>;
  /** Whether `write` may be called again after a condition failed. */
  readonly repeatable: boolean;
}

/**
 * Calls `write` with conditions that the server evaluates. Servers of the kind of AWS evaluate only `If-Match` with an ETag, and
 * `If-None-Match: *`. For them, `ifMatch: '*'` becomes the ETag that a HEAD returns, and `ifNoneMatch` with an ETag becomes that ETag, or `*` if
 * there is no object. When another writer is faster, the conditions are evaluated again.
 */
export async function withSupportedConditions<T>(
  client: S3Client,
  profile: ServerProfile,
  { bucket, key, conditions, call, repeatable }: ConditionTarget,
  write: (supported: WriteConditions | undefined) => Promise<T>,
): Promise<T> {
  const { ifMatch, ifNoneMatch } = conditions ?? {};
  const isSupported = ifMatch === '*' ? false : ifNoneMatch === undefined || ifNoneMatch === '*';
  if (profile.writeConditions === 'any' || isSupported) {
    const head = async (): Promise<unknown> =>
      headObject(client, bucket, key, { native: { headers: call.native?.headers }, signal: call.signal });
    return withMissingTarget(profile, ifMatch, head, async () => write(conditions));
  }
  for (let attempt = 1; ; attempt++) {
    const etag = await currentEtag(client, bucket, key, call);
    evaluateWriteConditions(conditions, etag === undefined ? undefined : { etag });
    try {
      return await write(etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag });
    } catch (error) {
      const hasChanged = isStorageError(error, 'PreconditionFailed') || isStorageError(error, 'NoSuchKey');
      if (!hasChanged || !repeatable || attempt === maxAttempts) throw error;
    }
  }
}

/**
 * Calls a write or a deletion. If `ifMatch` fails on a server that does not report a missing object, a HEAD reports it.
 * @param head HeadObject of the target.
 */
export async function withMissingTarget<T>(
  { reportsMissingTarget }: ServerProfile,
  ifMatch: string | undefined,
  head: () => Promise<unknown>,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (ifMatch !== undefined && !reportsMissingTarget && isStorageError(error, 'PreconditionFailed')) await head();
    throw error;
  }
}

/** Returns undefined if there is no object. */
async function currentEtag(client: S3Client, bucket: string, key: string, call: ConditionTarget['call']): Promise<string | undefined> {
  const { native, signal } = call;
  try {
    return (await headObject(client, bucket, key, { native: { headers: native?.headers }, signal })).etag;
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
