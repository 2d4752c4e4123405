import type { PutData, PutOptions } from '../api/options.js';
import type { PutResult } from '../api/results.js';
import { CheckedBody } from '../body/checked-body.js';
import type { BodyLimit } from '../body/checked-body.js';
import { BodyChecksum } from '../body/body-checksum.js';
import { attributesOf } from '../body/data-attributes.js';
import type { DataAttributes } from '../body/data-attributes.js';
import { closeUnread, sourceOf } from '../body/source.js';
import type { Source } from '../body/source.js';
import type { Metadata, ObjectHeaders } from '../api/object-info.js';
import type { PutCall, StoredAttributes } from '../driver/calls.js';
import { StorageError, describeValue, invalidArgument, quote } from '../api/errors.js';
import { checkChecksum } from '../rules/checksums.js';
import { checkWriteConditions } from '../rules/conditions.js';
import { defaultPartSize, maxObjectSize, maxPartSize, minPartSize, partSizeFor } from '../rules/etags.js';
import { resolveContentType } from '../rules/content-types.js';
import { defaultContentType, hasHeaders, normaliseHeaders } from '../rules/headers.js';
import { truncateToSeconds } from '../rules/http-dates.js';
import { noMetadata, normaliseMetadata } from '../rules/metadata.js';
import { normaliseTags } from '../rules/tags.js';
import {
  validatedElsewhere,
  checkOptions,
  copyNative,
  requireFunction,
  requireNativeOptions,
  requireSignal,
  requireString,
  requireInteger,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

const defaultConcurrency = 3;
const defaultAttributes: StoredAttributes = Object.freeze({ contentType: defaultContentType, metadata: noMetadata });

/** The options that put and copy have in common. */
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
  checksum: validatedElsewhere,
  size: requireInteger(0, Number.MAX_SAFE_INTEGER),
  maxSize: requireInteger(0, Number.MAX_SAFE_INTEGER),
  partSize: requireInteger(minPartSize, maxPartSize),
  concurrency: requireInteger(1, 64),
  progress: requireFunction,
};

/** Stores the data of a caller. */
export async function putObject(
  bucket: BucketContext,
  key: string,
  data: PutData,
  length: number | undefined,
  options: PutOptions | undefined,
): Promise<PutResult> {
  const opened: { source?: Source } = {};
  try {
    return await bucket.run('put', key, options, () => {
      const source = (opened.source = sourceOf(data));
      checkLength(length);
      const size = declaredSize(length, options);
      const call = preparePut(bucket, key, size ?? source.size, options, attributesOf(data));
      return putSource(bucket, key, source, size, call, options);
    });
  } catch (error) {
    // A call that is rejected before `sourceOf`, by a closed datastore or an aborted signal, must close the data as well.
    if (opened.source === undefined) closeUnread(data);
    else opened.source.close();
    throw error;
  }
}

/**
 * Validates everything except the body of a put, and builds the driver call.
 *
 * @param inherited attributes for options that are not given.
 */
export function preparePut(
  bucket: BucketContext,
  key: string,
  size: number | undefined,
  options: PutOptions | undefined,
  inherited: DataAttributes = {},
): PutCall {
  bucket.checkKey(key);
  const {
    signal,
    native,
    contentMD5,
    checksum,
    tags,
    metadata,
    partSize = defaultPartSize,
    concurrency = defaultConcurrency,
    maxSize = maxObjectSize,
    ...rest
  } = checkOptions(options, putChecks);
  const attributes = toAttributes(resolveContentType(rest, key), normaliseMetadata(metadata, inherited.metadata), inherited);
  const conditions = checkWriteConditions(rest);
  bucket.requireCapabilityFor(conditions, 'conditionalPut', '`ifMatch` and `ifNoneMatch` of a put');
  bucket.requireCapabilityFor(tags, 'tags', '`tags`');
  bucket.requireCapabilityFor(native, 'native', '`native`');
  bucket.requireCapabilityFor(checksum, 'checksums', '`checksum`');
  if (contentMD5 !== undefined) checkDigest(contentMD5);
  if (size !== undefined && size > maxObjectSize)
    throw new StorageError({ code: 'EntityTooLarge', message: `an object must not exceed 5 TiB, got ${size} bytes` });
  if (size !== undefined && size > maxSize) throw tooLarge(maxSize);
  return {
    attributes,
    tags: normaliseTags(tags),
    conditions,
    partSize: partSizeFor(size, partSize),
    concurrency,
    contentMD5,
    checksum: checksum === undefined ? undefined : checkChecksum(checksum),
    native: copyNative(native),
    signal,
  };
}

