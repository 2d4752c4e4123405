import fs from 'node:fs';
import { EtagHasher, StorageError, multipartEtag } from '@anybucket/core/backend';
import { BodyStream } from '../reading/body-stream.js';
import type { BucketDirectory } from '../root/bucket-directory.js';
import type { Root } from '../root/root.js';
import { openFlags } from '../system/file-calls.js';
import { fsyncAsync, writeAllAsync } from '../system/files.js';
import { PooledFile } from '../system/pooled-file.js';
import { removeStaged, stamp } from '../writing/stage-body.js';
import type { StagedBody } from '../writing/stage-body.js';
import { openPart } from './part-files.js';
import type { PartInfo } from './part-trailer.js';
import { requireUpload } from './upload-directory.js';
import type { UploadName } from './upload-directory.js';

const { COPYFILE_FICLONE } = fs.constants;

/**
 * Copies the bodies of parts, one after another, to a temp file. The first one is cloned where the volume supports it.
 * @throws `NoSuchUpload` when the upload ends meanwhile, `InvalidPart` when a part is replaced meanwhile, or has been changed by hand.
 */
export async function joinParts(
  bucket: BucketDirectory,
  upload: UploadName,
  parts: readonly PartInfo[],
  signal: AbortSignal | undefined,
): Promise<StagedBody> {
  const { root } = bucket;
  const { calls, temp } = root;
  const { path, fd } = temp.create();
  calls.closeSync(fd);
  let file: PooledFile | undefined;
  try {
    // Written at its end, also after a part has been cloned.
    const reopen = (): number => calls.openSync(path, openFlags.resume);
    const target = (file = new PooledFile(calls, reopen(), reopen));
    for (const [index, part] of parts.entries()) await appendPart(bucket, upload, part, target, index === 0, signal);
    const size = parts.reduce((total, part) => total + part.size, 0);
    const id = await target.use(async (open) => {
      const stamped = stamp(root, open, size);
      if (root.durable) await fsyncAsync(calls, open);
      return stamped;
    });
    return { path, id, etag: multipartEtag(parts.map(({ etag }) => Buffer.from(etag, 'hex'))), size };
  } catch (error) {
    removeStaged(calls, { path });
    throw error;
  } finally {
    file?.close();
  }
}

async function appendPart(
  bucket: BucketDirectory,
  upload: UploadName,
  part: PartInfo,
  target: PooledFile,
  isFirst: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const { calls } = bucket.root;
  const open = openSame(bucket, upload, part);
  if (open === undefined) {
    requireUpload(bucket, upload);
    throw changed(part);
  }
  const source = new PooledFile(calls, open.fd, () => openSame(bucket, upload, part)?.fd);
  try {
    if (isFirst && open.isIntact && (await clone(bucket.root, source, target, part.size))) return;
    // The system does not report whether a changed body still has its ETag.
    const hasher = open.isIntact ? undefined : new EtagHasher(Infinity);
    let copied = 0;
    for await (const block of new BodyStream(calls, source, 0, part.size)) {
      signal?.throwIfAborted();
      await target.use((fd) => writeAllAsync(calls, fd, block));
      hasher?.update(block);
      copied += block.byteLength;
    }
    if (copied !== part.size || (hasher !== undefined && hasher.etag() !== part.etag)) throw changed(part);
  } finally {
    source.close();
  }
}

/** Opens a part. @returns Undefined when it was replaced or removed. */
function openSame(bucket: BucketDirectory, { id }: UploadName, part: PartInfo): ReturnType<typeof openPart> {
  const open = openPart(bucket, id, part.partNumber);
  if (open === undefined || (open.part.etag === part.etag && open.part.size === part.size)) return open;
  bucket.root.calls.closeSync(open.fd);
  return undefined;
}

/**
 * Copies a body without reading it, in a thread: the blocks are shared with the part, or copied by the kernel.
 * @returns False where that is not possible. The target is then empty.
 */
async function clone({ calls }: Root, source: PooledFile, target: PooledFile, size: number): Promise<boolean> {
  // Only there is an open file also a path that nobody can replace.
  if (!calls.isAtomic) return false;
  return source.use((from) =>
    target.use(async (to) => {
      try {
        await new Promise<void>((resolve, reject) => {
          const done = (error: Error | null): void => (error === null ? resolve() : reject(error));
          calls.copyFile(`/proc/self/fd/${from}`, `/proc/self/fd/${to}`, COPYFILE_FICLONE, done);
        });
        // Removes the trailer.
        calls.ftruncateSync(to, size);
        return true;
      } catch {
        calls.ftruncateSync(to, 0);
        return false;
      }
    }),
  );
}

function changed({ partNumber }: PartInfo): StorageError {
  return new StorageError({ code: 'InvalidPart', message: `part ${partNumber} was replaced, or changed by hand` });
}
