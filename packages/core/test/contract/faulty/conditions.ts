import { setTimeout as delay } from 'node:timers/promises';
import type { ReadConditions } from '@anybucket/core';
import { StorageError, evaluateWriteConditions } from '@anybucket/core/backend';
import type { DriverWrapper, GetCall, PutCall } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { bodyOf, statOrUndefined, readBody, overrideBucket, mapCopyCall, readStored } from './override.js';

const mapPutCall = (change: (call: PutCall) => PutCall): DriverWrapper =>
  overrideBucket((inner) => ({ putObject: (key, body, call) => inner.putObject(key, body, change(call)) }));
const mapGetCall = (change: (call: GetCall) => GetCall): DriverWrapper =>
  overrideBucket((inner) => ({ getObject: (key, call) => inner.getObject(key, change(call)) }));

const withoutConditions = <Call extends { conditions?: unknown }>({ conditions: _conditions, ...call }: Call): Omit<Call, 'conditions'> =>
  call;

/** Shifts a time condition. */
const shiftTime = (name: 'ifModifiedSince' | 'ifUnmodifiedSince', seconds: number): DriverWrapper =>
  mapGetCall((call) => {
    const time = call.conditions?.[name];
    const conditions: ReadConditions = {
      ...call.conditions,
      [name]: time === undefined ? undefined : new Date(time.getTime() + seconds * 1000),
    };
    return call.conditions === undefined ? call : { ...call, conditions };
  });

