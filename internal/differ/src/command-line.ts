import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { backendNames } from './run/named-backends.js';

/** The parsed command line. */
export interface DiffCommand {
  readonly locations: readonly string[];
  /** Backends to be prepared, in addition to those at `locations`. */
  readonly names: readonly string[];
  readonly operations: number;
  readonly seed: number;
  readonly programLength: number;
  readonly concurrency: number;
  readonly firstProgram: number;
}

export const usage = `npm run diff -- [options] URL...
  URL                 a backend to compare: memory:, fs:PATH, minio://KEY:SECRET@HOST:PORT, or a configuration
                      as JSON, such as '{"backend":"./mine.js"}'. endpoint:URL serves it over the S3 protocol, and
                      compares the server.
  --backends NAMES    backends by name, separated by commas: ${backendNames.join(', ')}. They are
                      created, and removed at the end; minio starts a server.
  --operations N      the total number of calls (default: 10000)
  --seed N            the same seed gives the same programs (default: random)
  --from N            the number of the first program (default: 0)
  --length N          calls per program (default: 100)
  --parallel N        programs that run at the same time (default: 4)`;

/** Parses the command line. Throws an error for an invalid one. */
export function parseCommandLine(args: readonly string[]): DiffCommand {
  const number = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { backends: { type: 'string' }, operations: number, seed: number, from: number, length: number, parallel: number },
  });
  const names = values.backends?.split(',') ?? [];
  const unknown = names.find((name) => !backendNames.includes(name));
  if (unknown !== undefined) throw new Error(`--backends: expected names among ${backendNames.join(', ')}, not ${unknown}`);
  if (positionals.length + names.length === 0) throw new Error('expected at least one URL or name of a backend');
  return {
    locations: positionals,
    names,
    operations: parseInteger('operations', values.operations, 10_000),
    seed: parseInteger('seed', values.seed, randomInt(2 ** 31)),
    firstProgram: parseInteger('from', values.from, 0),
    programLength: parseInteger('length', values.length, 100),
    concurrency: parseInteger('parallel', values.parallel, 4),
  };
}

function parseInteger(name: string, value: string | undefined, defaultValue: number): number {
  if (value === undefined) return defaultValue;
  if (!/^\d{1,15}$/.test(value)) throw new Error(`--${name} must be a non-negative integer, not ${value}`);
  return Number(value);
}
