import { setTimeout as delay } from 'node:timers/promises';
import type { ReadConditions } from '@anybucket/core';
import { StorageError, evaluateWriteConditions } from '@anybucket/core/backend';
import type { CopyCall, DriverWrapper, GetCall, PutCall } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { allEntries, bytesBody, current, received, spoilBucket, stored } from './spoil.js';

const spoilPutCall = (spoil: (call: PutCall) => PutCall): DriverWrapper =>
  spoilBucket((inner) => ({ putObject: (key, body, call) => inner.putObject(key, body, spoil(call)) }));
const spoilGetCall = (spoil: (call: GetCall) => GetCall): DriverWrapper =>
  spoilBucket((inner) => ({ getObject: (key, call) => inner.getObject(key, spoil(call)) }));
const spoilCopyCall = (spoil: (call: CopyCall) => CopyCall): DriverWrapper =>
  spoilBucket((inner) => ({ copyObject: (key, source, call) => inner.copyObject(key, source, spoil(call)) }));

const withoutConditions = <Call extends { conditions?: unknown }>({ conditions: _conditions, ...call }: Call): Omit<Call, 'conditions'> =>
  call;

/** Reads a time condition one second off. */
const secondOff = (name: 'ifModifiedSince' | 'ifUnmodifiedSince', by: number): DriverWrapper =>
  spoilGetCall((call) => {
    const time = call.conditions?.[name];
    const conditions: ReadConditions = {
      ...call.conditions,
      [name]: time === undefined ? undefined : new Date(time.getTime() + by * 1000),
    };
    return call.conditions === undefined ? call : { ...call, conditions };
  });

/** Deletes, and then something more. */
const deletesToo = (too: (deleted: string, other: string) => boolean): DriverWrapper =>
  spoilBucket((inner) => ({
    async deleteObject(key, call) {
      await inner.deleteObject(key, call);
      for (const { key: other } of await allEntries(inner)) if (too(key, other)) await inner.deleteObject(other, {});
    },
  }));

const batch = (spoil: (keys: readonly string[]) => readonly string[]): DriverWrapper =>
  spoilBucket((inner) => ({ deleteObjects: (keys, call) => inner.deleteObjects(spoil(keys), call) }));

