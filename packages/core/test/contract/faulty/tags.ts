import { setTimeout as delay } from 'node:timers/promises';
import type { Tags } from '@anybucket/core';
import type { Broken } from './spoil.js';
import { spoilBucket, spoilInfo, spoilTags } from './spoil.js';

/** Tags. */
export const brokenTags: readonly Broken[] = [
  {
    name: 'tags come after the body',
    wrap: spoilBucket((inner, name, driver) => ({
      async putObject(key, body, call) {
        const result = await inner.putObject(key, body, { ...call, tags: {} });
        await delay(1);
        if (Object.keys(call.tags).length > 0) await driver.tags?.setTags(name, key, call.tags, {});
        return result;
      },
    })),
    caughtBy: 'concurrency/tags-commit-with-body',
  },
  {
    name: 'tags of the objects below, too',
    wrap: spoilTags((inner, driver) => ({
      async setTags(bucket, key, tags, call) {
        await inner.setTags(bucket, key, tags, call);
        const below = await driver
          .bucket(bucket)
          .listObjects({ prefix: `${key}/`, delimiter: '', startAfter: '', maxKeys: 1000, metadata: false });
        for (const entry of below.entries) await inner.setTags(bucket, entry.key, tags, call);
      },
    })),
    caughtBy: 'tags/independent-per-object',
  },
  {
    name: 'the number of tags when there are none',
    wrap: spoilInfo((info) => ({ tagCount: 0, ...info })),
    caughtBy: 'stat/minimal-fields',
  },
  {
    name: 'a wrong number of tags',
    wrap: spoilInfo((info) => ('tagCount' in info ? { ...info, tagCount: 1 } : info)),
    caughtBy: 'tags/valid/ten',
  },
  {
    name: 'tags change the ETag',
    wrap: spoilInfo((info) => ('tagCount' in info ? { ...info, etag: `${info.etag.slice(0, -1)}x` } : info)),
    caughtBy: 'tags/keep-body-and-attributes',
  },
  {
    name: 'tags change the time',
    wrap: (driver) => {
      const set = new Map<string, Date>();
      const timed = spoilTags((inner) => ({
        async setTags(bucket, key, tags, call) {
          await inner.setTags(bucket, key, tags, call);
          set.set(`${bucket}/${key}`, new Date(Math.floor(Date.now() / 1000) * 1000));
        },
      }))(driver);
      return spoilBucket((inner, name) => ({
        async headObject(key, call) {
          const info = await inner.headObject(key, call);
          return { ...info, lastModified: set.get(`${name}/${key}`) ?? info.lastModified };
        },
      }))(timed);
    },
    caughtBy: 'tags/keep-body-and-attributes',
  },
  {
    name: 'tags are merged',
    wrap: spoilTags((inner) => ({
      async setTags(bucket, key, tags, call) {
        const old = await inner.getTags(bucket, key, call);
        await inner.setTags(bucket, key, Object.keys(tags).length === 0 ? {} : { ...old, ...tags }, call);
      },
    })),
    caughtBy: 'tags/set-replaces',
  },
  {
    name: 'tags survive an overwrite',
    wrap: spoilBucket((inner, name, driver) => ({
      async putObject(key, body, call) {
        const old: Tags = (await driver.tags?.getTags(name, key, {}).catch(() => undefined)) ?? {};
        return inner.putObject(key, body, { ...call, tags: Object.keys(call.tags).length === 0 ? old : call.tags });
      },
    })),
    caughtBy: 'tags/overwrite-replaces',
  },
  {
    name: 'tags of streams are lost',
    wrap: spoilBucket((inner) => ({
      putObject: (key, body, call) => inner.putObject(key, body, body.bytes === undefined ? { ...call, tags: {} } : call),
    })),
    caughtBy: 'tags/valid/one',
  },
  {
    name: 'tags are not removed',
    wrap: spoilTags((inner) => ({
      setTags: async (bucket, key, tags, call) => (Object.keys(tags).length === 0 ? undefined : inner.setTags(bucket, key, tags, call)),
    })),
    caughtBy: 'tags/remove',
  },
  {
    name: 'tags of a missing object are empty',
    wrap: spoilTags((inner) => ({
      getTags: async (bucket, key, call) => (await inner.getTags(bucket, key, call).catch(() => undefined)) ?? {},
    })),
    caughtBy: 'tags/missing-key',
  },
  {
    name: 'tag keys in lower case',
    wrap: spoilTags((inner) => ({
      setTags: async (bucket, key, tags, call) =>
        inner.setTags(bucket, key, Object.fromEntries(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value])), call),
    })),
    caughtBy: 'tags/valid/case-sensitive',
  },
];
