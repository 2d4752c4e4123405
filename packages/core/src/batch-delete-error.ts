import type { DeleteFailure } from './bucket-results.js';
import { StorageError } from './errors.js';

/** Some keys of a batch delete could not be removed, after all were tried. Its `code` is the first failure's. */
export class BatchDeleteError extends StorageError {
  /** The keys that are gone, in the order asked. */
  readonly deleted: readonly string[];
  /** The keys that are not, each with its own error. */
  readonly failures: readonly DeleteFailure[];

  constructor(bucket: string, deleted: readonly string[], failures: readonly [DeleteFailure, ...DeleteFailure[]]) {
    const [{ key, error }] = failures;
    super({
      code: error.code,
      message: `${failures.length} of ${deleted.length + failures.length} keys could not be deleted, the first ${JSON.stringify(key)}`,
      operation: 'delete',
      bucket,
      status: error.status,
      retryable: failures.every((failure) => failure.error.retryable),
      cause: error,
    });
    this.deleted = deleted;
    this.failures = failures;
  }
}
