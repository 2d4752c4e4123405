import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';

/** The fake programs are scripts with a `#!` line, which Windows does not support. */
export const isPosix = process.platform !== 'win32';

/** A start of the fake MinIO server, as it recorded it. */
export interface ServerStart {
  readonly pid: number;
  readonly folder: string;
  readonly port: number;
  /** The names of its `MINIO_*` environment variables. */
  readonly variables: readonly string[];
}

/** The environment of a machine that has only the programs a test installs. */
export class FakeMachine {
  readonly root = mkdtempSync(join(tmpdir(), 'minio-server-'));
  readonly cacheFolder = join(this.root, 'cache');
  readonly #temp = this.#folder('temp');
  readonly #path = this.#folder('path');
  readonly #record = join(this.root, 'record');

  constructor() {
    onTestFinished(() => rmSync(this.root, { recursive: true, maxRetries: 5 }));
  }

  /** Returns the environment variables of a process on this machine. */
  env(overrides: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      PATH: this.#path,
      HOME: this.root,
      XDG_CACHE_HOME: this.cacheFolder,
      TMPDIR: this.#temp,
      FAKE_RECORD: this.#record,
      FAKE_PROGRAM: join(this.root, 'program', 'minio'),
      FAKE_DAEMON: join(this.root, 'daemon'),
      ...overrides,
    };
  }

  /** Puts a fake program on the PATH. Those of Go and Docker install and run the fake MinIO. */
  withProgram(name: 'minio' | 'go' | 'docker'): this {
    if (name === 'docker') this.#folder('daemon');
    if (name !== 'minio') this.#writeFake(join(this.#folder('program'), 'minio'), 'minio');
    return this.#writeFake(join(this.#path, name), name);
  }

  /** Writes an executable script. */
  withScript(file: string, text: string): this {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
    chmodSync(join(this.root, file), 0o755);
    return this;
  }

  /** Returns all starts of the fake MinIO, in order. */
  starts(): ServerStart[] {
    if (!existsSync(this.#record)) return [];
    const lines = readFileSync(this.#record, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as ServerStart);
  }

  /** Returns the names in the folder for temporary files. */
  leftovers(): string[] {
    return readdirSync(this.#temp);
  }

  /** Returns the names in the cache folder. */
  cached(): string[] {
    return existsSync(this.cacheFolder) ? readdirSync(this.cacheFolder) : [];
  }

  #writeFake(path: string, fake: string): this {
    const script = fileURLToPath(new URL(`fakes/${fake}.js`, import.meta.url));
    writeFileSync(path, `#!${process.execPath}\nimport(${JSON.stringify(script)});\n`);
    chmodSync(path, 0o755);
    return this;
  }

  #folder(name: string): string {
    const path = join(this.root, name);
    mkdirSync(path, { recursive: true });
    return path;
  }
}

/** Returns whether a process is running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Retries an assertion until it passes, with a timeout that is long enough for a busy machine. */
export async function eventually(assertion: () => void): Promise<void> {
  await vi.waitFor(assertion, { timeout: 30_000, interval: 20 });
}
