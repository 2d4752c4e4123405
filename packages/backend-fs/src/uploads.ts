import type { PutResult, UploadInfo, UploadedPart } from '@anybucket/core';
import {
  EtagHasher,
  StorageError,
  checkPartChecksum,
  compareKeys,
  evaluateSourceConditions,
  evaluateWriteConditions,
  joinChecksums,
  resolveCopyRange,
  selectParts,
  toChecksum,
} from '@anybucket/core/backend';
import type {
  CompleteUploadCall,
  CompletedPart,
  CopyPartCall,
  CopySource,
  CreateUploadCall,
  DriverCall,
  DriverPartsPage,
  DriverUploadsPage,
  ListPartsCall,
  ListUploadsCall,
  PutBody,
  PutPartCall,
  UploadDriver,
} from '@anybucket/core/backend';
import { checkVersionId, stageBody, toPutResult } from './bucket.js';
import { BodyStream } from './reading/body-stream.js';
import { readState } from './reading/object-state.js';
import { openObject } from './reading/open-object.js';
import { objectSource } from './reading/versions.js';
import { toPartRuns } from './records/part-runs.js';
import type { Access, BucketDirectory, OpenBucket } from './root/bucket-directory.js';
import { shouldYield, yieldToEventLoop } from './system/event-loop.js';
import { PooledFile } from './system/pooled-file.js';
import { UploadExpiry } from './uploads/expiry.js';
import { joinParts } from './uploads/join-parts.js';
import { partNumbers, readPart, storePart, toUploadedPart } from './uploads/part-files.js';
import type { PartInfo } from './uploads/part-trailer.js';
import {
  beginUpload,
  endUpload,
  readUpload,
  removeUpload,
  requireUpload,
  touchUpload,
  uploadIds,
  uploadPath,
} from './uploads/upload-directory.js';
import type { UploadStart } from './uploads/upload-file.js';
import { commit } from './writing/commit.js';
import { removeStaged, stageStream } from './writing/stage-body.js';

/** Uploads in parts: a directory per upload, with a file per part. */
export class FsUploads implements UploadDriver {
  readonly #openBucket: OpenBucket;
  readonly #expiry: UploadExpiry;

  /** @param expiryDays After how many days without use an upload is removed. */
  constructor(openBucket: OpenBucket, expiryDays: number) {
    this.#openBucket = openBucket;
    this.#expiry = new UploadExpiry(expiryDays);
  }

  async createUpload(name: string, key: string, { attributes, tags, checksum, signal }: CreateUploadCall): Promise<string> {
    const bucket = await this.#open(name, 'write');
    await this.#expiry.sweep(bucket);
    return beginUpload(bucket, { key, attributes, tags, checksum }, signal);
  }

  async putPart(
    name: string,
    key: string,
    id: string,
    partNumber: number,
    body: PutBody,
    { checksum: request, signal }: PutPartCall,
  ): Promise<UploadedPart> {
    const bucket = await this.#open(name, 'write');
    const upload = requireUpload(bucket, { key, id });
    checkPartChecksum(upload.checksum, request);
    touchUpload(bucket, id);
    const staged = await stageBody(bucket, body, Infinity, signal);
    const value = body.checksum?.();
    const checksum = request && value !== undefined ? toChecksum(request.algorithm, value) : undefined;
    return storePart(bucket, { key, id }, staged, { partNumber, checksum }, signal);
  }

  async copyPart(
    name: string,
    key: string,
    id: string,
    partNumber: number,
    source: CopySource,
    { range, signal }: CopyPartCall,
  ): Promise<UploadedPart> {
    checkVersionId(source.versionId);
    const from = await this.#open(source.bucket, 'write');
    const { calls } = from.root;
    const { file, body, line } = await openObject(
      from,
      source.key,
      objectSource(from, source.key, source.versionId),
      signal,
      ({ fd, ...state }) => ({
        ...state,
        file: new PooledFile(calls, fd, () => from.open(state.body)),
      }),
    );
    try {
      evaluateSourceConditions(source, { etag: line.etag, lastModified: new Date(line.modified * 1000) });
      const { start, end } = resolveCopyRange(range, body.size);
      const bucket = await this.#open(name, 'write');
      checkPartChecksum(requireUpload(bucket, { key, id }).checksum, undefined);
      touchUpload(bucket, id);
      const staged = await stageStream(bucket.root, new BodyStream(calls, file, start, end), new EtagHasher(Infinity), signal);
      if (staged.size === end - start) return await storePart(bucket, { key, id }, staged, { partNumber, checksum: undefined }, signal);
      removeStaged(calls, staged);
    } finally {
      file.close();
    }
    const message = 'the file was truncated while it was copied';
    throw new StorageError({ code: 'IncompleteBody', bucket: source.bucket, key: source.key, message, retryable: true });
  }

