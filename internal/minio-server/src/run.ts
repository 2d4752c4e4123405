import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

/** Of a program that is run to its end. */
export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/**
 * Runs a program that answers at once and returns what it printed.
 *
 * @throws Error when it is missing, fails, or takes more than 20 seconds
 */
export async function ask(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { ...options, timeout: 20_000, windowsHide: true });
  return stdout;
}

/**
 * Runs a program that may take minutes.
 *
 * @param onLine - called with each line that it prints to its standard error
 * @throws Error with the last of these lines when it fails
 */
export async function work(command: string, args: readonly string[], options: RunOptions, onLine: (line: string) => void): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const lines = chunk.split('\n');
    for (const line of lines.slice(0, -1)) onLine(line);
  });
  const code = await ended;
  if (code !== 0) throw new Error(`\`${command} ${args.join(' ')}\` failed: ${lastLines(text)}`);
}

/** Proves that a program is there and is a MinIO server. @throws Error when not */
export async function isMinio(command: string, options: RunOptions): Promise<void> {
  const answer = await ask(command, ['--version'], options);
  // It calls itself by the name of its file, which in the cache is longer.
  if (!/^minio\S* version/.test(answer)) throw new Error('it is there, but is no MinIO server');
}

/** Why something failed, in one line for people. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return 'not there';
  if ('killed' in error && error.killed) return 'it did not answer';
  if ('stderr' in error && typeof error.stderr === 'string' && error.stderr.trim()) return lastLines(error.stderr);
  return error.message;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ');
}
