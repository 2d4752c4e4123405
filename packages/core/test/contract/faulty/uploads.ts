import { setTimeout as delay } from 'node:timers/promises';
import type { Broken } from './spoil.js';
import { bytesBody, current, received, spoilBucket, stored } from './spoil.js';

/** Bodies on their way in. */
export const brokenUploads: readonly Broken[] = [
  {
    name: 'visible before the end',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        if (body.bytes === undefined) await inner.putObject(key, bytesBody(new Uint8Array(0)), call);
        return inner.putObject(key, body, call);
      },
    })),
    caughtBy: 'streaming/invisible-until-complete/small',
  },
  {
    name: 'deletes the old object first',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        await inner.deleteObject(key, {});
        return inner.putObject(key, body, call);
      },
    })),
    caughtBy: 'streaming/old-object-until-complete/small',
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
    caughtBy: 'cancel/during-put/small',
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
    caughtBy: 'concurrency/last-completed-put-wins',
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
];
