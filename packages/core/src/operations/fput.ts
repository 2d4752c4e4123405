import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { PutOptions } from '../api/options.js';
import type { PutResult } from '../api/results.js';
import { sourceOf, sourceOfOwnedBytes } from '../body/source.js';
import type { Source } from '../body/source.js';
import { StorageError, quote } from '../api/errors.js';
import { contentTypeOf } from '../rules/content-types.js';
import { errnoOf } from './to-storage-error.js';
import { requirePath } from './check-options.js';
import { transferSlots } from './semaphore.js';
import { copyPutOptions, preparePut, putSource } from './put.js';
import type { BucketContext } from './bucket-context.js';

/** Bytes per read. */
const readSize = 256 * 1024;

/** Uploads a file. */
export async function fputObject(
  bucket: BucketContext,
  key: string,
  filePath: string,
  options: PutOptions | undefined,
): Promise<PutResult> {
  return bucket.run('fput', key, options, async () => {
    requirePath(filePath, 'filePath');
    const { signal } = preparePut(bucket, key, undefined, options);
    const ownOptions = copyPutOptions(options);
    return transferSlots.run(signal, () => putFile(bucket, key, filePath, ownOptions));
  });
}

async function putFile(bucket: BucketContext, key: string, filePath: string, options: PutOptions): Promise<PutResult> {
  const file = await openFile(filePath);
  try {
    const { size } = await file.stat();
    const call = preparePut(bucket, key, size, { ...options, contentType: options.contentType ?? contentTypeOf(filePath) });
    return await putSource(bucket, key, await sourceOfFile(file, size), size, call, options);
  } finally {
    await file.close();
  }
}

/** Opens a plain file. Checks the type first, because opening a pipe may block. */
async function openFile(filePath: string): Promise<FileHandle> {
  try {
    if ((await stat(filePath)).isFile()) return await open(filePath);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT' || errnoOf(cause) === 'ENOTDIR') throw invalidPath(`the file ${quote(filePath)} does not exist`, cause);
    if (errnoOf(cause) === 'ENAMETOOLONG' || errnoOf(cause) === 'ELOOP') throw invalidPath(`the path ${quote(filePath)} is invalid`, cause);
    throw cause;
  }
  throw invalidPath(`the path ${quote(filePath)} is not a plain file`);
}

async function sourceOfFile(file: FileHandle, size: number): Promise<Source> {
  if (size > readSize) return { ...sourceOf(readChunks(file)), stable: true };
  // Reads one byte more than the size, to detect a file that has grown since.
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size + 1), 0, size + 1, 0);
  return sourceOfOwnedBytes(buffer.subarray(0, bytesRead));
}

/** Yields the content of a file. Unlike a stream of Node, it never closes the handle, so that the caller can await the close. */
async function* readChunks(file: FileHandle): AsyncGenerator<Buffer, void, undefined> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(readSize), 0, readSize, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

function invalidPath(message: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'InvalidArgument', message, cause });
}
