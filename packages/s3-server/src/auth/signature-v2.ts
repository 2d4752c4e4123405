import { createHmac, timingSafeEqual } from 'node:crypto';
import { decodeUtf8Header } from '../protocol/request-headers.js';
import type { S3Request } from '../protocol/s3-request.js';
import { S3Error } from '../protocol/s3-error.js';
import type { Credentials } from './credentials.js';

/** The parameters that are part of the signature, in the order in which they are signed. */
const signedParameters = [
  'acl',
  'cors',
  'delete',
  'encryption',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'notification',
  'partNumber',
  'policy',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'retention',
  'select',
  'select-type',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
];

/**
 * Verifies a URL that is presigned by Signature Version 2, which boto3 and s3cmd still create by default.
 *
 * @param now the time in milliseconds since the epoch.
 * @throws `AuthorizationQueryParametersError`, `InvalidAccessKeyId`, `AccessDenied` if it has expired, `SignatureDoesNotMatch`
 */
export function verifyPresignedV2(request: S3Request, credentials: ReadonlyMap<string, Credentials>, now: number): Credentials {
  const { query } = request;
  const expires = query.get('Expires') ?? '';
  const found = credentials.get(query.get('AWSAccessKeyId') ?? '');
  if (found === undefined) throw new S3Error('InvalidAccessKeyId');
  if (!/^\d{1,15}$/.test(expires)) throw new S3Error('AuthorizationQueryParametersError', { message: 'X-Amz-Expires should be a number' });
  if (Number(expires) < Math.floor(now / 1000)) throw new S3Error('AccessDenied', { message: 'Request has expired.' });
  verifySignature(request, found, expires, query.get('Signature') ?? '');
  return found;
}

/**
 * Verifies an `Authorization` header of Signature Version 2, `AWS ACCESS_KEY:SIGNATURE`, which MinIO still accepts. The caller checks the date.
 *
 * @throws `MissingFields`, `InvalidAccessKeyId`, `SignatureDoesNotMatch`
 */
export function verifyHeaderV2(request: S3Request, authorization: string, credentials: ReadonlyMap<string, Credentials>): Credentials {
  const [, accessKey, signature] = /^AWS ([^: ]+):([^: ]+)$/.exec(authorization) ?? [];
  if (accessKey === undefined || signature === undefined) throw new S3Error('MissingFields');
  const found = credentials.get(accessKey);
  if (found === undefined) throw new S3Error('InvalidAccessKeyId');
  verifySignature(request, found, request.headers.get('date') ?? '', signature);
  return found;
}

/** @param date the header `Date`, or the time at which a presigned URL expires. */
function verifySignature(request: S3Request, { secretKey }: Credentials, date: string, signature: string): void {
  const expected = createHmac('sha1', secretKey).update(stringToSign(request, date)).digest();
  const given = Buffer.from(signature, 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new S3Error('SignatureDoesNotMatch');
}

function stringToSign({ method, headers, query, encodedPath, hostBucket }: S3Request, date: string): string {
  const amzHeaders = [...headers]
    .filter(([name]) => name.startsWith('x-amz-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${decodeUtf8Header(value).trim()}\n`);
  const parameters = signedParameters.flatMap((name) => {
    const value = query.get(name);
    return value === undefined ? [] : [value === '' ? name : `${name}=${value}`];
  });
  const resource = (hostBucket === undefined ? '' : `/${hostBucket}`) + encodedPath;
  return (
    [method, headers.get('content-md5') ?? '', headers.get('content-type') ?? '', date, amzHeaders.join('') + resource].join('\n') +
    (parameters.length === 0 ? '' : `?${parameters.join('&')}`)
  );
}
