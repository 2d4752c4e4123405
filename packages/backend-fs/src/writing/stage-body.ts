import type { Stats } from 'node:fs';
import type { EtagHasher } from '@anybucket/core/backend';
import { etagOf } from '@anybucket/core/backend';
import { bodyId } from '../records/body-id.js';
import type { Root } from '../root/root.js';
import { ignoreNotFound } from '../system/errno.js';
import { openFlags } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import { fsyncAsync, writeAll, writeAllAsync } from '../system/files.js';
import { PooledFile } from '../system/pooled-file.js';

/** A complete body in a temp file, ready to be committed. */
export interface StagedBody {
  readonly path: string;
  /** The version of the body: a `bodyId`. */
  readonly id: string;
  readonly etag: string;
  readonly size: number;
}

/** The unit in which a stream is hashed and written: large enough to amortize the calls, small enough not to block the event loop. */
const blockBytes = 512 * 1024;

/** Writes a body from memory to a temp file, synchronously. */
export function stageBytes(root: Root, bytes: Uint8Array, partSize: number): StagedBody {
  const { calls, temp } = root;
  const { path, fd } = temp.create();
  try {
    writeAll(calls, fd, bytes);
    const size = bytes.byteLength;
    const id = stamp(root, fd, size);
    if (root.durable) calls.fsyncSync(fd);
    return { path, id, etag: etagOf(bytes, partSize), size };
  } catch (error) {
    ignoreNotFound(() => calls.unlinkSync(path));
    throw error;
  } finally {
    calls.closeSync(fd);
  }
}

/** Writes a stream to a temp file. Each block is hashed while it is written. */
export async function stageStream(
  root: Root,
  source: AsyncIterable<Uint8Array>,
  hasher: Pick<EtagHasher, 'update' | 'etag'>,
  signal: AbortSignal | undefined,
): Promise<StagedBody> {
  const { calls, temp } = root;
  const { path, fd } = temp.create();
  const file = new PooledFile(calls, fd, () => calls.openSync(path, openFlags.resume));
  try {
    let size = 0;
    for await (const block of toBlocks(source)) {
      signal?.throwIfAborted();
      const written = file.use((open) => writeAllAsync(calls, open, block));
      hasher.update(block);
      await written;
      size += block.byteLength;
    }
    const id = await file.use(async (open) => {
      const stamped = stamp(root, open, size);
      if (root.durable) await fsyncAsync(calls, open);
      return stamped;
    });
    return { path, id, etag: hasher.etag(), size };
  } catch (error) {
    ignoreNotFound(() => calls.unlinkSync(path));
    throw error;
  } finally {
    file.close();
  }
}

/**
 * Removes a staged body after an error, which matters more than one of removing the temp file. That is removed with its directory at the latest.
 */
export function removeStaged(calls: FileCalls, { path }: Pick<StagedBody, 'path'>): void {
  try {
    calls.unlinkSync(path);
  } catch {
    // See above.
  }
}

/**
 * Gives a staged body another modification time, because another version of the object has the same `bodyId`.
 * @param attempt Counted from 1. Later attempts reach further back, as a coarse clock has few times to choose from.
 * @returns The new `bodyId`.
 */
export function restamp(root: Root, { path, size }: Pick<StagedBody, 'path' | 'size'>, attempt: number): string {
  const fd = root.calls.openSync(path, openFlags.read);
  try {
    const id = stamp(root, fd, size, attempt);
    if (root.durable) root.calls.fsyncSync(fd);
    return id;
  } finally {
    root.calls.closeSync(fd);
  }
}

/** The permissions of a file. */
export type Permissions = Pick<Stats, 'mode' | 'uid' | 'gid'>;

/** Gives a staged body the mode of a file, and its owner as far as that is permitted. Without its group, the group gets no permissions. */
export function setPermissions({ calls, durable }: Root, { path }: StagedBody, { mode, uid, gid }: Permissions): void {
  const fd = calls.openSync(path, openFlags.read);
  try {
    const staged = calls.fstatSync(fd);
    const isSameOwner = staged.uid === uid && staged.gid === gid;
    const keepsGroup = isSameOwner || setOwner(calls, fd, uid, gid) || setOwner(calls, fd, staged.uid, gid) || staged.gid === gid;
    const permissions = mode & (keepsGroup ? 0o777 : 0o707);
    if ((staged.mode & 0o777) !== permissions) calls.fchmodSync(fd, permissions);
    if (durable) calls.fsyncSync(fd);
  } finally {
    calls.closeSync(fd);
  }
}

/** @returns False when that is not permitted. */
function setOwner(calls: FileCalls, fd: number, uid: number, gid: number): boolean {
  try {
    calls.fchownSync(fd, uid, gid);
    return true;
  } catch {
    return false;
  }
}

/** Sets the modification time of a new body. @returns Its `bodyId`. */
export function stamp(root: Root, fd: number, size: number, attempt = 1): string {
  const { calls, mtimes } = root;
  const mtimeUs = mtimes.choose(attempt);
  calls.futimesSync(fd, mtimeUs / 1e6, mtimeUs / 1e6);
  if (mtimes.isStoredExactly(mtimeUs)) return bodyId({ mtimeMs: mtimeUs / 1000, size });
  const stats = calls.fstatSync(fd);
  mtimes.learn(mtimeUs, stats.mtimeMs * 1000);
  return bodyId(stats);
}

/** Joins small chunks to blocks, and passes large ones through. A block must not be used after the next one is requested. */
async function* toBlocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let block: Buffer | undefined;
  let filled = 0;
  for await (const chunk of source) {
    if (filled + chunk.byteLength > blockBytes && block !== undefined && filled > 0) {
      yield block.subarray(0, filled);
      filled = 0;
    }
    if (chunk.byteLength >= blockBytes / 2) {
      yield chunk;
      continue;
    }
    block ??= Buffer.allocUnsafeSlow(blockBytes);
    block.set(chunk, filled);
    filled += chunk.byteLength;
  }
  if (block !== undefined && filled > 0) yield block.subarray(0, filled);
}