/** Returns the attributes to be stored. Most objects have the default ones, which are shared: copies would cost time and memory. */
function toAttributes(headers: ObjectHeaders, metadata: Metadata, inherited: DataAttributes): StoredAttributes {
  if (metadata === noMetadata && !hasHeaders(headers) && !hasHeaders(inherited)) return defaultAttributes;
  return { ...normaliseHeaders(headers, inherited), metadata };
}

/** Returns a copy of valid options that the caller cannot change, for calls that build the driver call later. */
export function copyPutOptions(options: PutOptions | undefined): PutOptions {
  const { metadata, tags, expires, native, checksum, ...rest } = checkOptions(options, putChecks);
  return {
    ...rest,
    metadata: metadata === undefined ? undefined : normaliseMetadata(metadata),
    tags: tags === undefined ? undefined : normaliseTags(tags),
    expires: expires === undefined ? undefined : truncateToSeconds(expires),
    native: copyNative(native),
    checksum: checksum === undefined ? undefined : checkChecksum(checksum),
  };
}

/** Stores a source. Closes the source on success and on failure. */
export async function putSource(
  bucket: BucketContext,
  key: string,
  source: Source,
  length: number | undefined,
  call: PutCall,
  options: PutOptions | undefined,
  limits: readonly BodyLimit[] = [],
): Promise<PutResult> {
  const { contentMD5, checksum, partSize, signal } = call;
  // MinIO rejects multipart uploads to keys that end in `/`; by the portable rules, the other backends do the same.
  const allLimits =
    key.endsWith('/') && !bucket.acceptsAnyKey ? [...limits, { maxBytes: partSize, error: tooLargeForFolderKey }] : [...limits];
  if (options?.maxSize !== undefined) allLimits.push({ maxBytes: options.maxSize, error: tooLarge });
  const bodyChecksum = checksum === undefined ? undefined : await BodyChecksum.create(checksum, length ?? source.size, partSize);
  const checks = { length, limits: allLimits, contentMD5, checksum: bodyChecksum, progress: options?.progress, signal };
  const body = new CheckedBody(source, checks);
  try {
    return await bucket.driver.putObject(key, body, call);
  } finally {
    body.close();
  }
}

/** Distinguishes `put(key, data, length, options)` from `put(key, data, options)`. */
export function splitPutArguments(
  third: number | PutOptions | undefined,
  fourth: PutOptions | undefined,
): { length: number | undefined; options: PutOptions | undefined } {
  return typeof third === 'object' && third !== null && fourth === undefined
    ? { length: undefined, options: third }
    : { length: third as number | undefined, options: fourth };
}

/** Returns the size that the caller declared, as the parameter `length` or the option `size`. */
function declaredSize(length: number | undefined, options: PutOptions | undefined): number | undefined {
  const size = options?.size;
  if (length !== undefined && size !== undefined && length !== size)
    throw invalidArgument(`\`length\` and \`size\` must be equal, got ${length} and ${describeValue(size)}`);
  return length ?? size;
}

function checkLength(length: unknown): void {
  if (length !== undefined && !(Number.isSafeInteger(length) && (length as number) >= 0))
    throw invalidArgument(`\`length\` must be a number of bytes of at least 0, not ${describeValue(length)}`);
}

function tooLarge(maxBytes: number): StorageError {
  return new StorageError({ code: 'EntityTooLarge', message: `the body must not exceed \`maxSize\`, ${maxBytes} bytes` });
}

function tooLargeForFolderKey(maxBytes: number): StorageError {
  const message = `the body of a key that ends in \`/\` must fit into one part of ${maxBytes} bytes; raise \`partSize\``;
  return new StorageError({ code: 'InvalidKey', message });
}

export function checkDigest(contentMD5: string): void {
  if (!/^[A-Za-z0-9+/]{22}==$/.test(contentMD5))
    throw new StorageError({
      code: 'InvalidDigest',
      message: `\`contentMD5\` must be 16 bytes in base64 (24 characters), not ${quote(contentMD5)}`,
    });
}
