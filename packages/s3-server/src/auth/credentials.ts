import { S3Error } from '../protocol/s3-error.js';

/** A key pair of the server. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Allows only requests that read. @defaultValue false */
  readonly readOnly?: boolean | undefined;
  /** Prefixes of the names of the buckets that this key pair may use. @defaultValue all buckets */
  readonly buckets?: readonly string[] | undefined;
}

/** Who sent a request. */
export interface Identity {
  /** Undefined for anonymous requests. */
  readonly credentials: Credentials | undefined;
}

/** What an operation does: list the buckets of the service, read, or write. A `form` is authenticated by the operation that reads it. */
export type Access = 'service' | 'read' | 'write' | 'form';

/** Returns whether the credentials apply to a bucket. */
export function mayUseBucket({ buckets }: Credentials, bucket: string): boolean {
  return buckets === undefined || buckets.some((prefix) => bucket.startsWith(prefix));
}

/**
 * Requires that a request is allowed.
 *
 * @param anonymousRead whether anonymous requests may read buckets and objects.
 * @throws `AccessDenied`
 */
export function authorise({ credentials }: Identity, access: Access, bucket: string, anonymousRead: boolean): void {
  if (access === 'form') return;
  const isAllowed =
    credentials === undefined
      ? anonymousRead && access === 'read'
      : (access !== 'write' || credentials.readOnly !== true) && (bucket === '' || mayUseBucket(credentials, bucket));
  if (!isAllowed) throw new S3Error('AccessDenied');
}
