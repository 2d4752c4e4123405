import { randomBytes } from 'node:crypto';

/** The id of this process in responses, `x-amz-id-2`. */
export const hostId = randomBytes(32).toString('hex');

let count = 0;

/** Returns a new request id: the time in milliseconds, and a number that is unique within the process, as 16 hex digits. */
export function createRequestId(): string {
  count = (count + 1) % 0x100000;
  return (Date.now().toString(16) + count.toString(16).padStart(5, '0')).toUpperCase();
}
