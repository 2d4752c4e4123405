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
  ListCall,
  PutBody,
  PutCall,
  StorageError,
} from '@anybucket/core/backend';
import { EtagHasher, evaluateReadConditions, evaluateWriteConditions, resolveRange, toStorageError } from '@anybucket/core/backend';
import type { BucketFolder } from './root/bucket-directory.js';
import { commit } from './writing/commit.js';
import { stageCopy } from './writing/stage-copy.js';
import { deleteObject } from './writing/delete-object.js';
import { listPage } from './reading/list-page.js';
import { infoOf } from './reading/object-info.js';
import { readState, requireState } from './reading/object-state.js';
import { openObject, readBody } from './reading/open-object.js';
import { stageBytes, stageStream } from './writing/stage-body.js';
import { isLongTurn, takeTurns } from './system/event-loop.js';

/** The primitives of one bucket: a folder of plain files, and a record of each in the hidden folder. */
export class FsBucket implements BucketDriver {
  readonly #name: string;
  readonly #folder: (name: string) => Promise<BucketFolder>;

  /** @param folder gives the folder of a bucket below the open root. */
  constructor(name: string, folder: (name: string) => Promise<BucketFolder>) {
    this.#name = name;
    this.#folder = folder;
  }

  async headObject(key: string, { signal }: DriverCall): Promise<ObjectInfo> {
    const bucket = await this.#begin();
    return infoOf(key, await requireState(bucket, key, signal));
  }

  async getObject(key: string, { range, conditions, signal }: GetCall): Promise<DriverObject> {
    const bucket = await this.#begin();
    const { calls } = bucket.root;
    const object = await openObject(bucket, key, signal);
    try {
      const info = infoOf(key, object);
      evaluateReadConditions(conditions, info);
      if (range === undefined) return { info, body: readBody(calls, object.fd, 0, info.size) };
      const resolved = resolveRange(range, info.size);
      return { info, range: resolved, body: readBody(calls, object.fd, resolved.start, resolved.end) };
    } catch (error) {
      calls.closeSync(object.fd);
      throw error;
    }
  }

  async putObject(key: string, body: PutBody, { attributes, tags, conditions, partSize, signal }: PutCall): Promise<PutResult> {
    const bucket = await this.#enter();
    // Told before the body is read: a bucket that is missing, a condition that can't hold. One that lies in memory takes no time.
    if (conditions !== undefined || body.bytes === undefined) bucket.require();
    if (conditions !== undefined) evaluateWriteConditions(conditions, (await readState(bucket, key, signal))?.line);
    const staged =
      body.bytes === undefined
        ? await stageStream(bucket.root, body, new EtagHasher(partSize), signal)
        : stageBytes(bucket.root, body.bytes, partSize);
    const { etag } = await commit(bucket, key, { body: staged, partSize, attributes, tags }, conditions, signal);
    return { etag };
  }

  async copyObject(key: string, source: CopySource, { replace, tags, conditions, signal }: CopyCall): Promise<CopyResult> {
    const from = await this.#begin(source.bucket);
    const { bucket, body, line } = await stageCopy(from, source, () => this.#begin(), signal);
    const object = { body, partSize: Infinity, attributes: replace ?? line.attributes, tags: tags ?? line.tags };
    const { etag, modified } = await commit(bucket, key, object, conditions, signal);
    return { etag, lastModified: new Date(modified * 1000) };
  }

  async deleteObject(key: string, { ifMatch, signal }: DeleteCall): Promise<void> {
    await deleteObject(await this.#enter(), key, ifMatch, signal);
  }

  async deleteObjects(keys: readonly string[], { signal }: DriverCall): Promise<{ key: string; error: StorageError }[]> {
    const failures: { key: string; error: StorageError }[] = [];
    // Also where there is no key: a missing bucket must not pass.
    await this.#begin();
    for (const key of keys) {
      const bucket = await this.#enter();
      signal?.throwIfAborted();
      try {
        await deleteObject(bucket, key, undefined, signal);
      } catch (error) {
        // Here nobody translates what the system said.
        failures.push({ key, error: toStorageError(error, { operation: 'delete', bucket: this.#name, key }) });
      }
    }
    return failures;
  }

  async listObjects(call: ListCall): Promise<DriverPage> {
    return listPage(await this.#begin(), call);
  }

  /** Calls that read begin here. @throws `NoSuchBucket`. */
  async #begin(name = this.#name): Promise<BucketFolder> {
    const bucket = await this.#enter(name);
    bucket.require();
    return bucket;
  }

  /** The same for a call that looks under a lock whether the bucket exists. */
  async #enter(name = this.#name): Promise<BucketFolder> {
    if (isLongTurn()) await takeTurns();
    return this.#folder(name);
  }
}
