import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

/** Options of a program that runs to its end. */
export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const timeoutMs = 20_000;

/** Runs a short program and returns its output. Throws when the program is missing, fails, or takes more than 20 seconds. */
export async function runProgram(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { ...options, timeout: timeoutMs, windowsHide: true });
  return stdout;
}

/**
 * Runs a program without a time limit. Throws an error with its last lines when it fails.
 * @param onLine called with each line of its standard error.
 */
export async function runLongProgram(
  command: string,
  args: readonly string[],
  options: RunOptions,
  onLine: (line: string) => void,
): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true });
  const closed = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    for (const line of chunk.split('\n').slice(0, -1)) onLine(line);
  });
  const exitCode = await closed;
  if (exitCode !== 0) throw new Error(`\`${command} ${args.join(' ')}\` failed: ${lastLines(output)}`);
}

/** Checks that a program exists and is a MinIO server. Throws otherwise. */
export async function checkIsMinio(command: string, options: RunOptions): Promise<void> {
  const output = await runProgram(command, ['--version'], options);
  // It prints the name of its own file, which has a suffix in the cache.
  if (!/^minio\S* version/.test(output)) throw new Error('the program is not a MinIO server');
}

/** Describes in one line why a program failed. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return 'not found';
  if ('killed' in error && error.killed) return `no response within ${timeoutMs / 1000} seconds`;
  if ('stderr' in error && typeof error.stderr === 'string' && error.stderr.trim()) return lastLines(error.stderr);
  return error.message;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ');
}
