import { isStorageError } from '@anybucket/core';
import type { CopyResult, DeleteOutcome, ObjectInfo, ObjectVersionId, PutResult, StorageError } from '@anybucket/core';
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
} from '@anybucket/core/backend';
import type { Prefixes } from './prefixes.js';

/** The driver of a bucket whose keys have a prefix in the wrapped store. */
export class PrefixedBucket implements BucketDriver {
  readonly #bucket: BucketDriver;
  readonly #prefixes: Prefixes;

  constructor(bucket: BucketDriver, prefixes: Prefixes) {
    this.#bucket = bucket;
    this.#prefixes = prefixes;
  }

  headObject(key: string, call: HeadCall): Promise<ObjectInfo> {
    return this.#prefixes.run(async () => this.#prefixes.own(await this.#bucket.headObject(this.#prefixes.key(key), call)));
  }

  getObject(key: string, call: GetCall): Promise<DriverObject> {
    return this.#prefixes.run(async () => {
      const object = await this.#bucket.getObject(this.#prefixes.key(key), call);
      return { ...object, info: this.#prefixes.own(object.info) };
    });
  }

  putObject(key: string, body: PutBody, call: PutCall): Promise<PutResult> {
    return this.#prefixes.run(async () => this.#bucket.putObject(this.#prefixes.key(key), body, call));
  }

  copyObject(key: string, source: CopySource, call: CopyCall): Promise<CopyResult> {
    return this.#prefixes.run(async () => this.#bucket.copyObject(this.#prefixes.key(key), prefixedSource(source, this.#prefixes), call));
  }

  deleteObject(key: string, call: DeleteCall): Promise<DeleteOutcome> {
    return this.#prefixes.run(async () => this.#bucket.deleteObject(this.#prefixes.key(key), call));
  }

  deleteObjects(targets: readonly ObjectVersionId[], call: DriverCall): Promise<readonly (DeleteOutcome | StorageError)[]> {
    return this.#prefixes.run(async () => {
      const prefixed = targets.map(({ key, ...version }) => ({ ...version, key: this.#prefixes.key(key) }));
      const outcomes = await this.#bucket.deleteObjects(prefixed, call);
      return outcomes.map((outcome) => (isStorageError(outcome) ? this.#prefixes.ownError(outcome) : outcome));
    });
  }

  listObjects(call: ListCall): Promise<DriverPage> {
    return this.#prefixes.run(async () => {
      // At the least after the prefix itself: an object with that key, such as `tenant-1/`, has no key here.
      const { entries, truncated } = await this.#bucket.listObjects({
        ...call,
        prefix: this.#prefixes.prefix(call.prefix),
        startAfter: this.#prefixes.prefix(call.startAfter),
      });
      return { entries: entries.map((entry) => this.#prefixes.own(entry)), truncated };
    });
  }
}

/** Returns the source of a copy in the wrapped store. */
export function prefixedSource(source: CopySource, prefixes: Prefixes): CopySource {
  return { ...source, bucket: prefixes.bucket(source.bucket), key: prefixes.key(source.key) };
}
