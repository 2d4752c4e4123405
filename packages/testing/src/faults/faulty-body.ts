type Chunks = AsyncIterable<Uint8Array>;

/** Yields the first bytes of a body, then calls `end` unless the body ended before. */
export async function* breakAfter(chunks: Chunks, bytes: number, end: () => Promise<void>): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes === 0) {
    await end();
    return;
  }
  let remaining = bytes;
  for await (const chunk of chunks) {
    if (chunk.length > remaining) {
      yield chunk.subarray(0, remaining);
      await end();
      return;
    }
    remaining -= chunk.length;
    yield chunk;
    // With the bytes that were asked for, and not when the next chunk arrives, which may be late.
    if (remaining === 0) {
      await end();
      return;
    }
  }
}

/** Yields a body with one changed bit, at an offset before `size`. */
export async function* corruptBit(chunks: Chunks, offset: number, onCorrupt: () => void): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0;
  for await (const chunk of chunks) {
    const index = offset - position;
    position += chunk.length;
    if (index < 0 || index >= chunk.length) {
      yield chunk;
      continue;
    }
    // A copy: the chunk may be the one of the store.
    const changed = Uint8Array.from(chunk);
    changed[index] = (changed[index] ?? 0) ^ 1;
    onCorrupt();
    yield changed;
  }
}
