import { setTimeout as delay } from 'node:timers/promises';
import type { FaultyDriver } from './override.js';
import { bodyOf, statOrUndefined, readBody, overrideBucket, readStored } from './override.js';

/** Uploads. */
export const faultyUploads: readonly FaultyDriver[] = [
  {
    name: 'an unfinished upload is visible',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        if (body.bytes === undefined) await inner.putObject(key, bodyOf(new Uint8Array(0)), call);
        return inner.putObject(key, body, call);
      },
    })),
    detectedBy: 'streaming/invisible-until-complete/small',
  },
  {
    name: 'putObject deletes the existing object first',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        await inner.deleteObject(key, {});
        return inner.putObject(key, body, call);
      },
    })),
    detectedBy: 'streaming/old-object-until-complete/small',
  },
  {
    name: 'a failed upload stores the bytes it received',
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
    detectedBy: 'put-failures/source-fails/after-some-bytes',
  },
  {
    name: 'a failure of the source is handled as its end',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of body) chunks.push(Buffer.from(chunk));
        } catch {
          // The fault.
        }
        return inner.putObject(key, bodyOf(Buffer.concat(chunks)), call);
      },
    })),
    detectedBy: 'put-failures/stream-too-short',
  },
  {
    name: 'an aborted upload is committed',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, { signal, ...call }) {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of body) chunks.push(Buffer.from(chunk));
        } finally {
          if (signal?.aborted === true) await inner.putObject(key, bodyOf(Buffer.concat(chunks)), call);
        }
        return inner.putObject(key, bodyOf(Buffer.concat(chunks)), call);
      },
    })),
    detectedBy: 'cancel/during-put/small',
  },
  {
    name: 'putObject overwrites in place without truncating',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        const bytes = await readBody(body);
        const old = (await statOrUndefined(inner, key)) === undefined ? Buffer.alloc(0) : await readStored(inner, key);
        return inner.putObject(key, bodyOf(Buffer.concat([bytes, old.subarray(bytes.length)])), call);
      },
    })),
    detectedBy: 'put/overwrite-shorter-and-longer',
  },
  {
    name: 'putObject does not store empty bodies',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        return body.size === 0 ? { etag: 'd41d8cd98f00b204e9800998ecf8427e' } : inner.putObject(key, body, call);
      },
    })),
    detectedBy: 'put/size/0',
  },
  {
    name: 'putObject commits body and metadata in two steps',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        const old = await statOrUndefined(inner, key);
        const bytes = await readBody(body);
        if (old !== undefined) await inner.putObject(key, bodyOf(bytes), { ...call, attributes: old });
        await delay(1);
        return inner.putObject(key, bodyOf(bytes), call);
      },
    })),
    detectedBy: 'concurrency/read-while-overwritten/1000',
  },
  {
    name: 'the last put to start wins, not the last to complete',
    wrap: (driver) => {
      const started = new Map<string, number>();
      return overrideBucket((inner) => ({
        async putObject(key, body, call) {
          const turn = (started.get(key) ?? 0) + 1;
          started.set(key, turn);
          const bytes = await readBody(body);
          if (started.get(key) !== turn) return { etag: 'superseded' };
          return inner.putObject(key, bodyOf(bytes), call);
        },
      }))(driver);
    },
    detectedBy: 'concurrency/last-completed-put-wins',
  },
  {
    name: 'concurrent uploads share a temp file',
    wrap: (driver) => {
      let temp: Buffer[] = [];
      return overrideBucket((inner) => ({
        async putObject(key, body, call) {
          temp = [];
          for await (const chunk of body) {
            await delay(1);
            temp.push(Buffer.from(chunk));
          }
          return inner.putObject(key, bodyOf(Buffer.concat(temp)), call);
        },
      }))(driver);
    },
    detectedBy: 'concurrency/many-keys',
  },
];
