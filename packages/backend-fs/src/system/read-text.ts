import { openFlags } from './file-calls.js';
import type { FileCalls } from './file-calls.js';

/** Longer than any file of ours; what is longer is foreign. */
const longest = 2 ** 20;
// One for all: reading is synchronous.
const buffer = Buffer.allocUnsafeSlow(16 * 1024);

/** Reads a small file of text. @throws the system's error, `ENOENT` and others. */
export function readText(calls: FileCalls, path: string): string {
  const fd = calls.openSync(path, openFlags.read);
  try {
    return readOpenText(calls, fd);
  } finally {
    calls.closeSync(fd);
  }
}

/** The same for a file that is open, from its beginning. */
export function readOpenText(calls: FileCalls, fd: number): string {
  let length = calls.readSync(fd, buffer, 0, buffer.length, 0);
  if (length < buffer.length) return buffer.toString('utf8', 0, length);
  const parts = [Buffer.from(buffer)];
  for (let total = length; length > 0 && total < longest; total += length) {
    length = calls.readSync(fd, buffer, 0, buffer.length, total);
    parts.push(Buffer.from(buffer.subarray(0, length)));
  }
  return Buffer.concat(parts).toString();
}
