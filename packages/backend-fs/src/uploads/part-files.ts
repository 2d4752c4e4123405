import type { Checksum, UploadedPart } from '@anybucket/core';
import { clampTimestamp } from '../reading/heal.js';
import type { BucketDirectory } from '../root/bucket-directory.js';
import type { Root } from '../root/root.js';
import { syncDirectory } from '../system/directories.js';
import { openFlags } from '../system/file-calls.js';
import { isNoRegularFile, writeAll } from '../system/files.js';
import type { StagedBody } from '../writing/stage-body.js';
import { removeStaged } from '../writing/stage-body.js';
import { decodeTrailer, encodeTrailer, parsePartName, trailerBytes } from './part-trailer.js';
import type { PartInfo } from './part-trailer.js';
import { requireUpload, uploadPath } from './upload-directory.js';
import type { UploadName } from './upload-directory.js';

/** A part whose file is open. */
export interface OpenPart {
  readonly part: PartInfo;
  readonly fd: number;
  /** Whether the file is as it was written. Otherwise it has been copied or changed by hand, and its ETag must be verified. */
  readonly isIntact: boolean;
}

/** Makes a staged body a part of an upload, replacing one with the same number. @throws `NoSuchBucket`, `NoSuchUpload`, `Timeout`. */
export async function storePart(
  bucket: BucketDirectory,
  upload: UploadName,
  staged: StagedBody,
  attributes: Pick<PartInfo, 'partNumber' | 'checksum'>,
  signal: AbortSignal | undefined,
): Promise<UploadedPart> {
  const { root } = bucket;
  try {
    const part = appendTrailer(root, staged, attributes);
    const path = uploadPath(bucket, upload.id);
    await bucket.withLock(upload.key, signal, () => {
      signal?.throwIfAborted();
      bucket.requireExists();
      requireUpload(bucket, upload);
      root.calls.renameSync(staged.path, `${path}/${part.partNumber}`);
      if (root.durable) syncDirectory(root.calls, path);
    });
    return toUploadedPart(part);
  } catch (error) {
    removeStaged(root.calls, staged);
    throw error;
  }
}

/** Lists the numbers of the parts of an upload in order. Some of them may be damaged. */
export function partNumbers({ root }: BucketDirectory, path: string): number[] {
  try {
    return root.calls
      .readdirSync(path)
      .map(parsePartName)
      .filter((partNumber) => partNumber !== undefined)
      .sort((a, b) => a - b);
  } catch (error) {
    if (isNoRegularFile(error)) return [];
    throw error;
  }
}

/** Reads the description of a part. @returns Undefined when there is no such part, or a damaged one. */
export function readPart(bucket: BucketDirectory, id: string, partNumber: number): PartInfo | undefined {
  const open = openPart(bucket, id, partNumber);
  if (open === undefined) return undefined;
  bucket.root.calls.closeSync(open.fd);
  return open.part;
}

/** Opens a part. @returns Undefined when there is no such part, or a damaged one. */
export function openPart(bucket: BucketDirectory, id: string, partNumber: number): OpenPart | undefined {
  const { calls } = bucket.root;
  let fd: number;
  try {
    fd = calls.openSync(`${uploadPath(bucket, id)}/${partNumber}`, openFlags.read);
  } catch (error) {
    if (isNoRegularFile(error)) return undefined;
    throw error;
  }
  let opened: OpenPart | undefined;
  try {
    const stats = calls.fstatSync(fd);
    const part = stats.isFile() ? readTrailer(bucket, fd, { partNumber, size: stats.size - trailerBytes }) : undefined;
    if (part !== undefined) opened = { part, fd, isIntact: Math.round(stats.mtimeMs * 1000) === part.mtimeUs };
  } finally {
    if (opened === undefined) calls.closeSync(fd);
  }
  return opened;
}

/** Returns the public form of a part. */
export function toUploadedPart({ partNumber, etag, size, modified, checksum }: PartInfo): UploadedPart {
  const part = { partNumber, etag, size, lastModified: new Date(modified * 1000) };
  return checksum === undefined ? part : { ...part, checksum };
}

function readTrailer({ root }: BucketDirectory, fd: number, file: Pick<PartInfo, 'partNumber' | 'size'>): PartInfo | undefined {
  if (file.size < 0) return undefined;
  const trailer = Buffer.alloc(trailerBytes);
  const length = root.calls.readSync(fd, trailer, 0, trailerBytes, file.size);
  return length === trailerBytes ? decodeTrailer(trailer.toString(), file) : undefined;
}

/** Appends the trailer to a staged body. The modification time of the file stays as it is. */
function appendTrailer(
  { calls, durable }: Root,
  { path, id, etag, size }: StagedBody,
  { partNumber, checksum }: { readonly partNumber: number; readonly checksum: Checksum | undefined },
): PartInfo {
  const mtimeUs = Number(id.slice(0, id.indexOf('-', 1)));
  const part = { partNumber, etag, size, modified: clampTimestamp(Date.now() / 1000), checksum, mtimeUs };
  const fd = calls.openSync(path, openFlags.resume);
  try {
    writeAll(calls, fd, encodeTrailer(part));
    calls.futimesSync(fd, mtimeUs / 1e6, mtimeUs / 1e6);
    if (durable) calls.fsyncSync(fd);
  } finally {
    calls.closeSync(fd);
  }
  return part;
}
