import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';

/** The stand-ins are scripts that a POSIX system starts by their first line. */
export const isPosix = process.platform !== 'win32';

/** What the stand-in for MinIO wrote down when it was started. */
export interface Started {
  readonly pid: number;
  readonly folder: string;
  readonly port: number;
  readonly variables: readonly string[];
}

/** A machine with nothing on it but what a test puts there. */
export class Machine {
  readonly root = mkdtempSync(join(tmpdir(), 'minio-server-'));
  readonly cacheFolder = join(this.root, 'cache');
  readonly #temp = this.#folder('temp');
  readonly #path = this.#folder('path');
  readonly #record = join(this.root, 'record');

  constructor() {
    onTestFinished(() => rmSync(this.root, { recursive: true, maxRetries: 5 }));
  }

  /** The environment of a process on this machine. */
  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      PATH: this.#path,
      HOME: this.root,
      XDG_CACHE_HOME: this.cacheFolder,
      TMPDIR: this.#temp,
      FAKE_RECORD: this.#record,
      FAKE_PROGRAM: join(this.root, 'program', 'minio'),
      FAKE_DAEMON: join(this.root, 'daemon'),
      ...more,
    };
  }

  /** Puts a stand-in on the PATH; Go and Docker lead to the one for MinIO. */
  has(name: 'minio' | 'go' | 'docker'): this {
    if (name === 'docker') this.#folder('daemon');
    if (name !== 'minio') this.#program(join(this.#folder('program'), 'minio'), 'minio');
    return this.#program(join(this.#path, name), name);
  }

  /** Writes a script of the test's own. */
  writes(file: string, text: string): this {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
    chmodSync(join(this.root, file), 0o755);
    return this;
  }

  /** All servers that were started, in order. */
  started(): Started[] {
    if (!existsSync(this.#record)) return [];
    const lines = readFileSync(this.#record, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Started);
  }

  /** What is left in the folder for temporary files. */
  leftovers(): string[] {
    return readdirSync(this.#temp);
  }

  /** The names in the cache. */
  cached(): string[] {
    return existsSync(this.cacheFolder) ? readdirSync(this.cacheFolder) : [];
  }

  #program(path: string, fake: string): this {
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

/** Whether a process lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until something holds, however busy the machine is. */
export async function eventually(assertion: () => void): Promise<void> {
  await vi.waitFor(assertion, { timeout: 30_000, interval: 20 });
}
