import type { PartsPage, CompletedPart, Upload, UploadedPart } from '../api/uploads.js';
import type { ChecksumAlgorithm } from '../api/object-info.js';
import type {
  CallOptions,
  ChecksumRequest,
  CompleteUploadOptions,
  CopyPartOptions,
  ListPartsOptions,
  ListPartsPageOptions,
  PutData,
  PutPartOptions,
} from '../api/options.js';
import type { PutResult } from '../api/results.js';
import type { DriverPartsPage } from '../driver/optional-drivers.js';
import { BodyChecksum } from '../body/body-checksum.js';
import { CheckedBody } from '../body/checked-body.js';
import { closeUnread, sourceOf } from '../body/source.js';
import type { Source } from '../body/source.js';
import { StorageError, describeValue, invalidArgument } from '../api/errors.js';
import { checkBucketName } from '../rules/bucket-names.js';
import { checkChecksum } from '../rules/checksums.js';
import { checkReadConditions, checkWriteConditions } from '../rules/conditions.js';
import { maxPartSize, maxParts, unquoteEtag } from '../rules/etags.js';
import { maxPageSize } from '../rules/listing.js';
import { checkRange } from '../rules/ranges.js';
import {
  checkOptions,
  requireFunction,
  requireInteger,
  requireNonEmptyString,
  requireSignal,
  requireString,
  validatedElsewhere,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import { checkDigest } from './put.js';
import { sourceChecks } from './copy.js';
import type { BucketContext } from './bucket-context.js';

const callChecks: OptionChecks<CallOptions> = { signal: requireSignal };
const putPartChecks: OptionChecks<PutPartOptions> = {
  signal: requireSignal,
  size: requireInteger(0, Number.MAX_SAFE_INTEGER),
  contentMD5: requireString,
  checksum: validatedElsewhere,
  progress: requireFunction,
};
const copyPartChecks: OptionChecks<CopyPartOptions> = {
  ...sourceChecks,
  signal: requireSignal,
  bucket: validatedElsewhere,
  range: validatedElsewhere,
};
const listPartsChecks: OptionChecks<ListPartsOptions> = callChecks;
const listPartsPageChecks: OptionChecks<ListPartsPageOptions> = {
  signal: requireSignal,
  after: requireInteger(0, Number.MAX_SAFE_INTEGER),
  pageSize: requireInteger(1, Number.MAX_SAFE_INTEGER),
};
const completeChecks: OptionChecks<CompleteUploadOptions> = {
  signal: requireSignal,
  ifMatch: validatedElsewhere,
  ifNoneMatch: validatedElsewhere,
};

/** The {@link Upload} of every backend. */
export class PortableUpload implements Upload {
  readonly key: string;
  readonly id: string;
  readonly #bucket: BucketContext;
  readonly #algorithm: ChecksumAlgorithm | undefined;

  /** @param algorithm the algorithm of the checksums, if this process knows it. Parts without a checksum of their own use it. */
  constructor(bucket: BucketContext, key: string, id: string, algorithm: ChecksumAlgorithm | undefined) {
    this.#bucket = bucket;
    this.#algorithm = algorithm;
    this.key = key;
    this.id = id;
  }

  async putPart(partNumber: number, data: PutData, options?: PutPartOptions): Promise<UploadedPart> {
    const opened: { source?: Source } = {};
    try {
      return await this.#run('putPart', options, async () => {
        const source = (opened.source = sourceOf(data));
        requirePartNumber(partNumber, 'partNumber');
        const { signal, size, contentMD5, checksum, progress } = checkOptions(options, putPartChecks);
        const driver = this.#bucket.requireUploads();
        this.#bucket.requireCapabilityFor(checksum, 'checksums', '`checksum`');
        if (contentMD5 !== undefined) checkDigest(contentMD5);
        const request = checksum === undefined ? this.#defaultChecksum() : checkChecksum(checksum);
        if ((size ?? source.size ?? 0) > maxPartSize) throw tooLarge(maxPartSize);
        const limits = [{ maxBytes: maxPartSize, error: tooLarge }];
        const bodyChecksum = request === undefined ? undefined : await BodyChecksum.create(request, size ?? source.size, Infinity);
        const body = new CheckedBody(source, { length: size, limits, contentMD5, checksum: bodyChecksum, progress, signal });
        try {
          return await driver.putPart(this.#bucket.name, this.key, this.id, partNumber, body, { contentMD5, checksum: request, signal });
        } finally {
          body.close();
        }
      });
    } catch (error) {
      if (opened.source === undefined) closeUnread(data);
      else opened.source.close();
      throw error;
    }
  }

  async copyPart(partNumber: number, source: string, options?: CopyPartOptions): Promise<UploadedPart> {
    return this.#run('copyPart', options, async () => {
      requirePartNumber(partNumber, 'partNumber');
      this.#bucket.checkKey(source);
      const { signal, bucket = this.#bucket.name, range, sourceVersionId: versionId, ...rest } = checkOptions(options, copyPartChecks);
      checkBucketName(bucket);
      const conditions = checkReadConditions({
        ifMatch: rest.sourceIfMatch,
        ifNoneMatch: rest.sourceIfNoneMatch,
        ifModifiedSince: rest.sourceIfModifiedSince,
        ifUnmodifiedSince: rest.sourceIfUnmodifiedSince,
      });
      const driver = this.#bucket.requireUploads();
      this.#bucket.requireCapabilityFor(versionId, 'versioning', '`sourceVersionId`');
      const call = { range: range === undefined ? undefined : checkRange(range), signal };
      const copySource = { bucket, key: source, versionId, conditions };
      return driver.copyPart(this.#bucket.name, this.key, this.id, partNumber, copySource, call);
    });
  }

  async listParts(options?: ListPartsOptions): Promise<UploadedPart[]> {
    return this.#run('listParts', options, async () => {
      const { signal } = checkOptions(options, listPartsChecks);
      return this.#allParts(signal);
    });
  }

  async listPartsPage(options?: ListPartsPageOptions): Promise<PartsPage> {
    return this.#run('listPartsPage', options, async () => {
      const { signal, after = 0, pageSize = maxPageSize } = checkOptions(options, listPartsPageChecks);
      const { parts, truncated } = await this.#requestParts(after, Math.min(pageSize, maxPageSize), signal);
      const last = parts.at(-1);
      return truncated && last !== undefined ? { parts, next: last.partNumber } : { parts };
    });
  }

  async complete(parts?: readonly CompletedPart[], options?: CompleteUploadOptions): Promise<PutResult> {
    return this.#run('complete', options, async () => {
      const { signal, ...rest } = checkOptions(options, completeChecks);
      const conditions = checkWriteConditions(rest);
      const driver = this.#bucket.requireUploads();
      this.#bucket.requireCapabilityFor(conditions, 'conditionalPut', '`ifMatch` and `ifNoneMatch` of an upload');
      const selected = parts === undefined ? await this.#allParts(signal) : checkParts(parts);
      if (selected.length === 0) throw new StorageError({ code: 'InvalidRequest', message: 'an upload needs at least one part' });
      return driver.completeUpload(this.#bucket.name, this.key, this.id, selected, { conditions, signal });
    });
  }

  async abort(options?: CallOptions): Promise<void> {
    return this.#run('abort', options, async () => {
      const { signal } = checkOptions(options, callChecks);
      await this.#bucket.requireUploads().abortUpload(this.#bucket.name, this.key, this.id, { signal });
    });
  }

  #defaultChecksum(): ChecksumRequest | undefined {
    return this.#algorithm === undefined ? undefined : { algorithm: this.#algorithm };
  }

  #run<T>(operation: string, options: unknown, call: () => Promise<T>): Promise<T> {
    return this.#bucket.run(operation, this.key, options, call);
  }

  async #allParts(signal: AbortSignal | undefined): Promise<UploadedPart[]> {
    const all: UploadedPart[] = [];
    for (;;) {
      const { parts, truncated } = await this.#requestParts(all.at(-1)?.partNumber ?? 0, maxPageSize, signal);
      all.push(...parts);
      if (!truncated) return all;
    }
  }

  async #requestParts(after: number, maxPartsInPage: number, signal: AbortSignal | undefined): Promise<DriverPartsPage> {
    const call = { after, maxParts: maxPartsInPage, signal };
    const page = await this.#bucket.requireUploads().listParts(this.#bucket.name, this.key, this.id, call);
    if (page.truncated && (page.parts.at(-1)?.partNumber ?? 0) <= after)
      throw new TypeError('the driver returned `truncated: true`, but the page did not advance');
    return page;
  }
}

