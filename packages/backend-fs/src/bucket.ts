import type { CopyResult, ObjectInfo, PutResult } from '@anybucket/core';
import type {
  BucketDriver,
  CopyCall,
  CopySource,
  DeleteCall,
  DriverCall,
  DriverObject,
  DriverPage,
  GetCall,
  HeadCall,
  ListCall,
  PutBody,
  PutCall,
  StorageError,
  DeleteOutcome,
  ObjectVersionId,
} from '@anybucket/core/backend';
import {
  EtagHasher,
  evaluateReadConditions,
  evaluateWriteConditions,
  parseVersionId,
  partRange,
  resolveRange,
  toChecksum,
  toStorageError,
} from '@anybucket/core/backend';
import { listPage } from './reading/list-page.js';
import { infoOf, partsOf, readState } from './reading/object-state.js';
import { closeOnError, openObject, readBody } from './reading/open-object.js';
import { objectSource, requireObject } from './reading/versions.js';
import type { RecordLine } from './records/record-line.js';
import type { Access, BucketDirectory, OpenBucket } from './root/bucket-directory.js';
import { hasErrno } from './system/errno.js';
import { shouldYield, yieldToEventLoop } from './system/event-loop.js';
import { commit } from './writing/commit.js';
import { deleteObject } from './writing/delete-object.js';
import { stageBytes, stageStream } from './writing/stage-body.js';
import type { StagedBody } from './writing/stage-body.js';
import { stageCopy } from './writing/stage-copy.js';

/** The driver for one bucket: a directory of plain files, and an internal directory with a record per object. */
export class FsBucket implements BucketDriver {
  readonly #name: string;
  readonly #openBucket: OpenBucket;

  constructor(name: string, openBucket: OpenBucket) {
    this.#name = name;
    this.#openBucket = openBucket;
  }

  async headObject(key: string, { versionId, signal }: HeadCall): Promise<ObjectInfo> {
    checkVersionId(versionId);
    const bucket = await this.#open(this.#name, 'read');
    return infoOf(key, await requireObject(bucket, key, versionId, signal));
  }

  async getObject(key: string, { versionId, range, partNumber, conditions, signal }: GetCall): Promise<DriverObject> {
    checkVersionId(versionId);
    const bucket = await this.#open(this.#name, 'read');
    return openObject(bucket, key, objectSource(bucket, key, versionId), signal, (object) =>
      closeOnError(bucket, object.fd, (): DriverObject => {
        const info = infoOf(key, object);
        evaluateReadConditions(conditions, info);
        if (range === undefined && partNumber === undefined) return { info, body: readBody(bucket, object, 0, info.size) };
        const resolved = range === undefined ? partRange(partsOf(object), partNumber ?? 1, info.size) : resolveRange(range, info.size);
        return { info, range: resolved, body: readBody(bucket, object, resolved.start, resolved.end) };
      }),
    );
  }

  async putObject(key: string, body: PutBody, call: PutCall): Promise<PutResult> {
    const { attributes, tags, conditions, partSize, signal } = call;
    // A missing bucket and a failing condition are reported before a stream is read. `commit` checks them again, under the lock.
    const bucket = await this.#open(this.#name, 'write');
    bucket.requireExisted();
    if (conditions !== undefined) evaluateWriteConditions(conditions, (await readState(bucket, key, signal))?.line);
    const staged = await stageBody(bucket, body, partSize, signal);
    const value = body.checksum?.();
    const checksum = call.checksum && value !== undefined ? toChecksum(call.checksum.algorithm, value) : undefined;
    return toPutResult(await commit(bucket, key, { body: staged, partSize, attributes, tags, checksum }, conditions, signal));
  }

  async copyObject(key: string, source: CopySource, call: CopyCall): Promise<CopyResult> {
    const { replace, tags, conditions, signal } = call;
    checkVersionId(source.versionId);
    const from = await this.#open(source.bucket, 'write');
    const { target, body, line, checksum } = await stageCopy(from, source, () => this.#requireBucket('write'), call);
    const object = { body, partSize: Infinity, attributes: replace ?? line.attributes, tags: tags ?? line.tags, checksum };
    const committed = await commit(target, key, object, conditions, signal);
    return { ...toPutResult(committed), lastModified: new Date(committed.modified * 1000) };
  }

  async deleteObject(key: string, call: DeleteCall): Promise<DeleteOutcome> {
    checkVersionId(call.versionId);
    return deleteObject(await this.#open(this.#name, 'write'), key, call);
  }

  async deleteObjects(targets: readonly ObjectVersionId[], { signal }: DriverCall): Promise<(DeleteOutcome | StorageError)[]> {
    const results: (DeleteOutcome | StorageError)[] = [];
    // Reports a missing bucket even if there are no keys.
    await this.#requireBucket('write');
    for (const { key, versionId } of targets) {
      const bucket = await this.#open(this.#name, 'write');
      signal?.throwIfAborted();
      try {
        results.push(await deleteObject(bucket, key, { versionId, signal }));
      } catch (error) {
        // Map errno here; the portable layer does not see this error.
        results.push(toStorageError(error, { operation: 'delete', bucket: this.#name, key }));
      }
    }
    return results;
  }

  async listObjects(call: ListCall): Promise<DriverPage> {
    return listPage(await this.#requireBucket('read'), call);
  }

  /** Opens a bucket. @throws `NoSuchBucket`; `AccessDenied` for a write when the root can only be read. */
  async #requireBucket(access: Access): Promise<BucketDirectory> {
    const bucket = await this.#open(this.#name, access);
    bucket.requireExists();
    return bucket;
  }

  /** Opens a bucket, for operations that check later whether it exists. */
  async #open(name: string, access: Access): Promise<BucketDirectory> {
    if (shouldYield()) await yieldToEventLoop();
    return this.#openBucket(name, access);
  }
}

/** @throws `InvalidArgument` for a malformed version id, which is reported before a missing bucket. */
export function checkVersionId(versionId: string | undefined): void {
  if (versionId !== undefined) parseVersionId(versionId);
}

/** Returns the result of a put. */
export function toPutResult({ etag, version, checksum }: RecordLine): PutResult {
  const result: { -readonly [Name in keyof PutResult]: PutResult[Name] } = { etag };
  if (version !== undefined) result.versionId = version;
  if (checksum !== undefined) result.checksum = checksum;
  return result;
}

/** Writes a body to a temp file. @throws `NoSuchBucket` when the root was removed by hand. */
export async function stageBody(
  bucket: BucketDirectory,
  body: PutBody,
  partSize: number,
  signal: AbortSignal | undefined,
): Promise<StagedBody> {
  try {
    if (body.bytes !== undefined) return stageBytes(bucket.root, body.bytes, partSize);
    return await stageStream(bucket.root, body, new EtagHasher(partSize), signal);
  } catch (error) {
    // The bucket existed a moment ago, but may have been removed since.
    if (hasErrno(error, 'ENOENT')) bucket.requireExists();
    throw error;
  }
}
