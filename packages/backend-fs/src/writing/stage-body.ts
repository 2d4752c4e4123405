import type { EtagHasher } from '@anybucket/core/backend';
import { etagOf } from '@anybucket/core/backend';
import { bodyId, randomMtimeUs } from '../records/body-id.js';
import type { Root } from '../root/root.js';
import { ignoreNotFound } from '../system/errno.js';
import { openFlags } from '../system/file-calls.js';
import { fsyncAsync, writeAll, writeAllAsync } from '../system/files.js';

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
  const path = temp.next();
  const fd = calls.openSync(path, openFlags.create);
  try {
    writeAll(calls, fd, bytes);
    if (root.durable) calls.fsyncSync(fd);
    const size = bytes.byteLength;
    return { path, id: stamp(root, fd, size), etag: etagOf(bytes, partSize), size };
  } catch (error) {
    calls.unlinkSync(path);
    throw error;
  } finally {
    calls.closeSync(fd);
  }
}

/** Writes a stream to a temp file. Each block is hashed while it is written. */
export async function stageStream(
  root: Root,
  source: AsyncIterable<Uint8Array>,
  hasher: EtagHasher,
  signal: AbortSignal | undefined,
): Promise<StagedBody> {
  const { calls, temp } = root;
  const path = temp.next();
  const fd = calls.openSync(path, openFlags.create);
  try {
    let size = 0;
    for await (const block of toBlocks(source)) {
      signal?.throwIfAborted();
      const written = writeAllAsync(calls, fd, block);
      hasher.update(block);
      await written;
      size += block.byteLength;
    }
    if (root.durable) await fsyncAsync(calls, fd);
    return { path, id: stamp(root, fd, size), etag: hasher.etag(), size };
  } catch (error) {
    ignoreNotFound(() => calls.unlinkSync(path));
    throw error;
  } finally {
    calls.closeSync(fd);
  }
}

/**
 * Gives a staged body another modification time, because another version of the object has the same `bodyId`.
 * @param attempt Counted from 1. Later attempts reach further back, as a coarse clock has few times to choose from.
 * @returns The new `bodyId`.
 */
export function restamp(root: Root, { path }: StagedBody, attempt: number): string {
  const seconds = chooseMtimeUs(root, attempt) / 1e6;
  root.calls.utimesSync(path, seconds, seconds);
  return bodyId(root.calls.lstatSync(path));
}

/** Sets the modification time of a new body. @returns Its `bodyId`. */
function stamp(root: Root, fd: number, size: number): string {
  const mtimeUs = chooseMtimeUs(root, 1);
  root.calls.futimesSync(fd, mtimeUs / 1e6, mtimeUs / 1e6);
  // A volume with coarse times may round in its own way, so the stored time is read back there.
  return bodyId(root.mtimeStepUs === 1 ? { mtimeMs: mtimeUs / 1000, size } : root.calls.fstatSync(fd));
}

/** Chooses a time that survives its conversion to seconds: Node converts the fraction to microseconds by truncation. */
function chooseMtimeUs({ mtimeStepUs }: Root, attempt: number): number {
  let mtimeUs = randomMtimeUs(Date.now() * 1000, mtimeStepUs, Math.random() * attempt);
  while (Math.trunc(((mtimeUs / 1e6) % 1) * 1e6) !== mtimeUs % 1e6) mtimeUs -= mtimeStepUs;
  return mtimeUs;
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
