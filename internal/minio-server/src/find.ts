import { type MinioAddress, parseAddress } from './address.js';
import { cachedBinary, installMinio } from './install.js';
import { pullImage } from './image.js';
import { type Attempt, MinioNotFoundError } from './not-found.js';
import { isMinio, reason } from './run.js';

/** What led to a server: one that runs already, a program to start, or an image to run. */
export type FoundMinio =
  | { readonly kind: 'running'; readonly address: MinioAddress; readonly origin: string }
  | { readonly kind: 'program'; readonly command: string; readonly origin: string }
  | { readonly kind: 'image'; readonly image: string; readonly origin: string };

/** Where to look, and whom to tell. */
export interface FindOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where programs that were built stay for the next run. */
  readonly cacheFolder: string;
  /** Told, in a few words, what takes long; again and again while it does. */
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

type Way = readonly [name: string, find: (options: FindOptions) => Promise<FoundMinio>];

// What costs nothing comes first.
const ways: readonly Way[] = [
  ['`minio` on the PATH', findOnPath],
  ['a program built by an earlier run', findInCache],
  ['building it with `go install`', install],
  ['a container image', findImage],
];

/**
 * Finds a MinIO server: one that `ABTEST_MINIO` names, or the first of the ways that leads to one. What `ABTEST_MINIO` says is taken at
 * its word: nothing else is tried beside it.
 *
 * @throws MinioNotFoundError when every way failed, with the reason of each
 */
export async function findMinio(options: FindOptions): Promise<FoundMinio> {
  const running = options.env.ABTEST_MINIO;
  if (running) return { kind: 'running', address: parseAddress(running, 'ABTEST_MINIO'), origin: 'named by ABTEST_MINIO' };

  const attempts: Attempt[] = [];
  for (const [way, find] of ways) {
    try {
      return await find(options);
    } catch (error) {
      options.signal.throwIfAborted();
      attempts.push({ way, why: reason(error) });
    }
  }
  throw new MinioNotFoundError(attempts);
}

async function findOnPath({ env, signal }: FindOptions): Promise<FoundMinio> {
  await isMinio('minio', { env, signal });
  return { kind: 'program', command: 'minio', origin: 'found on the PATH' };
}

async function findInCache({ cacheFolder, env, signal }: FindOptions): Promise<FoundMinio> {
  const command = cachedBinary(cacheFolder);
  await isMinio(command, { env, signal });
  return { kind: 'program', command, origin: 'built by an earlier run' };
}

async function install(options: FindOptions): Promise<FoundMinio> {
  return { kind: 'program', command: await installMinio(options), origin: 'built with Go' };
}

async function findImage(options: FindOptions): Promise<FoundMinio> {
  return { kind: 'image', image: await pullImage(options), origin: 'run in a container' };
}
