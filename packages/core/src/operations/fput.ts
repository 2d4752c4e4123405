import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { PutOptions } from '../api/options.js';
import type { PutResult } from '../api/results.js';
import { sourceOf } from '../body/source.js';
import type { Source } from '../body/source.js';
import { StorageError } from '../api/errors.js';
import { contentTypeOf } from '../rules/content-types.js';
import { errnoOf } from './to-storage-error.js';
import { requirePath } from './check-options.js';
import { planPut, putSource } from './put.js';
import type { Target } from './target.js';

/** Bytes that are read at a time. */
const chunkBytes = 256 * 1024;

/** `fput`: stores a file. */
export async function fputObject(target: Target, key: string, filePath: string, options: PutOptions | undefined): Promise<PutResult> {
  return target.run('fput', key, options, async () => {
    requirePath(filePath, 'filePath');
    planPut(target, key, undefined, options);
    const file = await openFile(filePath);
    try {
      const { size } = await file.stat();
      const call = planPut(target, key, size, { ...options, contentType: options?.contentType ?? (await contentTypeOf(filePath)) });
      return await putSource(target, key, await sourceOfFile(file, size), size, call, options);
    } finally {
      await file.close();
    }
  });
}

/** Opens a plain file; a pipe or a device is not waited for. */
async function openFile(filePath: string): Promise<FileHandle> {
  try {
    if ((await stat(filePath)).isFile()) return await open(filePath);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT' || errnoOf(cause) === 'ENOTDIR') throw notAFile(`there is no file ${filePath}`, cause);
    throw cause;
  }
  throw notAFile(`${filePath} is not a plain file`);
}

async function sourceOfFile(file: FileHandle, size: number): Promise<Source> {
  if (size > chunkBytes) return sourceOf(chunksOf(file));
  // One byte more than it should have: a file that has grown meanwhile must not pass.
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size + 1), 0, size + 1, 0);
  return sourceOf(buffer.subarray(0, bytesRead));
}

/** No stream of Node's: one that is given up closes the file in its own time, and a file that is to be removed must be closed by then. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer, void, undefined> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

function notAFile(message: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'InvalidArgument', message, cause });
}
