import { setTimeout as delay } from 'node:timers/promises';
import type { DriverObject, DriverWrapper, GetCall } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { bytesBody, current, received, spoilBucket, spoilInfo, stored, streamOf } from './spoil.js';

const KiB = 1024;

/** Alters the range that is asked for, and claims that it was served as asked. */
function rangeOffBy(
  change: (range: { start: number; end: number }, size: number) => { start: number; end: number },
  suffixOnly = false,
): DriverWrapper {
  return spoilBucket((inner) => ({
    async getObject(key, call) {
      const object = await inner.getObject(key, call);
      if (object.range === undefined || call.range === undefined || (suffixOnly && !('suffix' in call.range))) return object;
      const { start, end } = change(object.range, object.info.size);
      const body = (await stored(inner, key)).subarray(Math.max(0, start), end);
      return { ...object, range: { ...object.range, start, end }, body };
    },
  }));
}

const rangeAnyway = (when: (call: GetCall, size: number) => boolean): DriverWrapper =>
  spoilBucket((inner) => ({
    async getObject(key, call) {
      const info = await inner.headObject(key, {});
      if (!when(call, info.size)) return inner.getObject(key, call);
      return { info, range: { start: info.size, end: info.size, size: info.size }, body: new Uint8Array(0) };
    },
  }));

function keepsReferences(): DriverWrapper {
  return (driver) => {
    const kept = new Map<string, Uint8Array>();
    return spoilBucket((inner, name) => ({
      async putObject(key, body, call) {
        if (body.bytes !== undefined) kept.set(`${name}/${key}`, body.bytes);
        return inner.putObject(key, body, call);
      },
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const reference = kept.get(`${name}/${key}`);
        return reference === undefined ? object : { ...object, body: Buffer.from(reference) };
      },
    }))(driver);
  };
}

function givesReferences(): DriverWrapper {
  return (driver) => {
    const given = new Map<string, DriverObject>();
    return spoilBucket((inner, name) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const known = given.get(`${name}/${key}`);
        if (known?.info.etag === object.info.etag) return known;
        given.set(`${name}/${key}`, object);
        return object;
      },
    }))(driver);
  };
}

