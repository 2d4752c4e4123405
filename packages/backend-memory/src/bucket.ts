import {
  StorageError,
  toListEntry,
  toObjectInfo,
  evaluateReadConditions,
  evaluateSourceConditions,
  evaluateWriteConditions,
  isMultipartEtag,
  partRange,
  resolveRange,
} from '@anybucket/core/backend';
import type {
  BucketDriver,
  CopyCall,
  CopySource,
  DeleteCall,
  DriverObject,
  DriverPage,
  GetCall,
  HeadCall,
  ListCall,
  PutBody,
  PutCall,
  DeleteOutcome,
  ObjectVersionId,
} from '@anybucket/core/backend';
import type { CopyResult, ObjectInfo, PutResult } from '@anybucket/core';
import { ContentStream, copyContent, streamChunkBytes } from './store/content.js';
import { checksumOfCopy, plainEtag, receiveBytes, receiveStream, receivedChecksum } from './store/receive.js';
import type { StoredRecord } from './store/stored-entry.js';
import type { Store } from './store/store.js';

/** The primitives of one bucket. */
export class MemoryBucketDriver implements BucketDriver {
  readonly #store: Store;
  readonly #name: string;

  constructor(store: Store, name: string) {
    this.#store = store;
    this.#name = name;
  }

  async headObject(key: string, { versionId }: HeadCall): Promise<ObjectInfo> {
    return toObjectInfo(key, this.#store.object(this.#name, key, versionId));
  }

  async getObject(key: string, { range, partNumber, conditions, versionId }: GetCall): Promise<DriverObject> {
    const object = this.#store.object(this.#name, key, versionId);
    evaluateReadConditions(conditions, object);
    const { content, size, parts } = object;
    const resolved =
      partNumber !== undefined ? partRange(parts, partNumber, size) : range === undefined ? undefined : resolveRange(range, size);
    const { start, end } = resolved ?? { start: 0, end: size };
    const body = end - start <= streamChunkBytes ? copyContent(content, start, end - start) : new ContentStream(content, start, end);
    return { info: toObjectInfo(key, object), range: resolved, body };
  }

  async putObject(key: string, body: PutBody, call: PutCall): Promise<PutResult> {
    const { attributes, tags, conditions, partSize, signal } = call;
    // Checked before the body is read, and again by `Store.put` afterwards.
    evaluateWriteConditions(conditions, this.#store.bucket(this.#name).objects.get(key));
    const received = body.bytes === undefined ? await receiveStream(body, partSize) : receiveBytes(body.bytes, partSize);
    signal?.throwIfAborted();
    const { content, size, etag, parts } = received;
    // Not by spread, which would dominate the cost of a small put.
    const version = { content, size, etag, parts, attributes, tags, checksum: receivedChecksum(body, call.checksum) };
    return toPutResult(this.#store.put(this.#name, key, version, conditions));
  }

  async copyObject(key: string, source: CopySource, call: CopyCall): Promise<CopyResult> {
    const { replace, tags, conditions, checksumAlgorithm } = call;
    const from = this.#store.object(source.bucket, source.key, source.versionId);
    evaluateSourceConditions(source, from);
    // Checked before the body is hashed. As on a server, errors of the source take precedence over those of the target.
    evaluateWriteConditions(conditions, this.#store.bucket(this.#name).objects.get(key));
    const { content, size } = from;
    const etag = isMultipartEtag(from.etag) ? plainEtag(content) : from.etag;
    const checksum = await checksumOfCopy(content, from.checksum, checksumAlgorithm);
    const version = { content, size, etag, attributes: replace ?? from.attributes, tags: tags ?? from.tags, checksum };
    const copy = this.#store.put(this.#name, key, version, conditions);
    return { ...toPutResult(copy), lastModified: new Date(copy.lastModified) };
  }

  async deleteObject(key: string, { versionId, ifMatch }: DeleteCall): Promise<DeleteOutcome> {
    return this.#store.delete(this.#name, key, versionId, ifMatch);
  }

  async deleteObjects(targets: readonly ObjectVersionId[]): Promise<readonly (DeleteOutcome | StorageError)[]> {
    // Throws NoSuchBucket, also when there are no keys.
    this.#store.bucket(this.#name);
    return targets.map(({ key, versionId }) => {
      try {
        return this.#store.delete(this.#name, key, versionId);
      } catch (error) {
        if (error instanceof StorageError) return error;
        throw error;
      }
    });
  }

  async listObjects(call: ListCall): Promise<DriverPage> {
    const { entries, truncated } = this.#store.bucket(this.#name).objects.page(call);
    return { entries: entries.map((entry) => ('isPrefix' in entry ? entry : toListEntry(entry.key, entry, call))), truncated };
  }
}

/** Returns the result of a put. */
export function toPutResult({ etag, versionId, checksum }: StoredRecord): PutResult {
  const result: { -readonly [Name in keyof PutResult]: PutResult[Name] } = { etag };
  if (versionId !== undefined) result.versionId = versionId;
  if (checksum !== undefined) result.checksum = { ...checksum };
  return result;
}
