import type { FileCalls } from './file-calls.js';

/** Writes all of a block behind what was written before, without blocking. */
export async function writeBlock(calls: FileCalls, fd: number, block: Uint8Array): Promise<void> {
  for (let written = 0; written < block.byteLength;) {
    written += await new Promise<number>((resolve, reject) => {
      calls.write(fd, block, written, block.byteLength - written, null, (error, count) =>
        error === null ? resolve(count) : reject(error),
      );
    });
  }
}

/** Reads at a position, without blocking. @returns the bytes read, 0 at the end. */
export async function readBlock(calls: FileCalls, fd: number, buffer: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    calls.read(fd, buffer, 0, buffer.byteLength, position, (error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

/** Writes a file's content to the disk, without blocking. */
export async function syncFile(calls: FileCalls, fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    calls.fsync(fd, (error) => (error === null ? resolve() : reject(error)));
  });
}
