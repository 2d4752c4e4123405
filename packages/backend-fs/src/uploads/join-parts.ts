import { EtagHasher, StorageError, multipartEtag } from '@anybucket/core/backend';
import { BodyStream } from '../reading/body-stream.js';
import type { BucketDirectory } from '../root/bucket-directory.js';
import { openFlags } from '../system/file-calls.js';
import { copyFileAsync, fsyncAsync, writeAllAsync } from '../system/files.js';
import { PooledFile } from '../system/pooled-file.js';
import { removeStaged, stamp } from '../writing/stage-body.js';
import type { StagedBody } from '../writing/stage-body.js';
import { openPart } from './part-files.js';
import type { PartInfo } from './part-trailer.js';
import { requireUpload } from './upload-directory.js';
import type { UploadName } from './upload-directory.js';

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
    for (const [index, part] of parts.entries()) {
      signal?.throwIfAborted();
      if (index > 0 || !(await clonePart(bucket, upload, part, target))) await appendPart(bucket, upload, part, target, signal);
    }
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
  signal: AbortSignal | undefined,
): Promise<void> {
  const { calls } = bucket.root;
  const open = openSame(bucket, upload, part);
  if (open === undefined) {
    requireUpload(bucket, upload);
    throw changed(part);
  }
  // The modification time of a changed file does not show whether the body still has its ETag.
  const hasher = open.isIntact ? undefined : new EtagHasher(Infinity);
  const source = new BodyStream(calls, new PooledFile(calls, open.fd, () => openSame(bucket, upload, part)?.fd), 0, part.size);
  let copied = 0;
  for await (const block of source) {
    signal?.throwIfAborted();
    await target.use((fd) => writeAllAsync(calls, fd, block));
    hasher?.update(block);
    copied += block.byteLength;
  }
  if (copied !== part.size || (hasher !== undefined && hasher.etag() !== part.etag)) throw changed(part);
}

/** Opens a part. @returns Undefined when it was replaced or removed. */
function openSame(bucket: BucketDirectory, { id }: UploadName, part: PartInfo): ReturnType<typeof openPart> {
  const open = openPart(bucket, id, part.partNumber);
  if (open === undefined || (open.part.etag === part.etag && open.part.size === part.size)) return open;
  bucket.root.calls.closeSync(open.fd);
  return undefined;
}

/**
 * Copies a part without reading it, in a thread: the blocks are shared with the part, or copied by the kernel.
 * @returns False where that is not possible. The target is then empty.
 */
async function clonePart(bucket: BucketDirectory, upload: UploadName, part: PartInfo, target: PooledFile): Promise<boolean> {
  const { calls } = bucket.root;
  // Only there is an open file also a path that nobody can replace.
  if (!calls.isAtomic) return false;
  return target.use(async (to) => {
    // Not a file of the pool: of those, an action may use only one.
    const open = openSame(bucket, upload, part);
    if (open === undefined) return false;
    try {
      if (!open.isIntact) return false;
      await copyFileAsync(calls, `/proc/self/fd/${open.fd}`, `/proc/self/fd/${to}`);
      // Removes the trailer.
      calls.ftruncateSync(to, part.size);
      return true;
    } catch {
      calls.ftruncateSync(to, 0);
      return false;
    } finally {
      calls.closeSync(open.fd);
    }
  });
}

function changed({ partNumber }: PartInfo): StorageError {
  return new StorageError({ code: 'InvalidPart', message: `part ${partNumber} was replaced, or changed by hand` });
}
