import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ComparedProgram } from '@anybucket/testing';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

const diffUsage = `Runs a program on two backends, and reports the first call whose result differs.

Usage: anybucket diff PROGRAM --backends STORE,STORE

PROGRAM is a module whose default export is a function (datastore) => Promise. It must make the same
calls on every backend. STORE is a URL (memory:, fs:./data, minio://KEY:SECRET@host:9000), or a name
of the configuration. The program sees its own buckets only; they are removed at the end.

Options:
  --backends STORE,STORE  the two backends (default: memory: and the variable TEST_DATASTORE)
  --help                  print this help

The exit code is 0 if there is no difference, and 1 if there is one.`;

/**
 * Compares two backends, and prints the result.
 *
 * @returns the exit code.
 * @throws `UsageError` for invalid arguments, or a program that cannot be loaded; `ConfigError` for a backend.
 */
export async function diffBackends(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help === true) {
    terminal.print(diffUsage);
    return 0;
  }
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError(`expected one program, got ${positionals.length}`);
  const given = values.backends?.split(',').map((store) => store.trim()) ?? ['memory:', terminal.env['TEST_DATASTORE'] ?? ''];
  const [first, second] = given;
  if (given.length !== 2 || !first || !second) throw new UsageError('--backends must name two stores, such as memory:,fs:./data');
  // On demand: `serve` does not need it.
  const { compareBackends } = await import('@anybucket/testing');
  const comparison = await compareBackends(await loadProgram(file), { backends: [first, second] });
  terminal.print(String(comparison));
  return comparison.difference === undefined ? 0 : 1;
}

function parse(args: readonly string[]) {
  const options = { backends: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function loadProgram(file: string): Promise<ComparedProgram> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as typeof module;
  } catch (error) {
    throw new UsageError(`cannot load ${JSON.stringify(file)}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof module.default !== 'function') throw new UsageError(`${JSON.stringify(file)} must have a function as its default export`);
  return module.default as ComparedProgram;
}
