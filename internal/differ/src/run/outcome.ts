import { isStorageError } from '@anybucket/core';
import type { Session } from './session.js';

/** What came of a call on a backend. */
export type Outcome = { readonly value: unknown } | { readonly error: Told } | { readonly aborted: true } | { readonly thrown: string };

/** What an error tells, but for its message. */
interface Told {
  readonly code: string;
  readonly status: number | undefined;
  readonly operation: string | undefined;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/** The one reason with which signals are aborted here. */
export const abortReason = new Error('aborted by the program');

/** What an exception tells, with the program's names for its buckets. */
export function outcomeOfError(error: unknown, session: Session): Outcome {
  if (error === abortReason) return { aborted: true };
  if (!isStorageError(error)) return { thrown: String(error) };
  const { code, status, operation, bucket, key } = error;
  return { error: { code, status, operation, bucket: bucket === undefined ? undefined : (session.named(bucket) ?? bucket), key } };
}
