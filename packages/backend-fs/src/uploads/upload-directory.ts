import { randomUUID } from 'node:crypto';
import { StorageError, newVersionId, versioningOf } from '@anybucket/core/backend';
import { clampTimestamp } from '../reading/heal.js';
import type { BucketDirectory } from '../root/bucket-directory.js';
import { makeInternalDirectory, replaceTextFile, syncDirectory } from '../system/directories.js';
import { hasErrno, ignoreNotFound } from '../system/errno.js';
import { shouldYield, yieldToEventLoop } from '../system/event-loop.js';
import { openFlags } from '../system/file-calls.js';
import { isNoRegularFile, lstatOrUndefined, readTextFile } from '../system/files.js';
import { decodeUpload, encodeUpload } from './upload-file.js';
import type { UploadStart } from './upload-file.js';

/** Identifies an upload within its bucket. */
export interface UploadName {
  readonly key: string;
  readonly id: string;
}

/** The time at which the upload began, in microseconds since 1970, and a UUID. So ids are in the order of creation. */
const idPattern = /^[0-9a-f]{14}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// A fake clock of a test would give several uploads the same time.
const now = performance.now.bind(performance);

/** Returns the directory of an upload. It contains `upload.json` as long as the upload is open, and one file per part. */
export function uploadPath({ paths }: BucketDirectory, id: string): string {
  return `${paths.uploads}/${id}`;
}

/** Begins an upload, and returns its id. @throws `NoSuchBucket`, `Timeout`. */
export async function beginUpload(
  bucket: BucketDirectory,
  upload: Omit<UploadStart, 'created' | 'version'>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { paths, root } = bucket;
  const { calls, durable } = root;
  const id = `${Math.floor((performance.timeOrigin + now()) * 1000)
    .toString(16)
    .padStart(14, '0')}-${randomUUID()}`;
  await bucket.withLock(upload.key, signal, () => {
    bucket.requireExists();
    const path = uploadPath(bucket, id);
    for (const directory of [root.paths.buckets, paths.internal, paths.uploads, path]) makeInternalDirectory(calls, directory, durable);
    // As on MinIO, the state of the bucket at this time decides whether the upload creates a version.
    const version = newVersionId(versioningOf(upload.key, bucket.versioning()));
    const text = encodeUpload({ ...upload, created: clampTimestamp(Date.now() / 1000), version });
    replaceTextFile(calls, startPath(bucket, id), text, root.temp.create(), durable);
  });
  return id;
}

/** Reads an open upload. @returns Undefined when there is no upload with this id, or its file is damaged. */
export function readUpload(bucket: BucketDirectory, id: string): UploadStart | undefined {
  if (!idPattern.test(id)) return undefined;
  try {
    return decodeUpload(readTextFile(bucket.root.calls, startPath(bucket, id)));
  } catch (error) {
    if (isNoRegularFile(error)) return undefined;
    throw error;
  }
}

/** Reads an open upload. @throws `NoSuchUpload` also if it is that of another key. */
export function requireUpload(bucket: BucketDirectory, { key, id }: UploadName): UploadStart {
  const upload = readUpload(bucket, id);
  if (upload?.key !== key)
    throw new StorageError({ code: 'NoSuchUpload', message: 'the upload does not exist: it was completed or aborted, or has expired' });
  return upload;
}

/** Lists the ids of all uploads of a bucket, including those that have ended, but were not removed yet. */
export function uploadIds({ root, paths }: BucketDirectory): string[] {
  try {
    return root.calls.readdirSync(paths.uploads).filter((name) => idPattern.test(name));
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Notes that an upload is in use, so that it does not expire. */
export function touchUpload(bucket: BucketDirectory, id: string): void {
  const { calls } = bucket.root;
  try {
    const fd = calls.openSync(startPath(bucket, id), openFlags.read);
    try {
      calls.futimesSync(fd, Date.now() / 1000, Date.now() / 1000);
    } finally {
      calls.closeSync(fd);
    }
  } catch {
    // The upload has ended, which is reported later, or belongs to another user.
  }
}

/**
 * Returns when an upload was last used, in milliseconds since 1970.
 * @param isOpen Whether it has an `upload.json`, which may be damaged.
 */
export function lastUseOf(bucket: BucketDirectory, id: string): { readonly time: number; readonly isOpen: boolean } | undefined {
  const { calls } = bucket.root;
  const directory = lstatOrUndefined(calls, uploadPath(bucket, id));
  if (directory?.isDirectory() !== true) return undefined;
  const start = lstatOrUndefined(calls, startPath(bucket, id));
  return { time: Math.max(directory.mtimeMs, start?.mtimeMs ?? 0), isOpen: start !== undefined };
}

/** Ends an upload. Its parts can then be removed with {@link removeUpload}. The caller must hold the lock of its key. */
export function endUpload(bucket: BucketDirectory, id: string): void {
  const { calls, durable } = bucket.root;
  ignoreNotFound(() => calls.unlinkSync(startPath(bucket, id)));
  if (durable) syncDirectory(calls, uploadPath(bucket, id));
}

/** Removes the files of an upload that has ended. What cannot be removed is left to the next sweep. */
export async function removeUpload(bucket: BucketDirectory, id: string): Promise<void> {
  const { calls } = bucket.root;
  const path = uploadPath(bucket, id);
  try {
    for (const name of calls.readdirSync(path)) {
      ignoreNotFound(() => calls.unlinkSync(`${path}/${name}`));
      if (shouldYield()) await yieldToEventLoop();
    }
    calls.rmdirSync(path);
  } catch {
    // See above.
  }
}

function startPath(bucket: BucketDirectory, id: string): string {
  return `${uploadPath(bucket, id)}/upload.json`;
}
