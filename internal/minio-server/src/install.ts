import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindOptions } from './find.js';
import { isMinio, work } from './run.js';

// The last commit: the project is archived, and its tagged releases can't be installed as Go modules.
const version = 'v0.0.0-20260212201848-7aac2a2c5b7c';

/** What `go install` is given. */
export const goModule = `github.com/minio/minio@${version}`;

const suffix = process.platform === 'win32' ? '.exe' : '';
const building = 'building-';

/** Where the program of our version is, or would be. A home folder may be shared by machines of several kinds. */
export function cachedBinary(cacheFolder: string): string {
  return join(cacheFolder, `minio-${version}-${process.platform}-${process.arch}${suffix}`);
}

/**
 * Builds the server into the cache. Any number of processes may do so at once: each builds in a folder of its own, and one rename puts
 * the whole program in place.
 *
 * @returns the path of the program
 * @throws Error when there is no Go, it is too old, or the build fails
 */
export async function installMinio(options: FindOptions): Promise<string> {
  const { cacheFolder, env, signal } = options;
  const program = cachedBinary(cacheFolder);
  await mkdir(cacheFolder, { recursive: true });
  await sweep(cacheFolder);
  const folder = await mkdtemp(join(cacheFolder, building));
  try {
    // Without CGO no C compiler is needed.
    await build({ ...options, env: { ...env, GOBIN: folder, CGO_ENABLED: '0' } });
    await rename(join(folder, `minio${suffix}`), program).catch(async (error: unknown) => {
      // Windows replaces no running program; then somebody else's build is there already.
      await isMinio(program, { env, signal }).catch(() => {
        throw error;
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return program;
}

async function build({ env, signal, progress }: FindOptions): Promise<void> {
  const begin = Date.now();
  let steps = 0;
  const tell = () => progress(`Building MinIO (once, about 3 minutes): ${steps} packages, ${Math.round((Date.now() - begin) / 1000)} s`);
  const timer = setInterval(tell, 1000);
  try {
    // -v prints each package as it is fetched or compiled: the only sign of life that `go install` gives.
    await work('go', ['install', '-v', goModule], { env, signal }, () => (steps += 1));
  } finally {
    clearInterval(timer);
  }
}

/** Removes what builds that were killed have left. A build takes minutes, so what is a day old is nobody's. */
async function sweep(cacheFolder: string): Promise<void> {
  const yesterday = Date.now() - 24 * 3600 * 1000;
  for (const name of await readdir(cacheFolder)) {
    if (!name.startsWith(building)) continue;
    const folder = join(cacheFolder, name);
    // It may be gone meanwhile: another process sweeps, too.
    const made = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (made < yesterday) await rm(folder, { recursive: true, force: true });
  }
}
