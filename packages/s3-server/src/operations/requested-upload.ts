import type { Upload } from '@anybucket/core';
import { maxParts } from '@anybucket/core/backend';
import { S3Error } from '../protocol/s3-error.js';
import type { OperationContext } from './operation.js';

/** Returns the upload that a request names. @throws `NoSuchUpload` if the id is empty. */
export function requestedUpload({ bucket, request }: OperationContext): Upload {
  const id = request.query.get('uploadId') ?? '';
  if (id === '') throw new S3Error('NoSuchUpload');
  return bucket.upload(request.key, id);
}

/** Returns the number of the part that a request writes. @throws `InvalidArgument` */
export function requestedPartNumber({ request }: OperationContext): number {
  const text = request.query.get('partNumber') ?? '';
  const partNumber = /^[+-]?\d{1,18}$/.test(text) ? Number(text) : 0;
  if (partNumber < 1 || partNumber > maxParts) throw invalidPartNumber();
  return partNumber;
}

/** Creates the error of a part number that no part has. MinIO sends other codes for numbers below 1, AWS this. */
export function invalidPartNumber(): S3Error {
  return new S3Error('InvalidArgument', { message: `Part number must be an integer between 1 and ${maxParts}, inclusive.` });
}
