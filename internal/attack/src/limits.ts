import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from './program.js';

/** What was counted, for one backend. */
export interface LimitsReport {
  /** Parallel calls that succeeded, by method. */
  readonly succeeded: Readonly<Record<string, number>>;
  /** The distinct errors, with how often each occurred. */
  readonly errors: Readonly<Record<string, number>>;
  /** The largest resident memory, in MiB. */
  readonly maxRssMiB: number;
}

/** What a limited process may use. */
export interface Limits {
  /** Parallel calls of each method. @defaultValue 2000 */
  readonly calls?: number;
  /** Open files, a hard limit. @defaultValue 256 */
  readonly openFiles?: number;
}

/**
 * Runs 2,000 parallel calls of each method that transfers a body in a process that may open few files.
 * @param url A datastore's URL. `fs:` and nothing else gets a temporary root.
 * @throws Error when the process ends without a report, with what it printed.
 */
export async function attackLimits(url: string, { calls = 2000, openFiles = 256 }: Limits = {}): Promise<LimitsReport> {
  const scratch = mkdtempSync(join(tmpdir(), 'anybucket-limits-'));
  try {
    const store = url === 'fs:' ? `fs:${join(scratch, 'root')}` : url;
    const limited = fileURLToPath(program('limits-child'));
    const child = spawn(
      'bash',
      ['-c', 'ulimit -n "$0" && exec "$@"', String(openFiles), process.execPath, limited, store, scratch, String(calls)],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
    await once(child, 'close');
    const line = output
      .join('')
      .split('\n')
      .find((text) => text.startsWith('{'));
    if (line === undefined)
      throw new Error(`the limited process ended (${child.exitCode ?? child.signalCode}): ${output.join('').slice(-2000)}`);
    return JSON.parse(line) as LimitsReport;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
