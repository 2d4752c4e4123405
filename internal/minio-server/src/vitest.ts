import type { ProvidedContext } from 'vitest';
import type { MinioAddress } from './address.js';
import { box } from './box.js';
import { MinioNotFoundError } from './not-found.js';
import { ProgressLine } from './progress-line.js';
import { type MinioServer, startMinio } from './server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that all test files share; undefined when there is none, and tests that need it are skipped. */
    minio: MinioAddress | undefined;
  }
}

/** What the setup needs of a vitest project. */
interface Project {
  provide<Name extends keyof ProvidedContext>(name: Name, value: ProvidedContext[Name]): void;
}

/**
 * The global setup of test files that need a MinIO server: one for all, given to them as `inject('minio')`. Where there is none to be had,
 * a box says so and everything else runs; with `CI=true` or `ABTEST_REQUIRE_MINIO=1` the run fails.
 *
 * @returns what ends it
 */
export async function setup(project: Project): Promise<() => Promise<void>> {
  const progress = new ProgressLine(process.stderr);
  let server: MinioServer | undefined;
  let warning = '';
  try {
    server = await startMinio({ progress: (text) => progress.show(text) });
  } catch (error) {
    if (!(error instanceof MinioNotFoundError) || isRequired(process.env)) throw error;
    warning = `\n${box('TESTS AGAINST A REAL MINIO SERVER ARE SKIPPED', error.message)}`;
  } finally {
    progress.clear();
  }
  process.stderr.write(warning);
  project.provide('minio', server?.address);
  return async () => {
    await server?.stop();
    // Once more: after a long run the first one has scrolled away.
    process.stderr.write(warning);
  };
}

/** Whether a run without a server is a failure. */
function isRequired(env: NodeJS.ProcessEnv): boolean {
  return env.CI === 'true' || env.ABTEST_REQUIRE_MINIO === '1';
}
