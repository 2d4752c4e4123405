import { setTimeout as delay } from 'node:timers/promises';
import type { ReadConditions } from '@anybucket/core';
import { StorageError, evaluateWriteConditions } from '@anybucket/core/backend';
import type { DriverWrapper, GetCall, PutCall } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { bytesBody, current, received, spoilBucket, spoilCopyCall, stored } from './spoil.js';

const spoilPutCall = (spoil: (call: PutCall) => PutCall): DriverWrapper =>
  spoilBucket((inner) => ({ putObject: (key, body, call) => inner.putObject(key, body, spoil(call)) }));
const spoilGetCall = (spoil: (call: GetCall) => GetCall): DriverWrapper =>
  spoilBucket((inner) => ({ getObject: (key, call) => inner.getObject(key, spoil(call)) }));

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

/** Conditions. */
export const brokenConditions: readonly Broken[] = [
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
    caughtBy: 'races/create-if-absent/bytes',
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
    caughtBy: 'races/create-if-absent/stream',
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
    caughtBy: 'error-precedence/condition-before-md5',
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
    caughtBy: 'read-conditions/evaluated-before-range',
  },
  {
    name: 'the ETag outweighs the time for a copy, too',
    wrap: spoilBucket((inner) => ({
      copyObject: (key, source, call) =>
        inner.copyObject(
          key,
          source.conditions?.ifMatch === undefined ? source : { ...source, conditions: { ifMatch: source.conditions.ifMatch } },
          call,
        ),
    })),
    caughtBy: 'read-conditions/if-match-but-modified-since',
  },
  {
    name: 'the time outweighs the ETag',
    wrap: spoilGetCall((call) =>
      call.conditions?.ifUnmodifiedSince === undefined
        ? call
        : { ...call, conditions: { ifUnmodifiedSince: call.conditions.ifUnmodifiedSince } },
    ),
    caughtBy: 'read-conditions/if-match-but-modified-since',
  },
];
