// `npm run minio`: runs a MinIO server until Ctrl-C.
import { once } from 'node:events';
import { MinioNotFoundError } from './find-minio.js';
import { toHttpUrl, toUrl } from './minio-address.js';
import { ProgressLine } from './progress-line.js';
import { startMinio } from './start-minio.js';
import type { MinioServer } from './start-minio.js';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

try {
  await main(interrupted.signal);
} catch (error) {
  if (interrupted.signal.aborted) process.exitCode = 130;
  else fail(error);
}

async function main(signal: AbortSignal): Promise<void> {
  const progress = new ProgressLine(process.stderr);
  const server = await startMinio({ onProgress: (text) => progress.show(text), signal }).finally(() => progress.clear());
  try {
    process.stdout.write(describe(server));
    if (!server.isManaged) return;
    // The signal may have aborted during the start.
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), failOnExit(server)]);
  } finally {
    await server.stop();
  }
  process.stdout.write('\nStopped the server and removed its data.\n');
}

async function failOnExit(server: MinioServer): Promise<never> {
  throw new Error(`MinIO exited unexpectedly: ${await server.exited}`);
}

function describe({ address, origin, isManaged }: MinioServer): string {
  const lines = [
    `MinIO is ready (${origin}).`,
    '',
    `  address   ${toHttpUrl(address)}`,
    `  user      ${address.accessKey}`,
    // The password of the user's own server is not printed.
    ...(isManaged ? [`  password  ${address.secretKey}`, `  connect   ANYBUCKET_DATA_STORE='${toUrl(address)}' npm start`] : []),
    '',
    isManaged ? 'Ctrl-C stops it and removes its data.' : 'It was already running, and keeps running.',
    '',
  ];
  return lines.join('\n');
}

/** Prints a stack only for errors that the user cannot fix. */
function fail(error: unknown): void {
  process.stderr.write(`${error instanceof MinioNotFoundError ? error.message : toText(error)}\n`);
  process.exitCode = 1;
}

function toText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
