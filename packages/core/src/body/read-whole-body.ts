import type { PutBody } from '../driver/calls.js';

/**
 * Reads the body of a put into memory, for stores without streaming writes. Must be called before the first `await` of `putObject`,
 * because the caller may change the bytes of a body in memory afterwards.
 *
 * @returns a copy that the driver may keep.
 */
export async function readWholeBody(body: PutBody): Promise<Buffer> {
  if (body.bytes !== undefined) return Buffer.from(body.bytes);
  const chunks: Buffer[] = [];
  // Copy each chunk: a source may reuse its buffer.
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
