import type { EtagHasher } from '@anybucket/core/backend';
import { etagOf } from '@anybucket/core/backend';
import { bodyId, stampTime } from '../records/body-id.js';
import { openFlags, unlessGone, writeAll } from '../system/file-calls.js';
import { syncFile, writeBlock } from '../system/files.js';
import type { Root } from '../root/root.js';

/** A whole body in a temp file, not yet part of an object. */
export interface StagedBody {
  readonly path: string;
  /** Its state: a `bodyId`. */
  readonly id: string;
  readonly etag: string;
  readonly size: number;
}

/** Blocks in which a stream is written, in bytes: large enough that the calls don't count, small enough that hashing one is no pause. */
const blockBytes = 512 * 1024;

/** Writes a body in memory, at once. */
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

/** Writes a stream, hashing each block while it is written. */
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
    for await (const block of blocks(source)) {
      signal?.throwIfAborted();
      const written = writeBlock(calls, fd, block);
      hasher.update(block);
      await written;
      size += block.byteLength;
    }
    if (root.durable) await syncFile(calls, fd);
    return { path, id: stamp(root, fd, size), etag: hasher.etag(), size };
  } catch (error) {
    unlessGone(() => calls.unlinkSync(path));
    throw error;
  } finally {
    calls.closeSync(fd);
  }
}

/**
 * Gives a staged body another identity, where another state of the same object has this one.
 * @param attempt counts from 1: on a coarse clock there are few times, and the later ones reach farther back.
 */
export function restamp(root: Root, { path }: StagedBody, attempt: number): string {
  const time = newTime(root, attempt);
  root.calls.utimesSync(path, time / 1e6, time / 1e6);
  return bodyId(root.calls.lstatSync(path));
}

function stamp(root: Root, fd: number, size: number): string {
  const time = newTime(root, 1);
  root.calls.futimesSync(fd, time / 1e6, time / 1e6);
  // A coarse volume is asked, for it may round in ways of its own.
  return bodyId(root.step === 1 ? { mtimeMs: time / 1000, size } : root.calls.fstatSync(fd));
}

/** In µs. The system takes seconds, and cuts off parts of a µs: only a time that stays whole as a number of seconds is taken. */
function newTime({ step }: Root, attempt: number): number {
  let time = stampTime(Date.now() * 1000, step, Math.random() * attempt);
  while (Math.trunc(((time / 1e6) % 1) * 1e6) !== time % 1e6) time -= step;
  return time;
}

/** Joins small chunks to blocks; large ones go on as they are. A block is the receiver's until it asks for the next. */
async function* blocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
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
