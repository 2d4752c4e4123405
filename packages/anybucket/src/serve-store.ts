import { readFileSync } from 'node:fs';
import { isStorageError } from '@anybucket/core';
import { serve } from '@anybucket/s3-server';
import type { RequestRecord, S3Server, TlsOptions } from '@anybucket/s3-server';
import type { Datastore } from '@anybucket/core';
import { clientSettings } from './client-settings.js';
import { openStore } from './open-store.js';
import type { ServeSettings } from './serve-arguments.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

/**
 * Serves a store until the terminal interrupts it. Running requests end before it returns.
 * @throws `UsageError` for a port in use, a missing folder, unreadable TLS files or a MinIO server that does not respond; `ConfigError`.
 */
export async function serveStore(settings: ServeSettings, terminal: Terminal): Promise<void> {
  const tls = readTlsFiles(settings.tls);
  const datastore = await openStore(settings, terminal.env);
  try {
    await requireReachable(datastore, settings.store);
    const server = await start(datastore, settings, tls, terminal);
    try {
      const interrupted = terminal.interrupted();
      announce(server, settings, terminal);
      await interrupted;
    } finally {
      await server.close();
    }
  } finally {
    await datastore.close();
  }
}

/** @throws `UsageError` if the server behind the store does not respond. */
async function requireReachable(datastore: Datastore, store: string): Promise<void> {
  if (datastore.backend !== 'minio') return;
  try {
    await datastore.list();
  } catch (error) {
    // Others, such as a key that may not list the buckets, do not prevent requests to objects.
    if (!isStorageError(error, 'ConnectionFailed') && !isStorageError(error, 'Timeout')) return;
    throw new UsageError(`cannot connect to ${hideSecrets(store)}: check that the server is running, and its host and port`);
  }
}

function announce(server: S3Server, { store, json }: ServeSettings, { print }: Terminal): void {
  const { url, port, credentials, region, datastore } = server;
  const { accessKey, secretKey } = credentials;
  if (json) {
    print(JSON.stringify({ event: 'listening', url, port, accessKey, secretKey, region }));
    return;
  }
  print(`Serving ${hideSecrets(store)} (${datastore.backend}) over the S3 protocol. Stop with Ctrl-C.\n`);
  for (const line of clientSettings(server)) print(line);
}

/** A URL may contain credentials, and options in its query. */
function hideSecrets(store: string): string {
  return store.replace(/\/\/[^/]*@/, '//').replace(/\?.*/s, '');
}

async function start(datastore: Datastore, settings: ServeSettings, tls: TlsOptions | undefined, terminal: Terminal): Promise<S3Server> {
  const { port, host, accessKey, secretKey, region, domain, cors, anonymous, log, json } = settings;
  const credentials = accessKey === undefined || secretKey === undefined ? undefined : { accessKey, secretKey };
  const onRequest = log ? (record: RequestRecord) => terminal.print(json ? toJson(record) : toLine(record)) : undefined;
  try {
    return await serve(datastore, { port, host, credentials, region, domain, cors, anonymous, tls, onRequest, maxLoggedRequests: 0 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new UsageError(`port ${port} of ${host} is in use: choose another one with --port, or 0 for any`);
    if (code === 'EACCES') throw new UsageError(`port ${port} may not be used by this user: choose one above 1023`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new UsageError(`${JSON.stringify(host)} is not an address of this machine`);
    throw error;
  }
}

function readTlsFiles(files: ServeSettings['tls']): TlsOptions | undefined {
  if (files === undefined) return undefined;
  const read = (option: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new UsageError(`cannot read ${option} ${JSON.stringify(path)}: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
    }
  };
  return { cert: read('--tls-cert', files.cert), key: read('--tls-key', files.key) };
}

function toLine({ time, operation, method, bucket, key, status, code, bytes, durationMs }: RequestRecord): string {
  const target = bucket === undefined ? '/' : `/${bucket}${key === undefined ? '' : `/${key}`}`;
  const name = JSON.stringify(target).slice(1, -1);
  const outcome = code === undefined ? String(status) : `${status} ${code}`;
  return `${time.toISOString()} ${outcome} ${operation} ${method} ${name} ${bytes} B ${durationMs.toFixed(1)} ms`;
}

function toJson(record: RequestRecord): string {
  return JSON.stringify({ event: 'request', ...record });
}