/** Returns a handle of an upload. @throws `InvalidArgument`, and the errors of keys. */
export function uploadHandle(bucket: BucketContext, key: string, id: string): Upload {
  bucket.checkKey(key);
  requireNonEmptyString(id, 'id');
  return new PortableUpload(bucket, key, id, undefined);
}

/** Validates the parts to be joined. */
function checkParts(parts: unknown): CompletedPart[] {
  if (!Array.isArray(parts)) throw invalidArgument(`\`parts\` must be an array, not ${describeValue(parts)}`);
  let previous = 0;
  return parts.map((part: unknown, index) => {
    if (typeof part !== 'object' || part === null)
      throw invalidArgument(`\`parts[${index}]\` must be an object, not ${describeValue(part)}`);
    const { partNumber, etag, checksum } = part as Partial<CompletedPart>;
    requirePartNumber(partNumber, `parts[${index}].partNumber`);
    requireNonEmptyString(etag, `parts[${index}].etag`);
    if ((partNumber as number) <= previous)
      throw new StorageError({
        code: 'InvalidPartOrder',
        message: `the part numbers must increase, but ${partNumber} follows ${previous}`,
      });
    previous = partNumber as number;
    return { partNumber: previous, etag: unquoteEtag(etag as string), checksum };
  });
}

function requirePartNumber(value: unknown, name: string): void {
  requireInteger(1, maxParts)(value, name);
}

function tooLarge(maxBytes: number): StorageError {
  return new StorageError({ code: 'EntityTooLarge', message: `a part must not exceed ${maxBytes} bytes` });
}
