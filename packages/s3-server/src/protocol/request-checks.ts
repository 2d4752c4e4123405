import type { S3Request } from './s3-request.js';
import { S3Error, notImplemented } from './s3-error.js';

const maxHeaderBytes = 8 * 1024;
const maxMetadataBytes = 2 * 1024;
const reservedBuckets = new Set(['minio', '.minio.sys']);
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const invalidBucketName = /\.\.|\.-|-\.|^\d{1,3}(?:\.\d{1,3}){3}$/;
/** `.` or `..` as a segment, also between backslashes and surrounded by white space. */
export const dotSegment = /(?:^|[/\\])[\t-\r ]*\.{1,2}[\t-\r ]*(?:$|[/\\])/;

/**
 * Checks the size of the headers, before the signature is verified.
 *
 * @throws `MetadataTooLarge` for headers of more than 8 KiB or metadata of more than 2 KiB, `InvalidArgument` for reserved metadata.
 */
export function checkHeaderSizes({ headers }: S3Request): void {
  let bytes = 0;
  let metadataBytes = 0;
  for (const [name, value] of headers) {
    const length = name.length + value.length;
    bytes += length;
    if (!name.startsWith('x-')) continue;
    if (name.startsWith('x-amz-meta-') || name.startsWith('x-minio-meta-')) metadataBytes += length;
    else if (name.startsWith('x-minio-internal-'))
      throw new S3Error('InvalidArgument', { message: 'Your metadata headers are not supported.' });
  }
  if (bytes > maxHeaderBytes || metadataBytes > maxMetadataBytes) throw new S3Error('MetadataTooLarge');
}

/**
 * Checks path and parameters for segments that leave their folder, unless any key is accepted, and the name of the bucket.
 *
 * @throws `XMinioInvalidResourceName`, `AllAccessDisabled` for a reserved bucket, `InvalidBucketName`.
 */
export function checkTarget(request: S3Request, anyKeys: boolean): void {
  if (!anyKeys) checkDotSegments(request);
  const { bucket } = request;
  if (bucket === '') return;
  if (reservedBuckets.has(bucket)) throw new S3Error('AllAccessDisabled');
  if (!bucketName.test(bucket) || invalidBucketName.test(bucket)) throw new S3Error('InvalidBucketName');
}

/** @throws `XMinioInvalidResourceName` */
function checkDotSegments({ path, query }: S3Request): void {
  if (path.includes('.') && dotSegment.test(path)) throw new S3Error('XMinioInvalidResourceName');
  for (const [name, value] of query) {
    if (name !== 'delimiter' && value.includes('.') && dotSegment.test(value)) throw new S3Error('XMinioInvalidResourceName');
  }
}

/**
 * Checks the headers of encryption with keys of the client, which must not be sent without TLS.
 *
 * @throws `InvalidRequest`, `NotImplemented` over TLS.
 */
export function checkCustomerKeys({ headers }: S3Request, isSecure: boolean): void {
  for (const name of headers.keys()) {
    if (!/^x-amz-(?:copy-source-)?server-side-encryption-customer-/.test(name)) continue;
    if (isSecure) throw notImplemented('Server side encryption with customer provided keys');
    throw new S3Error('InvalidRequest', {
      message: 'Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.',
    });
  }
}
