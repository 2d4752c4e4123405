import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'minio';
import { toHttpUrl } from './minio-address.js';
import type { MinioAddress } from './minio-address.js';

const connectionTimeoutMs = 10_000;

/**
 * Waits until a server that was just started accepts requests. `/minio/health/live` succeeds too early, so this polls the cluster health;
 * listing the buckets then confirms that the server accepts the credentials, and so is not another one on the same port.
 * @param signal ends the wait with its reason.
 */
export async function waitUntilReady(address: MinioAddress, signal: AbortSignal): Promise<void> {
  const healthUrl = `${toHttpUrl(address)}/minio/health/cluster`;
  for (;;) {
    const response = await fetch(healthUrl, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) }).catch(() => undefined);
    await response?.body?.cancel();
    // Throws the reason itself, which the errors of `fetch` and timers have as their cause only.
    signal.throwIfAborted();
    if (response?.ok) break;
    await delay(50);
  }
  await checkConnection(address);
}

/** Checks that a server responds and accepts the credentials. Throws an error that names the address, with the client's error as `cause`. */
export async function checkConnection(address: MinioAddress): Promise<void> {
  const { endPoint, port, tls: useSSL, region, accessKey, secretKey } = address;
  const client = new Client({ endPoint, port, useSSL, region, accessKey, secretKey });
  const done = new AbortController();
  try {
    // The client has no timeout of its own.
    const timeout = delay(connectionTimeoutMs, undefined, { signal: done.signal }).then(() =>
      Promise.reject(new Error(`no response within ${connectionTimeoutMs / 1000} seconds`)),
    );
    await Promise.race([client.listBuckets(), timeout]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The server at ${toHttpUrl(address)} does not list its buckets: ${reason}`, { cause: error });
  } finally {
    done.abort();
  }
}
