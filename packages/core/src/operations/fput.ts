import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { FputOptions, PutOptions } from '../api/options.js';
import type { PutResult } from '../api/results.js';
import { sourceOf, sourceOfOwnedBytes } from '../body/source.js';
import type { Source } from '../body/source.js';
import { StorageError, quote } from '../api/errors.js';
import { contentTypeOf } from '../rules/content-types.js';
import { formatMtime, mtimeName } from '../rules/file-times.js';
import { errnoOf } from './to-storage-error.js';
import { checkOptions, requireBoolean, requirePath } from './check-options.js';
import { transferSlots } from './semaphore.js';
import { copyPutOptions, preparePut, putChecks, putSource } from './put.js';
import type { BucketContext } from './bucket-context.js';

/** Bytes per read. */
const readSize = 256 * 1024;

// Without `O_NONBLOCK`, opening a pipe waits for its other end, and blocks a thread. Windows has no such flag.
const openFlags = constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);

const fputChecks = { ...putChecks, preserveTimes: requireBoolean };

/** Uploads a file. */
export async function fputObject(
  bucket: BucketContext,
  key: string,
  filePath: string,
  options: FputOptions | undefined,
): Promise<PutResult> {
  return bucket.run('fput', key, options, async () => {
    requirePath(filePath, 'filePath');
    const { preserveTimes = false, ...putOptions } = checkOptions<FputOptions>(options, fputChecks);
    const { signal } = preparePut(bucket, key, putOptions.size, putOptions);
    const ownOptions = copyPutOptions(putOptions);
    return transferSlots.run(signal, () => putFile(bucket, key, filePath, ownOptions, preserveTimes));
  });
}

async function putFile(
  bucket: BucketContext,
  key: string,
  filePath: string,
  options: PutOptions,
  preserveTimes: boolean,
): Promise<PutResult> {
  const file = await openFile(filePath);
  try {
    const { size: fileBytes, mtimeNs } = await file.stat({ bigint: true });
    const size = options.size ?? Number(fileBytes);
    const metadata = preserveTimes ? { [mtimeName]: formatMtime(mtimeNs), ...options.metadata } : options.metadata;
    const contentType = options.contentType ?? contentTypeOf(filePath);
    const call = preparePut(bucket, key, size, { ...options, metadata, contentType });
    return await putSource(bucket, key, await sourceOfFile(file, Number(fileBytes)), size, call, options);
  } finally {
    await file.close();
  }
}

/** Opens a plain file. Its type is checked before, because opening a device may have effects, and after, because it may have been replaced. */
async function openFile(filePath: string): Promise<FileHandle> {
  try {
    if ((await stat(filePath)).isFile()) {
      const file = await open(filePath, openFlags);
      if ((await file.stat()).isFile()) return file;
      await file.close();
    }
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT' || errnoOf(cause) === 'ENOTDIR') throw invalidPath(`the file ${quote(filePath)} does not exist`, cause);
    if (errnoOf(cause) === 'ENAMETOOLONG' || errnoOf(cause) === 'ELOOP') throw invalidPath(`the path ${quote(filePath)} is invalid`, cause);
    // `ENXIO`: a socket.
    if (errnoOf(cause) !== 'ENXIO') throw cause;
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
