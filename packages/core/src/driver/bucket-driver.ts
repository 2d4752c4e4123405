import type { StorageError } from '../api/errors.js';
import type { ObjectInfo } from '../api/object-info.js';
import type { CopyResult, PutResult } from '../api/results.js';
import type {
  CopyCall,
  CopySource,
  DeleteCall,
  DriverCall,
  DriverObject,
  DriverPage,
  GetCall,
  HeadCall,
  ListCall,
  PutBody,
  PutCall,
} from './calls.js';

/** The primitives of one bucket. Each throws `NoSuchBucket` before it looks at anything else. */
export interface BucketDriver {
  headObject(key: string, call: HeadCall): Promise<ObjectInfo>;
  getObject(key: string, call: GetCall): Promise<DriverObject>;
  /** Commits body, headers, metadata and tags in one step, and only after the body has ended without throwing. */
  putObject(key: string, body: PutBody, call: PutCall): Promise<PutResult>;
  /**
   * Onto this bucket. Type, headers, metadata and tags go along unless `replace` or `tags` is given. Failures in S3's order: the source's
   * bucket, the source, its condition, then this bucket, its condition. An error about the source names the source's bucket and key, as
   * `evaluateSourceConditions` does.
   */
  copyObject(key: string, source: CopySource, call: CopyCall): Promise<CopyResult>;
  /** A missing key is a success. */
  deleteObject(key: string, call: DeleteCall): Promise<void>;
  /** Tries all; at most 1000 distinct keys. Answers those that failed; throws only what concerns all of them. */
  deleteObjects(keys: readonly string[], call: DriverCall): Promise<readonly { readonly key: string; readonly error: StorageError }[]>;
  /** One page in key order. */
  listObjects(call: ListCall): Promise<DriverPage>;
}
