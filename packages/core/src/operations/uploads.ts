import type { Upload, UploadInfo, UploadsPage } from '../api/uploads.js';
import type { CreateUploadOptions, ListUploadsOptions, ListUploadsPageOptions } from '../api/options.js';
import type { DriverUploadsPage, ListUploadsCall } from '../driver/optional-drivers.js';
import { StorageError, invalidArgument } from '../api/errors.js';
import { checkUploadChecksum } from '../rules/checksums.js';
import { resolveContentType } from '../rules/content-types.js';
import { normaliseHeaders } from '../rules/headers.js';
import { isPlainObject } from '../rules/is-plain-object.js';
import { compareKeys } from '../rules/key-order.js';
import { maxPageSize } from '../rules/listing.js';
import { normaliseMetadata } from '../rules/metadata.js';
import { normaliseTags } from '../rules/tags.js';
import {
  checkOptions,
  requireInteger,
  requireNonEmptyString,
  requireSignal,
  requireWellFormed,
  validatedElsewhere,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import { PortableUpload } from './upload-handle.js';
import type { BucketContext } from './bucket-context.js';

const requireCount = requireInteger(1, Number.MAX_SAFE_INTEGER);
const createChecks: OptionChecks<CreateUploadOptions> = {
  contentType: validatedElsewhere,
  cacheControl: validatedElsewhere,
  contentDisposition: validatedElsewhere,
  contentEncoding: validatedElsewhere,
  contentLanguage: validatedElsewhere,
  expires: validatedElsewhere,
  metadata: validatedElsewhere,
  tags: validatedElsewhere,
  checksum: validatedElsewhere,
  signal: requireSignal,
};
const listUploadsChecks: OptionChecks<ListUploadsOptions> = { signal: requireSignal, prefix: requireWellFormed };
const listUploadsPageChecks: OptionChecks<ListUploadsPageOptions> = {
  ...listUploadsChecks,
  after: requireUploadMarker,
  pageSize: requireCount,
};

/** Begins an upload in parts. */
export async function createUpload(bucket: BucketContext, key: string, options: CreateUploadOptions | undefined): Promise<Upload> {
  return bucket.run('createUpload', key, options, async () => {
    bucket.checkKey(key);
    const { signal, tags, metadata, checksum, ...rest } = checkOptions(options, createChecks);
    const driver = bucket.requireUploads();
    bucket.requireCapabilityFor(tags, 'tags', '`tags`');
    bucket.requireCapabilityFor(checksum, 'checksums', '`checksum`');
    const attributes = { ...normaliseHeaders(resolveContentType(rest, key)), metadata: normaliseMetadata(metadata) };
    const uploadChecksum = checksum === undefined ? undefined : checkUploadChecksum(checksum);
    if (key.endsWith('/') && !bucket.acceptsAnyKey)
      throw new StorageError({ code: 'InvalidKey', message: 'a key that ends in `/` cannot be uploaded in parts' });
    const call = { attributes, tags: normaliseTags(tags), checksum: uploadChecksum, signal };
    return new PortableUpload(bucket, key, await driver.createUpload(bucket.name, key, call), uploadChecksum?.algorithm);
  });
}

/** Returns the open uploads of all pages. */
export async function listUploads(bucket: BucketContext, options: ListUploadsOptions | undefined): Promise<UploadInfo[]> {
  return bucket.run('listUploads', undefined, options, async () => {
    const { signal, prefix = '' } = checkOptions(options, listUploadsChecks);
    const uploads: UploadInfo[] = [];
    let after: UploadsPage['next'];
    do {
      const page = await requestUploads(bucket, { prefix, after, maxUploads: maxPageSize, signal });
      uploads.push(...page.uploads);
      after = nextUpload(page);
    } while (after !== undefined);
    return uploads;
  });
}

/** Returns one page of open uploads, and the position of the next page. */
export async function listUploadsPage(bucket: BucketContext, options: ListUploadsPageOptions | undefined): Promise<UploadsPage> {
  return bucket.run('listUploadsPage', undefined, options, async () => {
    const { signal, prefix = '', after, pageSize = maxPageSize } = checkOptions(options, listUploadsPageChecks);
    const page = await requestUploads(bucket, { prefix, after, maxUploads: Math.min(pageSize, maxPageSize), signal });
    const next = nextUpload(page);
    return next === undefined ? { uploads: page.uploads } : { uploads: page.uploads, next };
  });
}

async function requestUploads(bucket: BucketContext, call: ListUploadsCall): Promise<DriverUploadsPage> {
  const page = await bucket.requireUploads().listUploads(bucket.name, call);
  const last = page.uploads.at(-1);
  if (page.truncated && (last === undefined || !isAfter(last, call.after)))
    throw new TypeError('the driver returned `truncated: true`, but the page did not advance');
  return page;
}

function isAfter({ key, id }: UploadInfo, after: ListUploadsCall['after']): boolean {
  if (after === undefined) return true;
  const order = compareKeys(key, after.key);
  return order > 0 || (order === 0 && id !== after.id);
}

function nextUpload({ uploads, truncated }: DriverUploadsPage): UploadsPage['next'] {
  const last = uploads.at(-1);
  return truncated && last !== undefined ? { key: last.key, id: last.id } : undefined;
}

function requireUploadMarker(value: unknown, name: string): void {
  if (!isPlainObject(value)) throw invalidArgument(`\`${name}\` must be a plain object with \`key\` and \`id\``);
  requireWellFormed(value.key, `${name}.key`);
  if (value.id !== undefined) requireNonEmptyString(value.id, `${name}.id`);
}
