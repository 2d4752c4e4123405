import type { ProvidedContext } from 'vitest';
import { MinioNotFoundError } from './find-minio.js';
import type { MinioAddress } from './minio-address.js';
import { ProgressLine } from './progress-line.js';
import { startMinio } from './start-minio.js';
import type { MinioServer } from './start-minio.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server shared by all test files; undefined when there is none, in which case tests that need it are skipped. */
    minio: MinioAddress | undefined;
  }
}

/** The part of a vitest project that the setup uses. */
interface Project {
  provide<Name extends keyof ProvidedContext>(name: Name, value: ProvidedContext[Name]): void;
}

/**
 * The global setup of test files that need a MinIO server. Starts one server for all of them, available as `inject('minio')`. When no server
 * is found, a warning is printed and the run continues; with `CI=true` or `ABTEST_REQUIRE_MINIO=1` it fails.
 * @returns the teardown.
 */
export async function setup(project: Project): Promise<() => Promise<void>> {
  const progress = new ProgressLine(process.stderr);
  let server: MinioServer | undefined;
  let warning = '';
  try {
    server = await startMinio({ onProgress: (text) => progress.show(text) });
  } catch (error) {
    if (!(error instanceof MinioNotFoundError) || isRequired(process.env)) throw error;
    warning = `\n${frame('TESTS AGAINST A REAL MINIO SERVER ARE SKIPPED', error.message)}`;
  } finally {
    progress.clear();
  }
  process.stderr.write(warning);
  project.provide('minio', server?.address);
  return async () => {
    await server?.stop();
    // Again at the end, because the first one has scrolled away after a long run.
    process.stderr.write(warning);
  };
}

function isRequired(env: NodeJS.ProcessEnv): boolean {
  return env.CI === 'true' || env.ABTEST_REQUIRE_MINIO === '1';
}

/** Draws a frame around an ASCII text, so that it stands out from the output of the test run. */
function frame(title: string, text: string): string {
  const lines = text.split('\n');
  const width = Math.max(title.length + 2, ...lines.map((line) => line.length));
  return [
    `╔═ ${title} ${'═'.repeat(width - title.length - 1)}╗`,
    ...lines.map((line) => `║ ${line.padEnd(width)} ║`),
    `╚${'═'.repeat(width + 2)}╝`,
    '',
  ].join('\n');
}
