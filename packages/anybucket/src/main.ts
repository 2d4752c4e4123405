import { isStorageError } from '@anybucket/core';
import { diffBackends } from './diff-backends.js';
import { parseServeArguments, serveUsage } from './serve-arguments.js';
import { serveStore } from './serve-store.js';
import { processTerminal } from './terminal.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';
import { version } from './version.js';

const usage = `anybucket ${version}

Usage: anybucket serve [STORE] [OPTIONS]
       anybucket diff PROGRAM --backends STORE,STORE

Commands:
  serve  Serves an object store over the S3 protocol. See: anybucket serve --help
  diff   Runs a program on two backends, and reports the first difference. See: anybucket diff --help`;

/**
 * Runs the command line.
 *
 * @param args the arguments, without the names of Node and of the program.
 * @returns the exit code: 0 for success, 2 for an error that the user can correct, 1 for any other error, and for backends that differ.
 */
export async function main(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  try {
    return await run(args, terminal);
  } catch (error) {
    const isCorrectable = error instanceof UsageError || isStorageError(error, 'ConfigError') || isStorageError(error, 'InvalidArgument');
    terminal.printError(`anybucket: ${isCorrectable ? oneLine(error) : describe(error)}`);
    return isCorrectable ? 2 : 1;
  }
}

async function run([command, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    terminal.print(usage);
    return command === undefined ? 2 : 0;
  }
  if (command === '--version' || command === '-v') {
    terminal.print(version);
    return 0;
  }
  if (command === 'diff') return diffBackends(rest, terminal);
  if (command !== 'serve') throw new UsageError(`unknown command ${JSON.stringify(command.slice(0, 100))}: expected serve or diff`);
  const settings = parseServeArguments(rest, terminal.env);
  if (settings === undefined) {
    terminal.print(serveUsage);
    return 0;
  }
  await serveStore(settings, terminal);
  return 0;
}

function oneLine(error: Error): string {
  return error.message.replace(/\s*\n\s*/g, ' ');
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