/** Conditions, copies, deletes. */
export const brokenWriting: readonly Broken[] = [
  {
    name: 'ignores ifMatch on put',
    wrap: spoilPutCall((call) => (call.conditions?.ifMatch === undefined ? call : withoutConditions(call))),
    caughtBy: 'write-conditions/put/if-match-other/bytes',
  },
  {
    name: 'ignores ifNoneMatch on put',
    wrap: spoilPutCall((call) => (call.conditions?.ifNoneMatch === undefined ? call : withoutConditions(call))),
    caughtBy: 'write-conditions/put/if-none-match-any/bytes',
  },
  {
    name: 'knows only a star',
    wrap: spoilPutCall((call) => (call.conditions?.ifNoneMatch === '*' ? call : withoutConditions(call))),
    caughtBy: 'write-conditions/put/if-none-match/bytes',
  },
  {
    name: 'takes every ifNoneMatch for a star',
    wrap: spoilPutCall((call) => (call.conditions?.ifNoneMatch === undefined ? call : { ...call, conditions: { ifNoneMatch: '*' } })),
    caughtBy: 'write-conditions/put/if-none-match-other/bytes',
  },
  {
    name: 'ifMatch makes what is missing',
    wrap: spoilBucket((inner) => ({
      putObject: async (key, body, call) =>
        inner.putObject(key, body, (await current(inner, key)) === undefined ? withoutConditions(call) : call),
    })),
    caughtBy: 'write-conditions/put/if-match-any/bytes',
  },
  {
    name: 'a missing object fails the condition',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        if (call.conditions?.ifMatch !== undefined && (await current(inner, key)) === undefined)
          throw new StorageError({ code: 'PreconditionFailed', message: 'missing' });
        return inner.putObject(key, body, call);
      },
    })),
    caughtBy: 'write-conditions/put/if-match/bytes',
  },
  {
    name: 'ignores conditions on streams',
    wrap: spoilBucket((inner) => ({
      putObject: (key, body, call) => inner.putObject(key, body, body.bytes === undefined ? withoutConditions(call) : call),
    })),
    caughtBy: 'write-conditions/put/if-none-match-any/stream',
  },
  {
    name: 'ignores conditions on many parts',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const bytes = await received(body);
        return inner.putObject(key, bytesBody(bytes), bytes.length > call.partSize ? withoutConditions(call) : call);
      },
    })),
    caughtBy: 'write-conditions/put/if-none-match-any/parts',
  },
  {
    name: 'checks, then writes',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        evaluateWriteConditions(call.conditions, await current(inner, key));
        await delay(1);
        return inner.putObject(key, body, withoutConditions(call));
      },
    })),
    caughtBy: 'races/one-makes-it/bytes',
  },
  {
    name: 'checks before the body only',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        if (body.bytes !== undefined) return inner.putObject(key, body, call);
        evaluateWriteConditions(call.conditions, await current(inner, key));
        return inner.putObject(key, body, withoutConditions(call));
      },
    })),
    caughtBy: 'races/one-makes-it/stream',
  },
  {
    name: 'checks after the body only',
    wrap: spoilBucket((inner) => ({
      putObject: async (key, body, call) =>
        inner.putObject(
          key,
          (await inner.listObjects({ prefix: '', delimiter: '', startAfter: '', maxKeys: 1, metadata: false }),
          bytesBody(await received(body))),
          call,
        ),
    })),
    caughtBy: 'refusals/condition-before-md5',
  },
  {
    name: 'a failed condition loses the metadata',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        try {
          return await inner.putObject(key, body, call);
        } catch (error) {
          const old = await current(inner, key);
          if (old !== undefined)
            await inner.putObject(key, bytesBody(await stored(inner, key)), {
              ...withoutConditions(call),
              attributes: { ...old, metadata: {} },
            });
          throw error;
        }
      },
    })),
    caughtBy: 'write-conditions/put/if-match-other/bytes',
  },
  {
    name: 'ignores ifMatch on delete',
    wrap: spoilBucket((inner) => ({ deleteObject: (key, { ifMatch: _ifMatch, ...call }) => inner.deleteObject(key, call) })),
    caughtBy: 'write-conditions/delete',
  },
  { name: 'ignores the conditions of a copy', wrap: spoilCopyCall(withoutConditions), caughtBy: 'write-conditions/copy/if-none-match-any' },
  {
    name: 'ignores the conditions of a source',
    wrap: spoilBucket((inner) => ({ copyObject: (key, source, call) => inner.copyObject(key, withoutConditions(source), call) })),
    caughtBy: 'read-conditions/copy/if-match-other',
  },
  {
    name: 'a source that is not modified',
    wrap: spoilBucket((inner) => ({
      async copyObject(key, source, call) {
        const object = await inner.getObject(source.key, { conditions: source.conditions }).catch((error: unknown) => {
          throw error as Error;
        });
        return object.info.size < 0 ? { etag: '', lastModified: new Date(0) } : inner.copyObject(key, source, call);
      },
    })),
    caughtBy: 'read-conditions/copy/if-none-match',
  },
  { name: 'ignores the conditions of a reader', wrap: spoilGetCall(withoutConditions), caughtBy: 'read-conditions/get/if-match-other' },
  {
    name: 'a reader has failed when nothing is new',
    wrap: spoilBucket((inner) => ({
      getObject: (key, call) =>
        inner.getObject(key, call).catch((error: unknown) => {
          throw new StorageError({ code: (error as StorageError).code.replace('NotModified', 'PreconditionFailed'), message: 'failed' });
        }),
    })),
    caughtBy: 'read-conditions/get/if-none-match',
  },
  { name: 'modified in the same second', wrap: secondOff('ifModifiedSince', -1), caughtBy: 'read-conditions/get/if-modified-since-same' },
  { name: 'modified a second later', wrap: secondOff('ifModifiedSince', 1), caughtBy: 'read-conditions/get/if-modified-since-earlier' },
  { name: 'unmodified for a second', wrap: secondOff('ifUnmodifiedSince', 1), caughtBy: 'read-conditions/get/if-unmodified-since-earlier' },
  { name: 'modified right now', wrap: secondOff('ifUnmodifiedSince', -1), caughtBy: 'read-conditions/get/if-unmodified-since-same' },
  {
    name: 'looks at the range first',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        if (call.range !== undefined) await inner.getObject(key, { range: call.range });
        return inner.getObject(key, call);
      },
    })),
    caughtBy: 'read-conditions/before-the-range',
  },
  {
    name: 'loses tags on copy',
    wrap: spoilCopyCall((call) => ({ ...call, tags: call.tags ?? {} })),
    caughtBy: 'tags/copied',
  },
  {
    name: 'loses tags where a copy has new metadata',
    wrap: spoilCopyCall((call) => (call.replace === undefined ? call : { ...call, tags: call.tags ?? {} })),
    caughtBy: 'tags/copied',
  },
  { name: 'keeps tags that a copy replaces', wrap: spoilCopyCall(({ tags: _tags, ...call }) => call), caughtBy: 'tags/replaced-by-copy' },
  {
    name: 'loses metadata where a copy has new tags',
    wrap: spoilCopyCall((call) =>
      call.tags === undefined ? call : { ...call, replace: call.replace ?? { contentType: 'binary/octet-stream', metadata: {} } },
    ),
    caughtBy: 'tags/replaced-by-copy',
  },
  {
    name: 'loses metadata on copy',
    wrap: spoilCopyCall((call) => ({ ...call, replace: call.replace ?? { contentType: 'binary/octet-stream', metadata: {} } })),
    caughtBy: 'copy/all-goes-along',
  },
  {
    name: 'loses the expiry time on copy',
    wrap: spoilBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const { expires: _expires, ...attributes } = await driver.bucket(source.bucket).headObject(source.key, {});
        return inner.copyObject(key, source, { ...call, replace: call.replace ?? attributes });
      },
    })),
    caughtBy: 'copy/all-goes-along',
  },
  {
    name: 'merges metadata on copy',
    wrap: spoilBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const old = await driver.bucket(source.bucket).headObject(source.key, {});
        return inner.copyObject(
          key,
          source,
          call.replace === undefined
            ? call
            : { ...call, replace: { ...old, ...call.replace, metadata: { ...old.metadata, ...call.replace.metadata } } },
        );
      },
    })),
    caughtBy: 'copy/replacing-metadata',
  },
  {
    name: 'a copy keeps the ETag of parts',
    wrap: spoilBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const { etag } = await driver.bucket(source.bucket).headObject(source.key, {});
        return { ...(await inner.copyObject(key, source, call)), etag };
      },
    })),
    caughtBy: 'copy/of-parts/plain',
  },
  {
    name: 'copies within the bucket',
    wrap: spoilBucket((inner, name) => ({ copyObject: (key, source, call) => inner.copyObject(key, { ...source, bucket: name }, call) })),
    caughtBy: 'copy/across-buckets',
  },
  {
    name: 'moves instead of copying',
    wrap: spoilBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const result = await inner.copyObject(key, source, call);
        await driver.bucket(source.bucket).deleteObject(source.key, {});
        return result;
      },
    })),
    caughtBy: 'copy/not-aliased',
  },
  {
    name: 'a copy without a source loses its target',
    wrap: spoilBucket((inner) => ({
      async copyObject(key, source, call) {
        await inner.deleteObject(key, {});
        return inner.copyObject(key, source, call);
      },
    })),
    caughtBy: 'copy/missing-source',
  },
  {
    name: 'delete refuses what is missing',
    wrap: spoilBucket((inner) => ({
      async deleteObject(key, call) {
        await inner.headObject(key, {});
        return inner.deleteObject(key, call);
      },
    })),
    caughtBy: 'delete/missing',
  },
  { name: 'delete is by prefix', wrap: deletesToo((key, other) => other.startsWith(key)), caughtBy: 'delete/nothing-else' },
  {
    name: 'delete is without case',
    wrap: deletesToo((key, other) => other.toLowerCase() === key.toLowerCase()),
    caughtBy: 'delete/nothing-else',
  },
  { name: 'delete does nothing', wrap: spoilBucket(() => ({ deleteObject: async () => {} })), caughtBy: 'delete/one' },
  {
    name: 'a batch is by prefix',
    wrap: spoilBucket((inner) => ({
      async deleteObjects(keys) {
        for (const { key } of await allEntries(inner)) if (keys.some((one) => key.startsWith(one))) await inner.deleteObject(key, {});
        return [];
      },
    })),
    caughtBy: 'delete/batch-nothing-else',
  },
  { name: 'a batch swallows a failure', wrap: batch((keys) => keys.slice(0, -1)), caughtBy: 'delete/batch' },
  { name: 'a batch takes 999', wrap: batch((keys) => keys.slice(0, 999)), caughtBy: 'delete/batch-of-1000' },
  {
    name: 'a batch is XML that nobody escaped',
    wrap: batch((keys) => keys.map((key) => key.replaceAll('\r', '\n'))),
    caughtBy: 'delete/batch-of-odd-keys',
  },
  {
    name: 'a batch reports what is missing',
    wrap: spoilBucket((inner) => ({
      async deleteObjects(keys, call) {
        const failures = [];
        for (const key of keys)
          if ((await current(inner, key)) === undefined)
            failures.push({ key, error: new StorageError({ code: 'NoSuchKey', message: 'missing' }) });
        await inner.deleteObjects(keys, call);
        return failures;
      },
    })),
    caughtBy: 'delete/batch-of-missing',
  },
  {
    name: 'a batch ends at what is missing',
    wrap: spoilBucket((inner) => ({
      async deleteObjects(keys, call) {
        const there: string[] = [];
        for (const key of keys) {
          if ((await current(inner, key)) === undefined) break;
          there.push(key);
        }
        return inner.deleteObjects(there, call);
      },
    })),
    caughtBy: 'delete/batch',
  },
];
