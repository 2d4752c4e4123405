import type { PutBody } from '../driver/calls.js';

/**
 * Reads the body of a put to its end, for a store that takes its values whole. Call it before the first `await`: until then the bytes
 * of a body in memory can't have changed.
 * @returns bytes of the driver's own.
 */
export async function readWholeBody(body: PutBody): Promise<Buffer> {
  if (body.bytes !== undefined) return Buffer.from(body.bytes);
  const chunks: Buffer[] = [];
  // Copied one by one: a source may fill the same buffer anew for each.
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
