/** Returns a Buffer that shares the memory of the array. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Yields chunks of exactly `size` bytes, except for the last one. Copies only chunks that span several source chunks. */
export async function* rechunk(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer, void, undefined> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of source) {
    let rest = asBuffer(chunk);
    while (pendingBytes + rest.length >= size) {
      const taken = rest.subarray(0, size - pendingBytes);
      rest = rest.subarray(taken.length);
      yield pendingBytes === 0 ? taken : Buffer.concat([...pending, taken], size);
      pending = [];
      pendingBytes = 0;
    }
    if (rest.length > 0) {
      pending.push(rest);
      pendingBytes += rest.length;
    }
  }
  if (pendingBytes > 0) yield Buffer.concat(pending, pendingBytes);
}

/** Yields a large block in slices, so that hashing or writing it does not block the event loop. */
export function* slices(block: Uint8Array, size: number): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < block.byteLength; start += size) yield block.subarray(start, start + size);
}
