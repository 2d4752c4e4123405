import type { DriverObject, DriverWrapper } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { bytesBody, received, spoilBucket, spoilInfo, stored, streamOf } from './spoil.js';

const KiB = 1024;

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

/** Bodies and ETags: stored and given back. */
export const brokenBodies: readonly Broken[] = [
  { name: 'keeps references on put', wrap: keepsReferences(), caughtBy: 'put-sources/buffer-modified-after-put' },
  { name: 'gives references on get', wrap: givesReferences(), caughtBy: 'get/returned-bytes-are-copies' },
  {
    name: 'collects chunks by reference',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of body) chunks.push(chunk);
        return inner.putObject(key, bytesBody(Buffer.concat(chunks)), call);
      },
    })),
    caughtBy: 'put-sources/chunk-buffer-reused',
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
    caughtBy: 'streaming/snapshot-read/small',
  },
  {
    name: 'plain MD5 of bodies of several parts',
    wrap: spoilBucket((inner) => ({ putObject: (key, body, call) => inner.putObject(key, body, { ...call, partSize: 5 * 2 ** 30 }) })),
    caughtBy: 'put/parts/one-byte-over-part-size',
  },
  {
    name: 'one part size for all',
    wrap: spoilBucket((inner) => ({ putObject: (key, body, call) => inner.putObject(key, body, { ...call, partSize: 5 * 2 ** 20 }) })),
    caughtBy: 'put/default-part-size',
  },
  { name: 'ETags in quotes', wrap: spoilInfo((info) => ({ ...info, etag: `"${info.etag}"` })), caughtBy: 'put/result-matches-stat' },
  {
    name: 'another ETag from put than from stat',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const { etag } = await inner.putObject(key, body, call);
        return { etag: etag.toUpperCase() };
      },
    })),
    caughtBy: 'put/result-matches-stat',
  },
];
