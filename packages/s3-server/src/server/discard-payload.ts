import type { IncomingMessage, ServerResponse } from 'node:http';

/** A client that sends more than this after the response, or takes longer, loses its connection. */
const maxDiscardedBytes = 16 * 2 ** 20;
const maxDiscardMs = 5000;

/**
 * Reads and drops the rest of a payload that the operation did not read: a client that is still sending would otherwise see a broken
 * connection instead of the response.
 */
export function discardPayload(message: IncomingMessage, response: ServerResponse): void {
  if (message.complete || message.destroyed || response.destroyed) return;
  let discarded = 0;
  message.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > maxDiscardedBytes) message.destroy();
  });
  message.on('error', () => {});
  const timer = setTimeout(() => message.destroy(), maxDiscardMs).unref();
  message.once('close', () => clearTimeout(timer));
  message.resume();
}