/** Conditions. */
export const faultyConditions: readonly FaultyDriver[] = [
  {
    name: 'putObject ignores ifMatch',
    wrap: mapPutCall((call) => (call.conditions?.ifMatch === undefined ? call : withoutConditions(call))),
    detectedBy: 'write-conditions/put/if-match-other/bytes',
  },
  {
    name: 'putObject ignores ifNoneMatch',
    wrap: mapPutCall((call) => (call.conditions?.ifNoneMatch === undefined ? call : withoutConditions(call))),
    detectedBy: 'write-conditions/put/if-none-match-any/bytes',
  },
  {
    name: 'putObject ignores ifNoneMatch unless it is *',
    wrap: mapPutCall((call) => (call.conditions?.ifNoneMatch === '*' ? call : withoutConditions(call))),
    detectedBy: 'write-conditions/put/if-none-match/bytes',
  },
  {
    name: 'putObject handles every ifNoneMatch as *',
    wrap: mapPutCall((call) => (call.conditions?.ifNoneMatch === undefined ? call : { ...call, conditions: { ifNoneMatch: '*' } })),
    detectedBy: 'write-conditions/put/if-none-match-other/bytes',
  },
  {
    name: 'putObject ignores ifMatch for a missing key',
    wrap: overrideBucket((inner) => ({
      putObject: async (key, body, call) =>
        inner.putObject(key, body, (await statOrUndefined(inner, key)) === undefined ? withoutConditions(call) : call),
    })),
    detectedBy: 'write-conditions/put/if-match-any/bytes',
  },
  {
    name: 'putObject fails with PreconditionFailed for ifMatch and a missing key',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        if (call.conditions?.ifMatch !== undefined && (await statOrUndefined(inner, key)) === undefined)
          throw new StorageError({ code: 'PreconditionFailed', message: 'missing' });
        return inner.putObject(key, body, call);
      },
    })),
    detectedBy: 'write-conditions/put/if-match/bytes',
  },
  {
    name: 'putObject ignores conditions for streams',
    wrap: overrideBucket((inner) => ({
      putObject: (key, body, call) => inner.putObject(key, body, body.bytes === undefined ? withoutConditions(call) : call),
    })),
    detectedBy: 'write-conditions/put/if-none-match-any/stream',
  },
  {
    name: 'putObject ignores conditions for multipart uploads',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        const bytes = await readBody(body);
        return inner.putObject(key, bodyOf(bytes), bytes.length > call.partSize ? withoutConditions(call) : call);
      },
    })),
    detectedBy: 'write-conditions/put/if-none-match-any/parts',
  },
  {
    name: 'putObject checks conditions, then writes in a second step',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        evaluateWriteConditions(call.conditions, await statOrUndefined(inner, key));
        await delay(1);
        return inner.putObject(key, body, withoutConditions(call));
      },
    })),
    detectedBy: 'races/create-if-absent/bytes',
  },
  {
    name: 'putObject checks conditions before the body, not at the commit',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        if (body.bytes !== undefined) return inner.putObject(key, body, call);
        evaluateWriteConditions(call.conditions, await statOrUndefined(inner, key));
        return inner.putObject(key, body, withoutConditions(call));
      },
    })),
    detectedBy: 'races/create-if-absent/stream',
  },
  {
    name: 'putObject checks conditions at the commit, not before the body',
    wrap: overrideBucket((inner) => ({
      putObject: async (key, body, call) =>
        inner.putObject(
          key,
          (await inner.listObjects({ prefix: '', delimiter: '', startAfter: '', maxKeys: 1, metadata: false }),
          bodyOf(await readBody(body))),
          call,
        ),
    })),
    detectedBy: 'error-precedence/condition-before-md5',
  },
  {
    name: 'a failed condition of putObject removes the metadata',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        try {
          return await inner.putObject(key, body, call);
        } catch (error) {
          const old = await statOrUndefined(inner, key);
          if (old !== undefined)
            await inner.putObject(key, bodyOf(await readStored(inner, key)), {
              ...withoutConditions(call),
              attributes: { ...old, metadata: {} },
            });
          throw error;
        }
      },
    })),
    detectedBy: 'write-conditions/put/if-match-other/bytes',
  },
  {
    name: 'deleteObject ignores ifMatch',
    wrap: overrideBucket((inner) => ({ deleteObject: (key, { ifMatch: _ifMatch, ...call }) => inner.deleteObject(key, call) })),
    detectedBy: 'write-conditions/delete',
  },
  {
    name: 'copyObject ignores conditions on the target',
    wrap: mapCopyCall(withoutConditions),
    detectedBy: 'write-conditions/copy/if-none-match-any',
  },
  {
    name: 'copyObject ignores conditions on the source',
    wrap: overrideBucket((inner) => ({ copyObject: (key, source, call) => inner.copyObject(key, withoutConditions(source), call) })),
    detectedBy: 'read-conditions/copy/if-match-other',
  },
  {
    name: 'copyObject fails with NotModified',
    wrap: overrideBucket((inner) => ({
      async copyObject(key, source, call) {
        const object = await inner.getObject(source.key, { conditions: source.conditions }).catch((error: unknown) => {
          throw error as Error;
        });
        return object.info.size < 0 ? { etag: '', lastModified: new Date(0) } : inner.copyObject(key, source, call);
      },
    })),
    detectedBy: 'read-conditions/copy/if-none-match',
  },
  { name: 'getObject ignores conditions', wrap: mapGetCall(withoutConditions), detectedBy: 'read-conditions/get/if-match-other' },
  {
    name: 'getObject fails with PreconditionFailed instead of NotModified',
    wrap: overrideBucket((inner) => ({
      getObject: (key, call) =>
        inner.getObject(key, call).catch((error: unknown) => {
          throw new StorageError({ code: (error as StorageError).code.replace('NotModified', 'PreconditionFailed'), message: 'failed' });
        }),
    })),
    detectedBy: 'read-conditions/get/if-none-match',
  },
  {
    name: 'ifModifiedSince accepts the same second',
    wrap: shiftTime('ifModifiedSince', -1),
    detectedBy: 'read-conditions/get/if-modified-since-same',
  },
  {
    name: 'ifModifiedSince is one second late',
    wrap: shiftTime('ifModifiedSince', 1),
    detectedBy: 'read-conditions/get/if-modified-since-earlier',
  },
  {
    name: 'ifUnmodifiedSince accepts one second earlier',
    wrap: shiftTime('ifUnmodifiedSince', 1),
    detectedBy: 'read-conditions/get/if-unmodified-since-earlier',
  },
  {
    name: 'ifUnmodifiedSince rejects the same second',
    wrap: shiftTime('ifUnmodifiedSince', -1),
    detectedBy: 'read-conditions/get/if-unmodified-since-same',
  },
  {
    name: 'getObject checks the range before conditions',
    wrap: overrideBucket((inner) => ({
      async getObject(key, call) {
        if (call.range !== undefined) await inner.getObject(key, { range: call.range });
        return inner.getObject(key, call);
      },
    })),
    detectedBy: 'read-conditions/evaluated-before-range',
  },
  {
    name: 'copyObject ignores sourceIfUnmodifiedSince if sourceIfMatch holds',
    wrap: overrideBucket((inner) => ({
      copyObject: (key, source, call) =>
        inner.copyObject(
          key,
          source.conditions?.ifMatch === undefined ? source : { ...source, conditions: { ifMatch: source.conditions.ifMatch } },
          call,
        ),
    })),
    detectedBy: 'read-conditions/if-match-but-modified-since',
  },
  {
    name: 'getObject ignores ifMatch if ifUnmodifiedSince is given',
    wrap: mapGetCall((call) =>
      call.conditions?.ifUnmodifiedSince === undefined
        ? call
        : { ...call, conditions: { ifUnmodifiedSince: call.conditions.ifUnmodifiedSince } },
    ),
    detectedBy: 'read-conditions/if-match-but-modified-since',
  },
];
