import { randomBytes } from 'node:crypto';

/** The id of this process in responses, `x-amz-id-2`. */
export const hostId = randomBytes(32).toString('hex');

let last = 0n;

/** Returns a new request id: like those of MinIO, the time in nanoseconds as 16 hex digits. Ids of a process are unique and increase. */
export function createRequestId(): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  last = now > last ? now : last + 1n;
  return last.toString(16).toUpperCase();
}
