import type { DriverObject, DriverWrapper } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { bodyOf, readBody, overrideBucket, mapInfo, readStored, streamOf } from './override.js';

const KiB = 1024;

function returnsReferences(): DriverWrapper {
  return (driver) => {
    const returned = new Map<string, DriverObject>();
    return overrideBucket((inner, name) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const known = returned.get(`${name}/${key}`);
        if (known?.info.etag === object.info.etag) return known;
        returned.set(`${name}/${key}`, object);
        return object;
      },
    }))(driver);
  };
}

/** Bodies and ETags. */
export const faultyBodies: readonly FaultyDriver[] = [
  {
    name: 'putObject stores the zeros that the caller writes later',
    wrap: overrideBucket((inner) => ({
      putObject: async (key, body, call) => inner.putObject(key, bodyOf(Buffer.alloc((await readBody(body)).length)), call),
    })),
    detectedBy: 'put-sources/buffer-modified-during-put',
  },
  {
    name: 'putObject truncates bytes in memory at 64 KiB',
    wrap: overrideBucket((inner) => ({
      putObject: async (key, body, call) =>
        inner.putObject(key, body.bytes === undefined ? body : bodyOf(body.bytes.subarray(0, 64 * KiB)), call),
    })),
    detectedBy: 'put-sources/buffer-modified-after-put',
  },
  {
    name: 'putObject commits before the end of the body',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of body) chunks.push(Buffer.from(chunk));
        } catch (error) {
          await inner.putObject(key, bodyOf(Buffer.concat(chunks)), call);
          throw error;
        }
        return inner.putObject(key, bodyOf(Buffer.concat(chunks)), call);
      },
    })),
    detectedBy: 'put-sources/failing-progress',
  },
  { name: 'getObject returns its stored buffer', wrap: returnsReferences(), detectedBy: 'get/returned-bytes-are-copies' },
  {
    name: 'putObject keeps references to chunks',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of body) chunks.push(chunk);
        return inner.putObject(key, bodyOf(Buffer.concat(chunks)), call);
      },
    })),
    detectedBy: 'put-sources/chunk-buffer-reused',
  },
  {
    name: 'getObject yields the same buffer for each chunk',
    wrap: overrideBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const whole = await readBody(object.body);
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
    detectedBy: 'get/read/stream',
  },
  {
    name: 'getObject truncates bodies at 64 KiB',
    wrap: overrideBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const whole = await readBody(object.body);
        return { ...object, body: whole.subarray(0, 64 * KiB) };
      },
    })),
    detectedBy: 'put/size/65537',
  },
  {
    name: 'getObject reads the current body, not a snapshot',
    wrap: overrideBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        async function* live(): AsyncGenerator<Uint8Array> {
          for (let start = 0; start < object.info.size; start += 1000) {
            yield (await readStored(inner, key)).subarray(start, start + 1000);
          }
        }
        return object.range === undefined ? { ...object, body: streamOf(live()) } : object;
      },
    })),
    detectedBy: 'streaming/snapshot-read/small',
  },
  {
    name: 'multipart ETags are plain MD5s',
    wrap: overrideBucket((inner) => ({ putObject: (key, body, call) => inner.putObject(key, body, { ...call, partSize: 5 * 2 ** 30 }) })),
    detectedBy: 'put/parts/one-byte-over-part-size',
  },
  {
    name: 'putObject uses a fixed part size',
    wrap: overrideBucket((inner) => ({ putObject: (key, body, call) => inner.putObject(key, body, { ...call, partSize: 5 * 2 ** 20 }) })),
    detectedBy: 'put/default-part-size',
  },
  { name: 'ETags are quoted', wrap: mapInfo((info) => ({ ...info, etag: `"${info.etag}"` })), detectedBy: 'put/result-matches-stat' },
  {
    name: 'putObject returns another ETag than headObject',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        const { etag } = await inner.putObject(key, body, call);
        return { etag: etag.toUpperCase() };
      },
    })),
    detectedBy: 'put/result-matches-stat',
  },
];
