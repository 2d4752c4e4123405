import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { hasErrno } from './errno.js';
import { openFlags } from './file-calls.js';
import type { FileCalls } from './file-calls.js';

/** A new temp file that is open for writing. */
export interface TempFile {
  readonly path: string;
  readonly fd: number;
}

/** Reading stops at this size. No text file of this backend is that long, unless it is damaged: two lines with 10,000 parts of different sizes are not. */
const maxTextBytes = 512 * 1024;
// One buffer for all reads: they are synchronous.
const textBuffer = Buffer.allocUnsafeSlow(16 * 1024);

/** Returns the stats of a path without following a symbolic link, or undefined when nothing exists there. */
export function lstatOrUndefined(calls: FileCalls, path: string): Stats | undefined {
  try {
    return calls.lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (hasErrno(error, 'ENOTDIR', 'ENOENT')) return undefined;
    throw error;
  }
}

/** Reads a small UTF-8 file. @throws The system error, see {@link isNoRegularFile}. */
export function readTextFile(calls: FileCalls, path: string): string {
  const fd = calls.openSync(path, openFlags.read);
  try {
    return readText(calls, fd);
  } finally {
    calls.closeSync(fd);
  }
}

/** Reads a small UTF-8 file that is open, from its beginning. @throws The system error, see {@link isNoRegularFile}. */
export function readText(calls: FileCalls, fd: number): string {
  let length = calls.readSync(fd, textBuffer, 0, textBuffer.length, 0);
  if (length < textBuffer.length) return textBuffer.toString('utf8', 0, length);
  const parts = [Buffer.from(textBuffer)];
  for (let total = length; length > 0 && total < maxTextBytes; total += length) {
    length = calls.readSync(fd, textBuffer, 0, textBuffer.length, total);
    parts.push(Buffer.from(textBuffer.subarray(0, length)));
  }
  return Buffer.concat(parts).toString();
}

/** Returns whether a path could not be read because nothing, or no regular file, is there. */
export function isNoRegularFile(error: unknown): boolean {
  return hasErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO', 'ENODEV', 'EAGAIN', 'ESPIPE', 'EINVAL');
}

/** Reads into a buffer at a position. @returns The number of bytes read; 0 at the end of the file. */
export async function readAsync(calls: FileCalls, fd: number, buffer: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    calls.read(fd, buffer, 0, buffer.byteLength, position, (error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

/** Creates a file and writes its content. @throws `EEXIST` when the path exists. */
export function createTextFile(calls: FileCalls, path: string, text: string): void {
  const fd = calls.openSync(path, openFlags.create);
  try {
    writeAll(calls, fd, Buffer.from(text));
  } finally {
    calls.closeSync(fd);
  }
}

/** Writes all bytes, in several calls where the system accepts fewer. */
export function writeAll(calls: FileCalls, fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.byteLength;) written += calls.writeSync(fd, bytes, written, bytes.byteLength - written);
}

/** Appends all bytes, in several calls where the system accepts fewer. */
export async function writeAllAsync(calls: FileCalls, fd: number, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.byteLength;) {
    written += await new Promise<number>((resolve, reject) => {
      calls.write(fd, bytes, written, bytes.byteLength - written, null, (error, count) =>
        error === null ? resolve(count) : reject(error),
      );
    });
  }
}

/** Copies a file in a thread. On volumes that support it, the copy shares the blocks of the file. */
export async function copyFileAsync(calls: FileCalls, from: string, to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    calls.copyFile(from, to, constants.COPYFILE_FICLONE, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Flushes a file to the disk. */
export async function fsyncAsync(calls: FileCalls, fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    calls.fsync(fd, (error) => (error === null ? resolve() : reject(error)));
  });
}
