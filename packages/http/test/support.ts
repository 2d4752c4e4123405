import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryDatastore } from '@anybucket/backend-memory';
import type { Bucket } from '@anybucket/core';
import { onTestFinished } from 'vitest';

/** Returns an empty bucket in memory. */
export async function createBucket(): Promise<Bucket> {
  const store = new MemoryDatastore();
  await store.createBucket('files');
  return store.bucket('files');
}

/** Starts a server on a free port, which is closed at the end of the test. Returns its URL. */
export async function startServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns a bucket whose calls are recorded by their name. */
export function recordCalls(bucket: Bucket): { readonly bucket: Bucket; readonly calls: string[] } {
  const calls: string[] = [];
  const proxy = new Proxy(bucket, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]): unknown => {
        calls.push(String(property));
        return Reflect.apply(value, target, values);
      };
    },
  });
  return { bucket: proxy, calls };
}

/** Returns all keys of a bucket. */
export function keysOf(bucket: Bucket): Promise<string[]> {
  return bucket.listFilename();
}