  async listParts(name: string, key: string, id: string, { after, maxParts, signal }: ListPartsCall): Promise<DriverPartsPage> {
    const bucket = await this.#open(name, 'read');
    requireUpload(bucket, { key, id });
    const parts: UploadedPart[] = [];
    let truncated = false;
    for (const partNumber of partNumbers(bucket, uploadPath(bucket, id))) {
      if (partNumber <= after) continue;
      truncated = parts.length === maxParts;
      if (truncated) break;
      await yieldIfNeeded(signal);
      const part = readPart(bucket, id, partNumber);
      if (part !== undefined) parts.push(toUploadedPart(part));
    }
    // Parts may have been missing because they are being removed.
    requireUpload(bucket, { key, id });
    return { parts, truncated };
  }

  async completeUpload(
    name: string,
    key: string,
    id: string,
    requested: readonly CompletedPart[],
    { conditions, signal }: CompleteUploadCall,
  ): Promise<PutResult> {
    const bucket = await this.#open(name, 'write');
    // As on MinIO, a failed condition takes precedence over a missing upload. `commit` checks both again, under the lock.
    if (conditions !== undefined) evaluateWriteConditions(conditions, (await readState(bucket, key, signal))?.line);
    const upload = requireUpload(bucket, { key, id });
    touchUpload(bucket, id);
    const stored = await readParts(bucket, id, upload, requested, signal);
    // They may be missing because another completion has ended the upload meanwhile.
    if (stored.size < requested.length) requireUpload(bucket, { key, id });
    const parts = selectParts(stored, requested);
    const { attributes, tags } = upload;
    const object = {
      body: await joinParts(bucket, { key, id }, parts, signal),
      partSize: Infinity,
      attributes,
      tags,
      checksum:
        upload.checksum &&
        joinChecksums(
          upload.checksum.algorithm,
          parts.map(({ checksum, size }) => ({ value: checksum?.value ?? '', size })),
          upload.checksum.type,
        ),
      upload: {
        parts: toPartRuns(parts),
        version: upload.version,
        requireOpen: () => void requireUpload(bucket, { key, id }),
        end: () => endCompleted(bucket, id),
      },
    };
    const line = await commit(bucket, key, object, conditions, signal);
    await removeUpload(bucket, id);
    return toPutResult(line);
  }

  async abortUpload(name: string, key: string, id: string, { signal }: DriverCall): Promise<void> {
    const bucket = await this.#open(name, 'write');
    const isEnded = await bucket.withLock(key, signal, () => {
      bucket.requireExists();
      if (readUpload(bucket, id)?.key !== key) return false;
      endUpload(bucket, id);
      return true;
    });
    if (isEnded) await removeUpload(bucket, id);
  }

  async listUploads(name: string, { prefix, after, maxUploads, signal }: ListUploadsCall): Promise<DriverUploadsPage> {
    const bucket = await this.#open(name, 'read');
    await this.#expiry.sweep(bucket);
    const uploads: UploadInfo[] = [];
    for (const id of uploadIds(bucket)) {
      await yieldIfNeeded(signal);
      const upload = readUpload(bucket, id);
      if (upload?.key.startsWith(prefix) !== true || !isAfter(upload.key, id, after)) continue;
      uploads.push({ key: upload.key, id, initiated: new Date(upload.created * 1000) });
    }
    uploads.sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.id, b.id));
    return { uploads: uploads.slice(0, maxUploads), truncated: uploads.length > maxUploads };
  }

  /** Opens a bucket. @throws `NoSuchBucket`; `AccessDenied` for a write when the root can only be read. */
  async #open(name: string, access: Access): Promise<BucketDirectory> {
    if (shouldYield()) await yieldToEventLoop();
    const bucket = await this.#openBucket(name, access);
    bucket.requireExists();
    return bucket;
  }
}

/** Reads those of the requested parts that have the checksum of the upload. */
async function readParts(
  bucket: BucketDirectory,
  id: string,
  { checksum: upload }: UploadStart,
  requested: readonly CompletedPart[],
  signal: AbortSignal | undefined,
): Promise<Map<number, PartInfo>> {
  const parts = new Map<number, PartInfo>();
  for (const { partNumber } of requested) {
    await yieldIfNeeded(signal);
    const part = readPart(bucket, id, partNumber);
    if (part !== undefined && (upload === undefined || part.checksum?.algorithm === upload.algorithm)) parts.set(partNumber, part);
  }
  return parts;
}

/** Ends an upload whose object is committed. The call succeeds in any case: an upload that cannot be ended expires. */
function endCompleted(bucket: BucketDirectory, id: string): void {
  try {
    endUpload(bucket, id);
  } catch {
    // See above.
  }
}

async function yieldIfNeeded(signal: AbortSignal | undefined): Promise<void> {
  if (!shouldYield()) return;
  await yieldToEventLoop();
  signal?.throwIfAborted();
}

function isAfter(key: string, id: string, after: ListUploadsCall['after']): boolean {
  if (after === undefined) return true;
  const order = compareKeys(key, after.key);
  return order > 0 || (order === 0 && after.id !== undefined && id > after.id);
}
