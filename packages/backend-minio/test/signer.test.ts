import fc from 'fast-check';
import { presignSignatureV4, signV4 } from 'minio/dist/esm/signing.mjs';
import { expect, test } from 'vitest';
import { parseEndpoint } from '../src/http/endpoint.js';
import { Signer } from '../src/s3/signer.js';

// The examples of the Amazon S3 documentation, "Authenticating Requests".
const date = new Date('2013-05-24T00:00:00Z');
const accessKey = 'AKIAIOSFODNN7EXAMPLE';
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const awsSigner = new Signer(parseEndpoint({ endPoint: 'https://s3.amazonaws.com', pathStyle: false }));

function context(sessionToken?: string) {
  return { credentials: { accessKey, secretKey, sessionToken }, region: 'us-east-1' };
}

test.each([
  [
    'GetObject',
    { key: 'test.txt', headers: { range: 'bytes=0-9' } },
    'host;range;x-amz-content-sha256;x-amz-date',
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'GetBucketLifecycle',
    { query: { lifecycle: '' } },
    'host;x-amz-content-sha256;x-amz-date',
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'ListObjects',
    { query: { 'max-keys': '2', prefix: 'J' } },
    'host;x-amz-content-sha256;x-amz-date',
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
])('signs the %s example of the S3 documentation', (_, target, signedHeaders, signature) => {
  const { headers } = awsSigner.sign({ method: 'GET', bucket: 'examplebucket', ...target }, emptyHash, context(), date);
  expect(headers['authorization']).toBe(
    `AWS4-HMAC-SHA256 Credential=${accessKey}/20130524/us-east-1/s3/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  );
});

test('presigns the example of the S3 documentation', () => {
  const url = awsSigner.presign({ method: 'GET', bucket: 'examplebucket', key: 'test.txt' }, 86_400, context(), date);
  expect(url).toBe(
    'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
      '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z' +
      '&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
      '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});

test('the signature does not depend on the order of query parameters', () => {
  const sign = (query: Record<string, string>) =>
    awsSigner.sign({ method: 'GET', bucket: 'examplebucket', query }, emptyHash, context(), date).headers['authorization'];
  expect(sign({ a: '1', 'a-b': '2', 'a.b': '' })).toBe(sign({ 'a.b': '', 'a-b': '2', a: '1' }));
});

const text = fc.string({ unit: 'grapheme', maxLength: 10 });
const targets = fc.record({
  method: fc.constantFrom('GET' as const, 'PUT' as const, 'DELETE' as const),
  bucket: fc.constant('bucket'),
  key: text,
  query: fc.record({ versionId: fc.option(text, { nil: undefined }), uploads: fc.constantFrom(undefined, '') }),
  headers: fc.record({ 'content-type': fc.constant('text/plain'), 'x-amz-meta-a': fc.constantFrom('a', 'a  b', 'a, b=c') }),
});

test('agrees with the signatures of the minio package', () => {
  fc.assert(
    fc.property(targets, fc.constantFrom(undefined, 'session-token'), (target, sessionToken) => {
      const request = awsSigner.sign(target, emptyHash, context(sessionToken), date);
      const { authorization, ...headers } = request.headers;
      expect(authorization).toBe(signV4({ ...request, headers }, accessKey, secretKey, 'us-east-1', date, emptyHash));
      const url = awsSigner.presign({ ...target, headers: { 'content-type': 'text/plain' } }, 600, context(sessionToken), date);
      const presignable = { ...request, headers: { 'Content-Type': 'text/plain', host: headers['host'] ?? '' } };
      expect(url).toBe(presignSignatureV4(presignable, accessKey, secretKey, sessionToken, 'us-east-1', date, 600));
    }),
    { numRuns: 50 },
  );
});
