import {
  toListEntry,
  toObjectInfo,
  evaluateReadConditions,
  evaluateSourceConditions,
  evaluateWriteConditions,
  isMultipartEtag,
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
  ListCall,
  PutBody,
  PutCall,
  DeleteOutcome,
  ObjectVersionId,
} from '@anybucket/core/backend';
import type { CopyResult, ObjectInfo, PutResult } from '@anybucket/core';
import { ContentStream, copyContent, streamChunkBytes } from './store/content.js';
import { plainEtag, receiveBytes, receiveStream } from './store/receive.js';
import type { Store } from './store/store.js';

/** The primitives of one bucket. */
export class MemoryBucketDriver implements BucketDriver {
  readonly #store: Store;
  readonly #name: string;

  constructor(store: Store, name: string) {
    this.#store = store;
    this.#name = name;
  }

  async headObject(key: string): Promise<ObjectInfo> {
    return toObjectInfo(key, this.#store.object(this.#name, key));
  }

  async getObject(key: string, { range, conditions }: GetCall): Promise<DriverObject> {
    const object = this.#store.object(this.#name, key);
    evaluateReadConditions(conditions, object);
    const resolved = range === undefined ? undefined : resolveRange(range, object.size);
    const { start, end } = resolved ?? { start: 0, end: object.size };
    const { content } = object.file;
    const body = end - start <= streamChunkBytes ? copyContent(content, start, end - start) : new ContentStream(content, start, end);
    return { info: toObjectInfo(key, object), range: resolved, body };
  }

  async putObject(key: string, body: PutBody, call: PutCall): Promise<PutResult> {
    // Checked before the body is read, and again by `Store.put` afterwards.
    evaluateWriteConditions(call.conditions, this.#store.objects(this.#name).get(key));
    const received = body.bytes === undefined ? await receiveStream(body, call.partSize) : receiveBytes(body.bytes, call.partSize);
    call.signal?.throwIfAborted();
    const { etag } = this.#store.put(this.#name, key, received, call);
    return { etag };
  }

  async copyObject(key: string, source: CopySource, { replace, tags, conditions }: CopyCall): Promise<CopyResult> {
    const from = this.#store.object(source.bucket, source.key);
    evaluateSourceConditions(source, from);
    // Checked before the body is hashed. As on a server, errors of the source take precedence over those of the target.
    evaluateWriteConditions(conditions, this.#store.objects(this.#name).get(key));
    const { content } = from.file;
    const etag = isMultipartEtag(from.etag) ? plainEtag(content) : from.etag;
    const attributes = { attributes: replace ?? from.attributes, tags: tags ?? from.tags, conditions };
    const copy = this.#store.put(this.#name, key, { content, size: from.size, etag }, attributes);
    return { etag, lastModified: new Date(copy.lastModified) };
  }

  async deleteObject(key: string, { ifMatch }: DeleteCall): Promise<DeleteOutcome> {
    const objects = this.#store.objects(this.#name);
    evaluateWriteConditions({ ifMatch }, objects.get(key));
    this.#store.delete(this.#name, key);
    return {};
  }

  async deleteObjects(targets: readonly ObjectVersionId[]): Promise<readonly DeleteOutcome[]> {
    // Throws NoSuchBucket, also when there are no keys.
    this.#store.objects(this.#name);
    for (const { key } of targets) this.#store.delete(this.#name, key);
    return targets.map(() => ({}));
  }

  async listObjects({ metadata, ...request }: ListCall): Promise<DriverPage> {
    const { entries, truncated } = this.#store.objects(this.#name).page(request);
    return { entries: entries.map((entry) => ('isPrefix' in entry ? entry : toListEntry(entry.key, entry, metadata))), truncated };
  }
}
