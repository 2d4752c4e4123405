import { deserialize, serialize } from 'node:v8';
import * as core from '@anybucket/core/backend';
import { open } from 'lmdb';

// Node's own form keeps dates, and names such as `__proto__`, as they are.
const recordForm = { encoder: { encode: serialize, decode: deserialize } };

/** The tables in an LMDB folder. An object is found by `BUCKET/KEY`; LMDB sorts as S3 does, by the bytes of UTF-8. */
export class Store {
  readonly root;
  readonly buckets;
  readonly records;
  /** Apart from the records, so that a listing reads none of them. There is one for each record. */
  readonly bodies;

  constructor(folder: string) {
    // LMDB would take a path with a dot in it for a file's.
    this.root = open({ path: folder, noSubdir: false });
    this.buckets = this.root.openDB<true, string>({ name: 'buckets' });
    this.records = this.root.openDB<core.ObjectRecord, string>({ name: 'records', ...recordForm });
    this.bodies = this.root.openDB<Buffer, string>({ name: 'bodies', encoding: 'binary' });
  }

  /** Runs a writer alone, also beside other processes. All that it wrote is kept, or nothing when it throws. */
  write<T>(writer: (store: this) => T): T {
    return this.root.transactionSync(() => writer(this));
  }

  requireBucket(bucket: string): void {
    if (!this.buckets.doesExist(bucket))
      throw new core.StorageError({ code: 'NoSuchBucket', bucket, message: 'the bucket does not exist' });
  }

  /** @throws `NoSuchBucket` */
  find(bucket: string, key: string): core.ObjectRecord | undefined {
    this.requireBucket(bucket);
    return this.records.get(`${bucket}/${key}`);
  }

  /** @throws `NoSuchBucket`, `NoSuchKey` */
  get(bucket: string, key: string): core.ObjectRecord {
    const record = this.find(bucket, key);
    if (record === undefined) throw new core.StorageError({ code: 'NoSuchKey', bucket, key, message: 'the object does not exist' });
    return record;
  }

  remove(bucket: string, key: string): void {
    this.records.removeSync(`${bucket}/${key}`);
    this.bodies.removeSync(`${bucket}/${key}`);
  }

  /** The first key of a bucket from a place on. */
  seek(bucket: string, from: string, exclusiveStart: boolean): string | undefined {
    const [found] = this.records.getKeys({ start: `${bucket}/${from}`, exclusiveStart, limit: 1 });
    return found?.startsWith(`${bucket}/`) === true ? found.slice(bucket.length + 1) : undefined;
  }
}
