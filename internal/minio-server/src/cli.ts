// `npm run minio`: a server to try things out on, until Ctrl-C.
import { once } from 'node:events';
import { toHttpUrl, toUrl } from './address.js';
import { MinioNotFoundError } from './not-found.js';
import { ProgressLine } from './progress-line.js';
import { type MinioServer, startMinio } from './server.js';

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
  const server = await startMinio({ progress: (text) => progress.show(text), signal }).finally(() => progress.clear());
  try {
    process.stdout.write(describe(server));
    if (!server.isOurs) return;
    // Ctrl-C may have come while it started.
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), failWhenGone(server)]);
  } finally {
    await server.stop();
  }
  process.stdout.write('\nStopped; its data is removed.\n');
}

async function failWhenGone(server: MinioServer): Promise<never> {
  throw new Error(`MinIO ended by itself: ${await server.gone}`);
}

function describe({ address, origin, isOurs }: MinioServer): string {
  const lines = [
    `MinIO is ready (${origin}).`,
    '',
    `  address   ${toHttpUrl(address)}`,
    `  user      ${address.accessKey}`,
    // That of a server of the user's own is theirs to know.
    ...(isOurs ? [`  password  ${address.secretKey}`, `  connect   ANYBUCKET_DATA_STORE='${toUrl(address)}' npm start`] : []),
    '',
    isOurs ? 'Ctrl-C stops it and removes its data.' : 'It was not started here, and is left as it is.',
    '',
  ];
  return lines.join('\n');
}

/** What people can mend is said in words; everything else with its stack. */
function fail(error: unknown): void {
  process.stderr.write(`${error instanceof MinioNotFoundError ? error.message : inspectError(error)}\n`);
  process.exitCode = 1;
}

function inspectError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
