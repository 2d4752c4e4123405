import { goModule, cachedProgram, installMinio } from './install-minio.js';
import type { InstallOptions } from './install-minio.js';
import { parseAddress } from './minio-address.js';
import type { MinioAddress } from './minio-address.js';
import { checkIsMinio, describeFailure, runLongProgram, runProgram } from './run-program.js';

/** Options of {@link findMinio}. */
export type FindOptions = InstallOptions;

/** A server that is already running, a program, or a container image. `origin` describes how it was found. */
export type FoundMinio =
  | { readonly kind: 'running'; readonly address: MinioAddress; readonly origin: string }
  | { readonly kind: 'program'; readonly command: string; readonly origin: string }
  | { readonly kind: 'image'; readonly image: string; readonly origin: string };

/** A way to get a server that failed. */
export interface FailedAttempt {
  readonly source: string;
  readonly reason: string;
}

const instructions = [
  'Provide one of these:',
  '- a running server: ABTEST_MINIO=http://KEY:SECRET@HOST:PORT',
  '- a `minio` program on the PATH',
  '- Go 1.24 or newer (https://go.dev/dl): the server is then built once, in about 3 minutes',
  `  (manually: go install ${goModule})`,
  '- Docker, running',
];

/** Thrown when no MinIO server was found. The message lists all attempts and how to provide a server. */
export class MinioNotFoundError extends Error {
  override readonly name = 'MinioNotFoundError';
  readonly attempts: readonly FailedAttempt[];

  constructor(attempts: readonly FailedAttempt[]) {
    const list = attempts.map(({ source, reason }) => `- ${source}: ${reason}`);
    super(['No MinIO server was found. Tried:', ...list, '', ...instructions].join('\n'));
    this.attempts = attempts;
  }
}

// The last image that was published.
const image = 'minio/minio:RELEASE.2025-09-07T16-13-09Z';

type Finder = (options: FindOptions) => Promise<FoundMinio>;

/** In this order, because building and pulling take long. */
const finders: readonly (readonly [source: string, find: Finder])[] = [
  ['`minio` on the PATH', findOnPath],
  ['a program built by an earlier run', findInCache],
  ['building it with `go install`', install],
  ['a container image', findImage],
];

/**
 * Finds a MinIO server. A server named by `ABTEST_MINIO` takes precedence, and no other source is tried then. Throws
 * {@link MinioNotFoundError} when all sources fail.
 */
export async function findMinio(options: FindOptions): Promise<FoundMinio> {
  const url = options.env.ABTEST_MINIO;
  if (url) return { kind: 'running', address: parseAddress(url, 'ABTEST_MINIO'), origin: 'named by ABTEST_MINIO' };

  const attempts: FailedAttempt[] = [];
  for (const [source, find] of finders) {
    try {
      return await find(options);
    } catch (error) {
      options.signal.throwIfAborted();
      attempts.push({ source, reason: describeFailure(error) });
    }
  }
  throw new MinioNotFoundError(attempts);
}

async function findOnPath({ env, signal }: FindOptions): Promise<FoundMinio> {
  await checkIsMinio('minio', { env, signal });
  return { kind: 'program', command: 'minio', origin: 'found on the PATH' };
}

async function findInCache({ cacheFolder, env, signal }: FindOptions): Promise<FoundMinio> {
  const command = cachedProgram(cacheFolder);
  await checkIsMinio(command, { env, signal });
  return { kind: 'program', command, origin: 'built by an earlier run' };
}

async function install(options: FindOptions): Promise<FoundMinio> {
  return { kind: 'program', command: await installMinio(options), origin: 'built with Go' };
}

/** Pulls the container image unless Docker has it. */
async function findImage({ env, signal, onProgress }: FindOptions): Promise<FoundMinio> {
  // Fails unless the daemon runs: the client alone is not enough.
  await runProgram('docker', ['version', '--format', '{{.Server.Version}}'], { env, signal });
  const hasImage = await runProgram('docker', ['image', 'inspect', '--format', '{{.Id}}', image], { env, signal }).then(
    () => true,
    () => false,
  );
  if (!hasImage) {
    onProgress(`Pulling the image ${image}`);
    await runLongProgram('docker', ['pull', '--quiet', image], { env, signal }, () => undefined);
  }
  return { kind: 'image', image, origin: 'run in a container' };
}
