import { createHmac, timingSafeEqual } from 'node:crypto';
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
  const expected = createHmac('sha1', found.secretKey).update(stringToSign(request, expires)).digest();
  const given = Buffer.from(query.get('Signature') ?? '', 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new S3Error('SignatureDoesNotMatch');
  return found;
}

function stringToSign({ method, headers, query, encodedPath, hostBucket }: S3Request, expires: string): string {
  const amzHeaders = [...headers]
    .filter(([name]) => name.startsWith('x-amz-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`);
  const parameters = signedParameters.flatMap((name) => {
    const value = query.get(name);
    return value === undefined ? [] : [value === '' ? name : `${name}=${value}`];
  });
  const resource = (hostBucket === undefined ? '' : `/${hostBucket}`) + encodedPath;
  return (
    [method, headers.get('content-md5') ?? '', headers.get('content-type') ?? '', expires, amzHeaders.join('') + resource].join('\n') +
    (parameters.length === 0 ? '' : `?${parameters.join('&')}`)
  );
}