/** Bodies: stored and given back. */
export const brokenBodies: readonly Broken[] = [
  { name: 'keeps references on put', wrap: keepsReferences(), caughtBy: 'put-sources/buffer-changed-afterwards' },
  { name: 'gives references on get', wrap: givesReferences(), caughtBy: 'get/bytes-are-the-callers' },
  {
    name: 'collects chunks by reference',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of body) chunks.push(chunk);
        return inner.putObject(key, bytesBody(Buffer.concat(chunks)), call);
      },
    })),
    caughtBy: 'put-sources/chunk-used-again',
  },
  {
    name: 'range ends one byte late',
    wrap: rangeOffBy(({ start, end }, size) => ({ start, end: Math.min(end + 1, size) })),
    caughtBy: 'ranges/middle',
  },
  { name: 'range ends one byte early', wrap: rangeOffBy(({ start, end }) => ({ start, end: end - 1 })), caughtBy: 'ranges/middle' },
  { name: 'range begins one byte late', wrap: rangeOffBy(({ start, end }) => ({ start: start + 1, end })), caughtBy: 'ranges/from' },
  {
    name: 'suffix of one byte more',
    wrap: rangeOffBy(({ start, end }) => ({ start: Math.max(0, start - 1), end }), true),
    caughtBy: 'ranges/suffix-2',
  },
  {
    name: 'suffix from the beginning',
    wrap: rangeOffBy(({ start, end }) => ({ start: 0, end: end - start }), true),
    caughtBy: 'ranges/suffix-2',
  },
  {
    name: 'range over an empty object',
    wrap: rangeAnyway(({ range }, size) => range !== undefined && size === 0),
    caughtBy: 'ranges/of-empty-object',
  },
  {
    name: 'empty instead of a range behind the end',
    wrap: rangeAnyway(({ range }, size) => range !== undefined && 'start' in range && range.start >= size),
    caughtBy: 'ranges/behind/from-size',
  },
  {
    name: 'range without its size',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const { range, info } = object;
        return range === undefined ? object : { ...object, info: { ...info, size: range.end - range.start } };
      },
    })),
    caughtBy: 'ranges/middle',
  },
  {
    name: 'ignores ranges',
    wrap: spoilBucket((inner) => ({ getObject: (key, { range: _range, ...call }) => inner.getObject(key, call) })),
    caughtBy: 'ranges/middle',
  },
  {
    name: 'refuses an end behind the end',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        const { size } = await inner.headObject(key, {});
        const tooFar = call.range !== undefined && 'start' in call.range && (call.range.end ?? 0) > size;
        return inner.getObject(key, tooFar ? { ...call, range: { start: size } } : call);
      },
    })),
    caughtBy: 'ranges/end-clamped',
  },
  {
    name: 'gives one chunk of memory over and over',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const whole = object.body instanceof Uint8Array ? object.body : await received(object.body);
        async function* reusing(): AsyncGenerator<Uint8Array> {
          const buffer = Buffer.alloc(1000);
          for (let start = 0; start < whole.length; start += 1000) {
            const chunk = whole.subarray(start, start + 1000);
            buffer.set(chunk);
            yield buffer.subarray(0, chunk.length);
          }
        }
        return { ...object, body: streamOf(reusing()) };
      },
    })),
    caughtBy: 'get/read/stream',
  },
  {
    name: 'ends a body early',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const whole = object.body instanceof Uint8Array ? object.body : await received(object.body);
        return { ...object, body: whole.subarray(0, 64 * KiB) };
      },
    })),
    caughtBy: 'put/size/65537',
  },
  {
    name: 'visible before the end',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        if (body.bytes === undefined) await inner.putObject(key, bytesBody(new Uint8Array(0)), call);
        return inner.putObject(key, body, call);
      },
    })),
    caughtBy: 'streaming/invisible-before-the-end/small',
  },
  {
    name: 'deletes the old object first',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        await inner.deleteObject(key, {});
        return inner.putObject(key, body, call);
      },
    })),
    caughtBy: 'streaming/old-before-the-end/small',
  },
  {
    name: 'keeps a part when the source fails',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of body) chunks.push(Buffer.from(chunk));
        } catch (error) {
          await inner.putObject(key, bytesBody(Buffer.concat(chunks)), call);
          throw error;
        }
        return inner.putObject(key, bytesBody(Buffer.concat(chunks)), call);
      },
    })),
    caughtBy: 'put-failures/source-fails/after-some-bytes',
  },
  {
    name: 'takes a broken source for its end',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of body) chunks.push(Buffer.from(chunk));
        } catch {
          // What came is all there is.
        }
        return inner.putObject(key, bytesBody(Buffer.concat(chunks)), call);
      },
    })),
    caughtBy: 'put-failures/stream-too-short',
  },
  {
    name: 'commits after an abort',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, { signal, ...call }) {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of body) chunks.push(Buffer.from(chunk));
        } finally {
          if (signal?.aborted === true) await inner.putObject(key, bytesBody(Buffer.concat(chunks)), call);
        }
        return inner.putObject(key, bytesBody(Buffer.concat(chunks)), call);
      },
    })),
    caughtBy: 'cancel/midway/small',
  },
  {
    name: 'writes in place, and leaves the tail',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const bytes = await received(body);
        const old = (await current(inner, key)) === undefined ? Buffer.alloc(0) : await stored(inner, key);
        return inner.putObject(key, bytesBody(Buffer.concat([bytes, old.subarray(bytes.length)])), call);
      },
    })),
    caughtBy: 'put/overwrite-shorter-and-longer',
  },
  {
    name: 'drops empty bodies',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        return body.size === 0 ? { etag: 'd41d8cd98f00b204e9800998ecf8427e' } : inner.putObject(key, body, call);
      },
    })),
    caughtBy: 'put/size/0',
  },
  {
    name: 'commits body and metadata one after the other',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const old = await current(inner, key);
        const bytes = await received(body);
        if (old !== undefined) await inner.putObject(key, bytesBody(bytes), { ...call, attributes: old });
        await delay(1);
        return inner.putObject(key, bytesBody(bytes), call);
      },
    })),
    caughtBy: 'concurrency/read-while-overwritten/1000',
  },
  {
    name: 'the reader gets the new body',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        async function* live(): AsyncGenerator<Uint8Array> {
          for (let start = 0; start < object.info.size; start += 1000) {
            yield (await stored(inner, key)).subarray(start, start + 1000);
          }
        }
        return object.range === undefined ? { ...object, body: streamOf(live()) } : object;
      },
    })),
    caughtBy: 'streaming/reader-keeps-its-body/small',
  },
  {
    name: 'the last to begin wins',
    wrap: (driver) => {
      const begun = new Map<string, number>();
      return spoilBucket((inner) => ({
        async putObject(key, body, call) {
          const turn = (begun.get(key) ?? 0) + 1;
          begun.set(key, turn);
          const bytes = await received(body);
          if (begun.get(key) !== turn) return { etag: 'superseded' };
          return inner.putObject(key, bytesBody(bytes), call);
        },
      }))(driver);
    },
    caughtBy: 'concurrency/last-to-finish-wins',
  },
  {
    name: 'one temp file for all uploads',
    wrap: (driver) => {
      let temp: Buffer[] = [];
      return spoilBucket((inner) => ({
        async putObject(key, body, call) {
          temp = [];
          for await (const chunk of body) {
            await delay(1);
            temp.push(Buffer.from(chunk));
          }
          return inner.putObject(key, bytesBody(Buffer.concat(temp)), call);
        },
      }))(driver);
    },
    caughtBy: 'concurrency/many-keys',
  },
  {
    name: 'plain MD5 of bodies of several parts',
    wrap: spoilBucket((inner) => ({ putObject: (key, body, call) => inner.putObject(key, body, { ...call, partSize: 5 * 2 ** 30 }) })),
    caughtBy: 'put/parts/5242881',
  },
  {
    name: 'one part size for all',
    wrap: spoilBucket((inner) => ({ putObject: (key, body, call) => inner.putObject(key, body, { ...call, partSize: 5 * 2 ** 20 }) })),
    caughtBy: 'put/default-part-size',
  },
  { name: 'ETags in quotes', wrap: spoilInfo((info) => ({ ...info, etag: `"${info.etag}"` })), caughtBy: 'put/result-equals-stat' },
  {
    name: 'another ETag from put than from stat',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const { etag } = await inner.putObject(key, body, call);
        return { etag: etag.toUpperCase() };
      },
    })),
    caughtBy: 'put/result-equals-stat',
  },
];
