import { setTimeout as delay } from 'node:timers/promises';
import type { Tags } from '@anybucket/core';
import type { FaultyDriver } from './override.js';
import { overrideBucket, mapInfo, overrideTags } from './override.js';

/** Tags. */
export const faultyTags: readonly FaultyDriver[] = [
  {
    name: 'putObject sets tags after it commits the body',
    wrap: overrideBucket((inner, name, driver) => ({
      async putObject(key, body, call) {
        const result = await inner.putObject(key, body, { ...call, tags: {} });
        await delay(1);
        if (Object.keys(call.tags).length > 0) await driver.tags?.setTags(name, key, call.tags, {});
        return result;
      },
    })),
    detectedBy: 'concurrency/tags-commit-with-body',
  },
  {
    name: 'setTags also changes objects below the key',
    wrap: overrideTags((inner, driver) => ({
      async setTags(bucket, key, tags, call) {
        await inner.setTags(bucket, key, tags, call);
        const below = await driver
          .bucket(bucket)
          .listObjects({ prefix: `${key}/`, delimiter: '', startAfter: '', maxKeys: 1000, metadata: false });
        for (const entry of below.entries) await inner.setTags(bucket, entry.key, tags, call);
      },
    })),
    detectedBy: 'tags/independent-per-object',
  },
  {
    name: 'tagCount is 0 instead of absent',
    wrap: mapInfo((info) => ({ tagCount: 0, ...info })),
    detectedBy: 'stat/minimal-fields',
  },
  {
    name: 'tagCount is always 1',
    wrap: mapInfo((info) => ('tagCount' in info ? { ...info, tagCount: 1 } : info)),
    detectedBy: 'tags/valid/ten',
  },
  {
    name: 'setTags changes the ETag',
    wrap: mapInfo((info) => ('tagCount' in info ? { ...info, etag: `${info.etag.slice(0, -1)}x` } : info)),
    detectedBy: 'tags/keep-body-and-attributes',
  },
  {
    name: 'setTags changes lastModified',
    wrap: (driver) => {
      const set = new Map<string, Date>();
      const timed = overrideTags((inner) => ({
        async setTags(bucket, key, tags, call) {
          await inner.setTags(bucket, key, tags, call);
          set.set(`${bucket}/${key}`, new Date(Math.floor(Date.now() / 1000) * 1000));
        },
      }))(driver);
      return overrideBucket((inner, name) => ({
        async headObject(key, call) {
          const info = await inner.headObject(key, call);
          return { ...info, lastModified: set.get(`${name}/${key}`) ?? info.lastModified };
        },
      }))(timed);
    },
    detectedBy: 'tags/keep-body-and-attributes',
  },
  {
    name: 'setTags merges instead of replacing',
    wrap: overrideTags((inner) => ({
      async setTags(bucket, key, tags, call) {
        const old = await inner.getTags(bucket, key, call);
        await inner.setTags(bucket, key, Object.keys(tags).length === 0 ? {} : { ...old, ...tags }, call);
      },
    })),
    detectedBy: 'tags/set-replaces',
  },
  {
    name: 'an overwrite without tags keeps the old tags',
    wrap: overrideBucket((inner, name, driver) => ({
      async putObject(key, body, call) {
        const old: Tags = (await driver.tags?.getTags(name, key, {}).catch(() => undefined)) ?? {};
        return inner.putObject(key, body, { ...call, tags: Object.keys(call.tags).length === 0 ? old : call.tags });
      },
    })),
    detectedBy: 'tags/overwrite-replaces',
  },
  {
    name: 'putObject ignores tags for streams',
    wrap: overrideBucket((inner) => ({
      putObject: (key, body, call) => inner.putObject(key, body, body.bytes === undefined ? { ...call, tags: {} } : call),
    })),
    detectedBy: 'tags/valid/one',
  },
  {
    name: 'setTags with no tags does nothing',
    wrap: overrideTags((inner) => ({
      setTags: async (bucket, key, tags, call) => (Object.keys(tags).length === 0 ? undefined : inner.setTags(bucket, key, tags, call)),
    })),
    detectedBy: 'tags/remove',
  },
  {
    name: 'getTags returns no tags for a missing key',
    wrap: overrideTags((inner) => ({
      getTags: async (bucket, key, call) => (await inner.getTags(bucket, key, call).catch(() => undefined)) ?? {},
    })),
    detectedBy: 'tags/missing-key',
  },
  {
    name: 'tag keys are lowercased',
    wrap: overrideTags((inner) => ({
      setTags: async (bucket, key, tags, call) =>
        inner.setTags(bucket, key, Object.fromEntries(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value])), call),
    })),
    detectedBy: 'tags/valid/case-sensitive',
  },
];
