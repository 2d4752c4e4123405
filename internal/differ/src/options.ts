import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface DiffCommand {
  readonly urls: readonly string[];
  readonly operations: number;
  readonly seed: number;
  readonly length: number;
  readonly parallel: number;
  readonly from: number;
}

export const usage = `npm run diff -- [options] URL...
  URL                 memory:, fs:PATH, minio://KEY:SECRET@HOST:PORT, or the JSON of a configuration, as '{"backend":"./mine.js"}': the
                      backends to compare, at least one
  --operations N      calls in all (10000)
  --seed N            the same seed gives the same programs (random)
  --from N            the number of the first program (0)
  --length N          calls a program (100)
  --parallel N        programs at a time (4)`;

/** Reads the command line. @throws Error that says what is wrong with it. */
export function readCommand(args: readonly string[]): DiffCommand {
  const number = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { operations: number, seed: number, from: number, length: number, parallel: number },
  });
  if (positionals.length === 0) throw new Error('no URL is given');
  return {
    urls: positionals,
    operations: whole('operations', values.operations, 10_000),
    seed: whole('seed', values.seed, randomInt(2 ** 31)),
    from: whole('from', values.from, 0),
    length: whole('length', values.length, 100),
    parallel: whole('parallel', values.parallel, 4),
  };
}

function whole(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (!/^\d{1,15}$/.test(value)) throw new Error(`--${name} must be a whole number`);
  return Number(value);
}
