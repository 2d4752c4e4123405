import * as core from '@anybucket/core/backend';
import type { Store } from './store.js';

type Commit = Pick<core.PutCall, 'attributes' | 'tags' | 'conditions'> & { readonly etag: string };

/** The primitives of one bucket. @param latest gives the store as it is now. */
export function lmdbBucket(latest: () => Store, bucket: string): core.BucketDriver {
  /** Stores an object if the conditions hold of what is there now. For a writer. */
  function commit(store: Store, key: string, body: Buffer, { conditions, ...beside }: Commit): Date {
    const current = store.find(bucket, key);
    core.evaluateWriteConditions(conditions, current);
    // A clock that was set back makes no object older.
    const lastModified = core.truncateToSeconds(Math.max(Date.now(), Number(current?.lastModified ?? 0)));
    store.records.putSync(`${bucket}/${key}`, { ...beside, size: body.length, lastModified });
    store.bodies.putSync(`${bucket}/${key}`, body);
    return lastModified;
  }

  return {
    headObject: async (key) => core.toObjectInfo(key, latest().get(bucket, key)),

    async getObject(key, { conditions, range: asked }) {
      const store = latest();
      const record = store.get(bucket, key);
      core.evaluateReadConditions(conditions, record);
      const range = asked && core.resolveRange(asked, record.size);
      const body = store.bodies.get(`${bucket}/${key}`) as Buffer;
      return { info: core.toObjectInfo(key, record), range, body: body.subarray(range?.start, range?.end) };
    },

    async putObject(key, body, { conditions, partSize, attributes, tags, signal }) {
      // What refuses the put does so before the body is read, and once more when it is stored.
      core.evaluateWriteConditions(conditions, latest().find(bucket, key));
      const bytes = await core.readWholeBody(body);
      signal?.throwIfAborted();
      const etag = core.etagOf(bytes, partSize);
      latest().write((store) => commit(store, key, bytes, { etag, attributes, tags, conditions }));
      return { etag };
    },

    copyObject: async (key, source, { replace, tags, conditions }) =>
      latest().write((store) => {
        const from = store.get(source.bucket, source.key);
        core.evaluateSourceConditions(source, from);
        const body = store.bodies.get(`${source.bucket}/${source.key}`) as Buffer;
        const etag = core.isMultipartEtag(from.etag) ? core.etagOf(body, Infinity) : from.etag;
        const beside = { etag, attributes: replace ?? from.attributes, tags: tags ?? from.tags, conditions };
        return { etag, lastModified: commit(store, key, body, beside) };
      }),

    deleteObject: async (key, { ifMatch }) =>
      latest().write((store) => {
        core.evaluateWriteConditions({ ifMatch }, store.find(bucket, key));
        store.remove(bucket, key);
      }),

    deleteObjects: async (keys) =>
      latest().write((store) => {
        store.requireBucket(bucket);
        for (const key of keys) store.remove(bucket, key);
        return [];
      }),

    async listObjects({ metadata, ...request }) {
      const store = latest();
      store.requireBucket(bucket);
      const { entries, truncated } = core.pageOfKeys({ seek: (from, exclusive) => store.seek(bucket, from, exclusive) }, request);
      const told = (key: string) => core.toListEntry(key, store.get(bucket, key), metadata);
      return { entries: entries.map((entry) => (typeof entry === 'string' ? told(entry) : entry)), truncated };
    },
  };
}
