import type { Operation, RequestName } from '../requests/operations.js';

/** A request that a datastore received. */
export interface CallRecord {
  /** The method that made the request, such as `put`. */
  readonly operation: Operation;
  /** The request in S3, such as `PutObject`. A `move` makes several. */
  readonly request: RequestName;
  readonly bucket?: string;
  readonly key?: string;
  /** The keys of a `delete` of a list. */
  readonly keys?: readonly string[];
  /** Bytes of the body that were sent or received so far. */
  readonly bytes: number;
  /**
   * `ok`, or the code of the failure; the name of the error if the caller aborted it. `pending` while the request runs. A body that fails later
   * replaces `ok`.
   */
  readonly outcome: string;
  /** Milliseconds until the request ended, without the time in which its body was read. */
  readonly durationMs: number;
}

/** The fields of a call to be compared. A regular expression matches text. Fields that are not given are not compared. */
export type CallPattern = {
  readonly [Name in Exclude<keyof CallRecord, 'keys' | 'durationMs'>]?: CallRecord[Name] | RegExp | undefined;
};
