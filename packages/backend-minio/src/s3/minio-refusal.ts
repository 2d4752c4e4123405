import { StorageError } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';

/**
 * Refuses requests with keys by the rules of S3 to MinIO, which resolves keys like paths: it stores `/a` as `a`, and a batch delete of
 * `../other/k` deletes in another bucket.
 */
export class MinioRefusal {
  /** Whether the server names itself MinIO. Undefined before the first response. */
  #isMinio: boolean | undefined;

  observe(response: HttpResponse): void {
    this.#isMinio ??= /^minio\b/i.test(response.header('server') ?? '');
  }

  /**
   * @param request sends a request, whose response is passed to {@link observe}, if there was none yet.
   * @throws `NotImplemented` if the server is MinIO.
   */
  async check(request: () => Promise<unknown>): Promise<void> {
    if (this.#isMinio === undefined) {
      await request().catch((error: unknown) => {
        // An error of the server, such as NoSuchBucket, is left to the request of the caller.
        if (this.#isMinio === undefined) throw error;
      });
    }
    if (this.#isMinio === true)
      throw new StorageError({
        code: 'NotImplemented',
        message: "MinIO does not support `keys: 's3'` (capability `anyKeys`): omit the option",
      });
  }
}
