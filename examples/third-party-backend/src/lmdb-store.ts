import { deserialize, serialize } from 'node:v8';
import type { ObjectRecord } from '@anybucket/core/backend';
import { StorageError } from '@anybucket/core/backend';
import { open } from 'lmdb';

// The default encoding loses dates, and properties such as `__proto__`.
const recordEncoding = { encoder: { encode: serialize, decode: deserialize } };

/** The tables of an LMDB folder. Objects have the key `BUCKET/KEY`. LMDB sorts keys by their UTF-8 bytes, as S3 does. */
export class LmdbStore {
  readonly root;
  readonly buckets;
  readonly records;
  /** One body per record, in a separate table so that listings do not read them. */
  readonly bodies;

  constructor(folder: string) {
    // Otherwise LMDB takes a path with a dot for the path of a file.
    this.root = open({ path: folder, noSubdir: false });
    this.buckets = this.root.openDB<true, string>({ name: 'buckets' });
    this.records = this.root.openDB<ObjectRecord, string>({ name: 'records', ...recordEncoding });
    this.bodies = this.root.openDB<Buffer, string>({ name: 'bodies', encoding: 'binary' });
  }

  /** Runs a write transaction, one at a time across processes. Nothing is written when it throws. */
  write<T>(transaction: (store: this) => T): T {
    return this.root.transactionSync(() => transaction(this));
  }

  /** Throws `NoSuchBucket`. */
  requireBucket(bucket: string): void {
    if (!this.buckets.doesExist(bucket)) throw new StorageError({ code: 'NoSuchBucket', bucket, message: 'the bucket does not exist' });
  }

  /** Returns undefined for a missing object. Throws `NoSuchBucket`. */
  findRecord(bucket: string, key: string): ObjectRecord | undefined {
    this.requireBucket(bucket);
    return this.records.get(`${bucket}/${key}`);
  }

  /** Throws `NoSuchBucket`, `NoSuchKey`. */
  record(bucket: string, key: string): ObjectRecord {
    const record = this.findRecord(bucket, key);
    if (record === undefined) throw new StorageError({ code: 'NoSuchKey', bucket, key, message: 'the object does not exist' });
    return record;
  }

  /** Returns the body of an existing object. */
  body(bucket: string, key: string): Buffer {
    return this.bodies.get(`${bucket}/${key}`) as Buffer;
  }

  remove(bucket: string, key: string): void {
    this.records.removeSync(`${bucket}/${key}`);
    this.bodies.removeSync(`${bucket}/${key}`);
  }

  /** Returns the first key of a bucket that is not less than `from`, or greater if `exclusiveStart`; undefined at the end. */
  seekKey(bucket: string, from: string, exclusiveStart: boolean): string | undefined {
    const [found] = this.records.getKeys({ start: `${bucket}/${from}`, exclusiveStart, limit: 1 });
    return found?.startsWith(`${bucket}/`) === true ? found.slice(bucket.length + 1) : undefined;
  }
}
