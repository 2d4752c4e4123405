import type { PutData, PutOptions } from '../api/options.js';
import type { PutResult } from '../api/results.js';
import { CheckedBody } from '../body/checked-body.js';
import { closeUnread, sourceOf } from '../body/source.js';
import type { Source } from '../body/source.js';
import type { PutCall } from '../driver/calls.js';
import { StorageError, invalidArgument } from '../api/errors.js';
import { checkWriteConditions } from '../rules/conditions.js';
import { defaultPartSize, maxObjectSize, maxPartSize, minPartSize, partSizeFor } from '../rules/etags.js';
import { normaliseHeaders } from '../rules/headers.js';
import { checkKey } from '../rules/keys.js';
import { normaliseMetadata } from '../rules/metadata.js';
import { normaliseTags } from '../rules/tags.js';
import {
  validatedElsewhere,
  checkOptions,
  requireFunction,
  requireNativeOptions,
  requireSignal,
  requireString,
  requireInteger,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { Target } from './target.js';

const defaultConcurrency = 4;

/** Headers, metadata and tags; checked as they are normalised. */
export const attributeChecks = {
  contentType: validatedElsewhere,
  cacheControl: validatedElsewhere,
  contentDisposition: validatedElsewhere,
  contentEncoding: validatedElsewhere,
  contentLanguage: validatedElsewhere,
  expires: validatedElsewhere,
  metadata: validatedElsewhere,
  tags: validatedElsewhere,
  ifMatch: validatedElsewhere,
  ifNoneMatch: validatedElsewhere,
  native: requireNativeOptions,
  signal: requireSignal,
};

export const putChecks: OptionChecks<PutOptions> = {
  ...attributeChecks,
  contentMD5: requireString,
  partSize: requireInteger(minPartSize, maxPartSize),
  concurrency: requireInteger(1, 64),
  progress: requireFunction,
};

/** `put`: stores what the caller handed in. */
export async function putObject(
  target: Target,
  key: string,
  data: PutData,
  length: number | undefined,
  options: PutOptions | undefined,
): Promise<PutResult> {
  const opened: { source?: Source } = {};
  try {
    return await target.run('put', key, options, async () => {
      const source = (opened.source = sourceOf(data));
      isLength(length);
      const call = planPut(target, key, length ?? source.size, options);
      return putSource(target, key, source, length, call, options);
    });
  } catch (error) {
    // Whatever was refused, also before the source was found: by a closed datastore, or an aborted signal.
    if (opened.source === undefined) closeUnread(data);
    else opened.source.close();
    throw error;
  }
}

/** Checks everything about a put but its body. */
export function planPut(target: Target, key: string, size: number | undefined, options: PutOptions | undefined): PutCall {
  checkKey(key);
  const {
    signal,
    native,
    contentMD5,
    tags,
    metadata,
    partSize = defaultPartSize,
    concurrency = defaultConcurrency,
    ...rest
  } = checkOptions(options, putChecks);
  const attributes = { ...normaliseHeaders(rest), metadata: normaliseMetadata(metadata) };
  const conditions = checkWriteConditions(rest);
  target.requireFor(conditions, 'conditionalPut', '`ifMatch` and `ifNoneMatch` on put');
  target.requireFor(tags, 'tags', '`tags`');
  target.requireFor(native, 'native', '`native`');
  if (contentMD5 !== undefined) checkDigest(contentMD5);
  if (size !== undefined && size > maxObjectSize)
    throw new StorageError({ code: 'EntityTooLarge', message: 'an object has at most 5 TiB' });
  return {
    attributes,
    tags: normaliseTags(tags),
    conditions,
    partSize: partSizeFor(size, partSize),
    concurrency,
    contentMD5,
    native,
    signal,
  };
}

/** Stores a source by a plan; the source is closed whatever becomes of it. */
export async function putSource(
  target: Target,
  key: string,
  source: Source,
  length: number | undefined,
  call: PutCall,
  options: PutOptions | undefined,
): Promise<PutResult> {
  const { contentMD5, partSize, signal } = call;
  const most = key.endsWith('/') ? partSize : undefined;
  const body = new CheckedBody(source, { length, most, contentMD5, progress: options?.progress, signal });
  try {
    const result = await target.driver.putObject(key, body, call);
    body.finish();
    return result;
  } finally {
    body.close();
  }
}

/** `put(key, data, length, options)` and `put(key, data, options)`. */
export function splitPutArguments(
  third: number | PutOptions | undefined,
  fourth: PutOptions | undefined,
): { length: number | undefined; options: PutOptions | undefined } {
  return typeof third === 'object' && third !== null && fourth === undefined
    ? { length: undefined, options: third }
    : { length: third as number | undefined, options: fourth };
}

function isLength(length: unknown): void {
  if (length !== undefined && !(Number.isSafeInteger(length) && (length as number) >= 0))
    throw invalidArgument('`length` must be a whole number of bytes from 0');
}

function checkDigest(contentMD5: string): void {
  if (!/^[A-Za-z0-9+/]{22}==$/.test(contentMD5))
    throw new StorageError({ code: 'InvalidDigest', message: '`contentMD5` must be 16 bytes in base64' });
}
