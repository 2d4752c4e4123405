import type { PutBody } from '../driver/calls.js';
import { asBuffer } from './chunks.js';

/**
 * Reads the body of a put into memory, for stores without streaming writes.
 *
 * @returns bytes that the driver may keep, but must not modify.
 */
export async function readWholeBody(body: PutBody): Promise<Buffer> {
  if (body.bytes !== undefined) return asBuffer(body.bytes);
  const chunks: Buffer[] = [];
  // A source may reuse the buffer of its chunks.
  for await (const chunk of body) chunks.push(body.stable === true ? asBuffer(chunk) : Buffer.from(chunk));
  return Buffer.concat(chunks);
}
