import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'minio';
import { type MinioAddress, toHttpUrl } from './address.js';

/**
 * Waits until a server that was just started serves. Its answer to `/minio/health/live` comes before it does, so the cluster's health is
 * asked; the list of buckets then proves that it is our server that listens there, by our credentials.
 *
 * @param address - of the server
 * @param signal - ends the waiting; aborted by whoever knows that the server is gone
 */
export async function waitUntilReady(address: MinioAddress, signal: AbortSignal): Promise<void> {
  const health = `${toHttpUrl(address)}/minio/health/cluster`;
  for (;;) {
    const response = await fetch(health, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) }).catch(() => undefined);
    await response?.body?.cancel();
    // The reason itself: what `fetch` and timers throw only has it as cause.
    signal.throwIfAborted();
    if (response?.ok) break;
    await delay(50);
  }
  await listBuckets(address);
}

/**
 * Proves that a server answers and takes our credentials.
 *
 * @throws Error naming the address, with the server's answer as cause
 */
export async function listBuckets(address: MinioAddress): Promise<void> {
  const { endPoint, port, tls: useSSL, region, accessKey, secretKey } = address;
  const client = new Client({ endPoint, port, useSSL, region, accessKey, secretKey });
  const late = new AbortController();
  try {
    // The client has no time-out of its own.
    const silence = delay(10_000, undefined, { signal: late.signal }).then(() => Promise.reject(new Error('no answer in 10 seconds')));
    await Promise.race([client.listBuckets(), silence]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The server at ${toHttpUrl(address)} does not list its buckets for us: ${why}`, { cause: error });
  } finally {
    late.abort();
  }
}
