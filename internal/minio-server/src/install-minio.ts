import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkIsMinio, runLongProgram } from './run-program.js';
import type { RunOptions } from './run-program.js';

/** Options of {@link installMinio}. */
export interface InstallOptions extends RunOptions {
  /** The folder of the built program. */
  readonly cacheFolder: string;
  /** Called about once per second with a short description of the current step. */
  readonly onProgress: (text: string) => void;
}

// The last commit. The project is archived, and its tagged releases cannot be installed as Go modules.
const version = 'v0.0.0-20260212201848-7aac2a2c5b7c';

/** The argument of `go install`. */
export const goModule = `github.com/minio/minio@${version}`;

const executableSuffix = process.platform === 'win32' ? '.exe' : '';
const buildPrefix = 'building-';
const maxBuildAgeMs = 24 * 3600 * 1000;

/** Returns the path of the built program. It includes platform and architecture, because a home folder may be shared by several hosts. */
export function cachedProgram(cacheFolder: string): string {
  return join(cacheFolder, `minio-${version}-${process.platform}-${process.arch}${executableSuffix}`);
}

/**
 * Builds the server into the cache. Safe to run in several processes at once: each builds in its own folder and renames the complete program
 * into place. Throws when Go is missing or too old, or the build fails.
 * @returns the path of the program.
 */
export async function installMinio(options: InstallOptions): Promise<string> {
  const { cacheFolder, env, signal } = options;
  const program = cachedProgram(cacheFolder);
  await mkdir(cacheFolder, { recursive: true });
  await removeAbandonedBuilds(cacheFolder);
  const folder = await mkdtemp(join(cacheFolder, buildPrefix));
  try {
    // Without CGO, no C compiler is needed.
    await build({ ...options, env: { ...env, GOBIN: folder, CGO_ENABLED: '0' } });
    await rename(join(folder, `minio${executableSuffix}`), program).catch(async (error: unknown) => {
      // Windows cannot replace a running program. It is fine if another process has installed it.
      await checkIsMinio(program, { env, signal }).catch(() => {
        throw error;
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return program;
}

async function build({ env, signal, onProgress }: InstallOptions): Promise<void> {
  const startMs = Date.now();
  let packages = 0;
  const report = () =>
    onProgress(`Building MinIO (once, about 3 minutes): ${packages} packages, ${Math.round((Date.now() - startMs) / 1000)} s`);
  const timer = setInterval(report, 1000);
  try {
    // `-v` prints each package when it is fetched or compiled, which is the only progress information of `go install`.
    await runLongProgram('go', ['install', '-v', goModule], { env, signal }, () => (packages += 1));
  } finally {
    clearInterval(timer);
  }
}

/** Removes the folders of killed builds. A build takes minutes, so a folder that is a day old is not in use. */
async function removeAbandonedBuilds(cacheFolder: string): Promise<void> {
  const oldestMs = Date.now() - maxBuildAgeMs;
  for (const name of await readdir(cacheFolder)) {
    if (!name.startsWith(buildPrefix)) continue;
    const folder = join(cacheFolder, name);
    // Another process may remove it at the same time.
    const modifiedMs = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (modifiedMs < oldestMs) await rm(folder, { recursive: true, force: true });
  }
}
