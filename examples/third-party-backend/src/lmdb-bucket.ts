import type { WriteConditions } from '@anybucket/core';
import * as core from '@anybucket/core/backend';
import type { LmdbStore } from './lmdb-store.js';

/** An object to store, without its body. */
type NewObject = Pick<core.ObjectRecord, 'etag' | 'attributes' | 'tags'>;

/** Creates the primitives of one bucket. @param openStore returns the store in its latest state. */
export function lmdbBucket(bucket: string, openStore: () => LmdbStore): core.BucketDriver {
  /** Stores an object if the conditions hold, and returns its last-modified time. Must run in a write transaction. */
  function putIf(conditions: WriteConditions | undefined, store: LmdbStore, key: string, body: Buffer, object: NewObject): Date {
    const current = store.findRecord(bucket, key);
    core.evaluateWriteConditions(conditions, current);
    // Never earlier than the replaced object, even if the clock was set back.
    const lastModified = core.truncateToSeconds(Math.max(Date.now(), Number(current?.lastModified ?? 0)));
    store.records.putSync(`${bucket}/${key}`, { ...object, size: body.length, lastModified });
    store.bodies.putSync(`${bucket}/${key}`, body);
    return lastModified;
  }

  return {
    headObject: async (key) => core.toObjectInfo(key, openStore().record(bucket, key)),

    async getObject(key, { conditions, range }) {
      const store = openStore();
      const record = store.record(bucket, key);
      core.evaluateReadConditions(conditions, record);
      const resolved = range && core.resolveRange(range, record.size);
      const body = store.body(bucket, key).subarray(resolved?.start, resolved?.end);
      return { info: core.toObjectInfo(key, record), range: resolved, body };
    },

    async putObject(key, body, { conditions, partSize, attributes, tags, signal }) {
      // Checked before the body is read, and again when the object is stored.
      core.evaluateWriteConditions(conditions, openStore().findRecord(bucket, key));
      const bytes = await core.readWholeBody(body);
      signal?.throwIfAborted();
      const etag = core.etagOf(bytes, partSize);
      openStore().write((store) => putIf(conditions, store, key, bytes, { etag, attributes, tags }));
      return { etag };
    },

    copyObject: async (key, source, { replace, tags, conditions }) =>
      openStore().write((store) => {
        const from = store.record(source.bucket, source.key);
        core.evaluateSourceConditions(source, from);
        const body = store.body(source.bucket, source.key);
        // As on S3, the copy of a multipart object has a plain ETag.
        const etag = core.isMultipartEtag(from.etag) ? core.etagOf(body, Infinity) : from.etag;
        const copy = { etag, attributes: replace ?? from.attributes, tags: tags ?? from.tags };
        return { etag, lastModified: putIf(conditions, store, key, body, copy) };
      }),

    deleteObject: async (key, { ifMatch }) =>
      openStore().write((store) => {
        core.evaluateWriteConditions({ ifMatch }, store.findRecord(bucket, key));
        store.remove(bucket, key);
        return {};
      }),

    deleteObjects: async (targets) =>
      openStore().write((store) => {
        store.requireBucket(bucket);
        for (const { key } of targets) store.remove(bucket, key);
        return targets.map(() => ({}));
      }),

    async listObjects(call) {
      const store = openStore();
      store.requireBucket(bucket);
      const keys = { seek: (from: string, exclusive: boolean) => store.seekKey(bucket, from, exclusive) };
      const { entries, truncated } = core.pageOfKeys(keys, call);
      const toEntry = (key: string) => core.toListEntry(key, store.record(bucket, key), call);
      return { entries: entries.map((entry) => (typeof entry === 'string' ? toEntry(entry) : entry)), truncated };
    },
  };
}
