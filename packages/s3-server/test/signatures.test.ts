import { createHash, createHmac } from 'node:crypto';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { describe, expect, test } from 'vitest';
import type { S3Server, ServeOptions } from '../src/index.js';
import { exchange, send, sha256, signRequest, signedChunks } from './raw-client.js';
import type { RawRequest } from './raw-client.js';
import { remoteDatastore, startServer } from './support.js';

function start(options: ServeOptions = {}): Promise<S3Server> {
  return startServer(options, new MemoryDatastore({ buckets: { photos: { k: 'meow' }, notes: {} } }));
}

const get: RawRequest = { path: '/photos/k' };
const minute = 60_000;

describe('a signature in the header', () => {
  test('is accepted', async () => {
    expect(await send(await start(), get)).toMatchObject({ status: 200, body: 'meow' });
  });

  test.each<[string, string, Partial<RawRequest>]>([
    ['another secret key', 'SignatureDoesNotMatch', { credentials: { accessKey: 'reader', secretKey: 'not the secret' } }],
    ['an unknown access key', 'InvalidAccessKeyId', { credentials: { accessKey: 'nobody', secretKey: 'secret-key' } }],
    ['a time 16 minutes ago', 'RequestTimeTooSkewed', { date: new Date(Date.now() - 16 * minute) }],
    ['a time in 16 minutes', 'RequestTimeTooSkewed', { date: new Date(Date.now() + 16 * minute) }],
    ['another region', 'AuthorizationHeaderMalformed', { region: 'eu-west-1' }],
    ['a header that was changed', 'SignatureDoesNotMatch', { headers: { 'x-a': '1' }, tamper: (headers) => (headers['x-a'] = '2') }],
    ['a signed header that is missing', 'AccessDenied', { headers: { 'x-a': '1' }, tamper: (headers) => delete headers['x-a'] }],
    ['another payload', 'XAmzContentSHA256Mismatch', { method: 'PUT', body: 'x', payloadHash: sha256('y') }],
    ['a digest that is none', 'XAmzContentSHA256Mismatch', { method: 'PUT', body: 'x', payloadHash: 'none' }],
    ['no date', 'AccessDenied', { tamper: (headers) => delete headers['x-amz-date'] }],
    ['a malformed date', 'AccessDenied', { tamper: (headers) => (headers['x-amz-date'] = '03032006') }],
    ['a session token', 'InvalidTokenId', { headers: { 'x-amz-security-token': 'token' } }],
    ['a wrong signature of version 2', 'SignatureDoesNotMatch', { tamper: (headers) => (headers['authorization'] = 'AWS reader:eA==') }],
    ['an incomplete one of version 2', 'MissingFields', { tamper: (headers) => (headers['authorization'] = 'AWS reader') }],
    ['an unknown key in version 2', 'InvalidAccessKeyId', { tamper: (headers) => (headers['authorization'] = 'AWS other:eA==') }],
    [
      'an incomplete header',
      'AuthorizationHeaderMalformed',
      { tamper: (headers) => (headers['authorization'] = 'AWS4-HMAC-SHA256 Credential=a') },
    ],
    ['an unknown type', 'InvalidArgument', { tamper: (headers) => (headers['authorization'] = 'nonsense') }],
    [
      'a component without a value',
      'AuthorizationHeaderMalformed',
      { tamper: (headers) => (headers['authorization'] = 'AWS4-HMAC-SHA256 Credential=a,SignedHeaders,Signature=b') },
    ],
    [
      'an unknown component',
      'AuthorizationHeaderMalformed',
      { tamper: (headers) => (headers['authorization'] = 'AWS4-HMAC-SHA256 Credential=a,SignedHeaders=host,Other=b') },
    ],
    [
      'a malformed credential',
      'AuthorizationHeaderMalformed',
      { tamper: (headers) => (headers['authorization'] = 'AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host,Signature=b') },
    ],
    ['the token of another API', 'AccessDenied', { tamper: (headers) => (headers['authorization'] = 'Bearer token') }],
    ['one in the query, of version 2', 'InvalidRequest', { query: 'AWSAccessKeyId=reader' }],
    ['an old name of the region', 'AuthorizationHeaderMalformed', { region: 'US' }],
    [
      'an empty credential',
      'AuthorizationHeaderMalformed',
      { tamper: (headers) => (headers['authorization'] = 'AWS4-HMAC-SHA256 Credential=, SignedHeaders=host, Signature=a') },
    ],
  ])('is refused with %s', async (_, code, request) => {
    const server = await start({ region: 'us-east-1', credentials: { accessKey: 'reader', secretKey: 'secret-key' } });
    expect(await send(server, { ...get, ...request })).toMatchObject({ code });
  });

  test('is accepted in version 2, as older clients send it', async () => {
    const { url, credentials } = await start();
    const date = new Date().toUTCString();
    const request = (signed: string, headers: Record<string, string> = {}): Promise<Response> => {
      const signature = createHmac('sha1', credentials.secretKey).update(signed).digest('base64');
      return fetch(`${url}/photos/k?tagging`, {
        headers: { date, ...headers, authorization: `AWS ${credentials.accessKey}:${signature}` },
      });
    };
    expect((await request(`GET\n\n\n${date}\n/photos/k?tagging`)).status).toBe(200);
    expect((await request(`GET\n\n\n${date}\nx-amz-meta-a:1\n/photos/k?tagging`, { 'x-amz-meta-a': '1' })).status).toBe(200);
    expect((await request(`GET\n\n\n${date}\n/photos/k`)).status).toBe(403);
    expect((await request('GET\n\n\n\n/photos/k?tagging', { date: '' })).status).toBe(403);
  });

  test('is accepted with an empty session token', async () => {
    expect(await send(await start(), { ...get, headers: { 'x-amz-security-token': '' } })).toMatchObject({ status: 200 });
  });

  test.each([
    ['32234/us-east-1/s3/aws4_request', 'incorrect date format "32234".'],
    ['20260101/us-east-1/ec2/aws4_request', 'incorrect service "ec2".'],
    ['20260101/us-east-1/s3/aws_request', 'incorrect terminal "aws_request".'],
  ])('names the part of the scope that is wrong: %s', async (scope, reason) => {
    const tamper = (headers: Record<string, string>): void => {
      headers['authorization'] = `AWS4-HMAC-SHA256 Credential=reader/${scope},SignedHeaders=host,Signature=a`;
    };
    const { status, body } = await send(await start(), { ...get, tamper });
    expect([status, body]).toEqual([400, expect.stringContaining('The authorization header is malformed; ' + reason.split(' "')[0])]);
  });

  test('is accepted with a clock that differs by 14 minutes', async () => {
    const server = await start();
    for (const skew of [-14, 14])
      expect(await send(server, { ...get, date: new Date(Date.now() + skew * minute) })).toMatchObject({ status: 200 });
  });

  test('leaves the object unchanged if the payload is another one', async () => {
    const server = await start();
    await send(server, { ...get, method: 'PUT', body: 'x', payloadHash: sha256('y') });
    expect((await send(server, get)).body).toBe('meow');
  });
});

describe('a signature in the query', () => {
  test('is accepted until it expires', async () => {
    let now = Date.now();
    const server = await start({ now: () => now });
    const bucket = remoteDatastore(server).bucket('photos');
    const url = await bucket.presign('k', { expiresIn: 60 });
    expect(await (await fetch(url)).text()).toBe('meow');
    expect((await fetch(url.replace('/k?', '/l?'))).status).toBe(403);
    expect((await fetch(`${url}&versionId=null`)).status).toBe(403);
    now += 61_000;
    expect(await (await fetch(url)).text()).toContain('<Message>Request has expired.</Message>');
  });

  test('refuses metadata that is not signed', async () => {
    const server = await start();
    const url = await remoteDatastore(server).bucket('photos').presign('k', { method: 'PUT' });
    const refused = await fetch(url, { method: 'PUT', body: 'x', headers: { 'x-amz-meta-b': '1', 'x-amz-meta-a': '1' } });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('<HeadersNotSigned>x-amz-meta-a, x-amz-meta-b</HeadersNotSigned>');
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
  });

  test.each(['X-Amz-SignedHeaders', 'X-Amz-Signature'])('is refused with an empty %s', async (name) => {
    const server = await start();
    const url = new URL(await remoteDatastore(server).bucket('photos').presign('k'));
    url.searchParams.set(name, '');
    expect(await (await fetch(url)).text()).toContain('<Code>MissingFields</Code>');
  });

  test('may be sent with the header of a date, which does not count', async () => {
    const server = await start();
    const url = await remoteDatastore(server).bucket('photos').presign('k');
    expect((await fetch(url, { headers: { 'x-amz-date': '19700101T000000Z' } })).status).toBe(200);
  });

  test('must not be combined with one in the header', async () => {
    const server = await start();
    const url = new URL(await remoteDatastore(server).bucket('photos').presign('k'));
    expect(await send(server, { ...get, query: url.search.slice(1) })).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });
});

describe('a signature of version 2 in the query', () => {
  test('is accepted until it expires', async () => {
    const server = await start();
    const { accessKey, secretKey } = server.credentials;
    const urlFor = (path: string, expires: number) => {
      const signature = createHmac('sha1', secretKey).update(`GET\n\n\n${expires}\n${path}`).digest('base64');
      return `${server.url}${path}?AWSAccessKeyId=${accessKey}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`;
    };
    const url = urlFor('/photos/k', Math.floor(Date.now() / 1000) + 60);
    expect(await (await fetch(url)).text()).toBe('meow');
    expect((await fetch(url.replace('/k?', '/l?'))).status).toBe(403);
    expect((await fetch(`${url}&versionId=null`)).status).toBe(403);
    expect(await (await fetch(urlFor('/photos/k', 1))).text()).toContain('Request has expired');
  });
});

describe('a payload in chunks', () => {
  const chunks = ['first chunk', 'second'];
  const text = chunks.join('');
  const trailer = `x-amz-checksum-sha256:${createHash('sha256').update(text).digest('base64')}`;

  async function put(server: S3Server, change: (body: string) => string = (body) => body, isTrailerSigned = false) {
    const request: RawRequest = {
      method: 'PUT',
      path: '/photos/new',
      payloadHash: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${isTrailerSigned ? '-TRAILER' : ''}`,
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': String(text.length),
        ...(isTrailerSigned ? { 'x-amz-trailer': 'x-amz-checksum-sha256' } : {}),
      },
    };
    const signed = signRequest(server, request);
    const body = change(signedChunks(signed, chunks, isTrailerSigned ? trailer : undefined));
    return exchange(server, { ...request, body }, signed.headers);
  }

  test('with signatures is decoded', async () => {
    const server = await start();
    expect(await put(server)).toMatchObject({ status: 200 });
    const { body, headers } = await send(server, { path: '/photos/new' });
    expect([body, headers['content-encoding']]).toEqual([text, undefined]);
  });

  test('with a signed trailer is decoded', async () => {
    const server = await start();
    expect(await put(server, undefined, true)).toMatchObject({ status: 200 });
    expect((await send(server, { path: '/photos/new' })).body).toBe(text);
  });

  test.each<[string, string, (body: string) => string]>([
    ['a chunk that was changed', 'SignatureDoesNotMatch', (body) => body.replace('second', 'sEcond')],
    ['a chunk that is longer than its size', 'SignatureDoesNotMatch', (body) => body.replace('second', 'a second')],
    ['a missing last chunk', 'IncompleteBody', (body) => body.slice(0, body.lastIndexOf('0;chunk-signature'))],
    ['a size that is no number', 'BadRequest', (body) => `x${body}`],
    ['a chunk of more than 16 MiB', 'BadRequest', (body) => body.replace(/^b;/, '1000001;')],
  ])('is refused with %s', async (_, code, change) => {
    const server = await start();
    expect(await put(server, change)).toMatchObject({ status: code === 'SignatureDoesNotMatch' ? 403 : 400, code });
    expect(await send(server, { path: '/photos/new' })).toMatchObject({ code: 'NoSuchKey' });
  });

  test('is refused with a trailer that was changed', async () => {
    const server = await start();
    const change = (body: string) => body.replace('x-amz-checksum-sha256:', 'x-amz-checksum-sha256:A');
    expect(await put(server, change, true)).toMatchObject({ code: 'SignatureDoesNotMatch' });
  });

  test('is refused without the size of the object', async () => {
    const server = await start();
    const request: RawRequest = { method: 'PUT', path: '/photos/new', payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', body: 'x' };
    expect(await send(server, request)).toMatchObject({ status: 411, code: 'MissingContentLength' });
  });
});

describe('key pairs', () => {
  const credentials = [
    { accessKey: 'admin', secretKey: 'admin-secret' },
    { accessKey: 'reader', secretKey: 'reader-secret', readOnly: true },
    { accessKey: 'photographer', secretKey: 'photographer-secret', buckets: ['photo'] },
  ] as const;
  const [, reader, photographer] = credentials;

  test('with `readOnly` may only read', async () => {
    const server = await start({ credentials });
    expect(await send(server, { ...get, credentials: reader })).toMatchObject({ status: 200 });
    for (const method of ['PUT', 'DELETE'])
      expect(await send(server, { ...get, method, credentials: reader })).toMatchObject({ code: 'AccessDenied' });
    expect(await send(server, { path: '/new', method: 'PUT', credentials: reader })).toMatchObject({ code: 'AccessDenied' });
  });

  test('with `buckets` may use and see only those', async () => {
    const server = await start({ credentials });
    expect(await send(server, { ...get, credentials: photographer })).toMatchObject({ status: 200 });
    expect(await send(server, { path: '/notes', credentials: photographer })).toMatchObject({ code: 'AccessDenied' });
    const copy = { method: 'PUT', path: '/photos/copy', headers: { 'x-amz-copy-source': '/notes/k' }, credentials: photographer };
    expect(await send(server, copy)).toMatchObject({ code: 'AccessDenied' });
    expect((await send(server, { path: '/', credentials: photographer })).body.match(/<Name>\w+/g)).toEqual(['<Name>photos']);
  });
});

describe('an anonymous request', () => {
  const anonymous: RawRequest = { ...get, credentials: null };

  test('is refused', async () => {
    const server = await start();
    for (const path of ['/', '/photos', '/photos/k'])
      expect(await send(server, { ...anonymous, path })).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  test('may read if `anonymous` is `read`', async () => {
    const server = await start({ anonymous: 'read' });
    expect(await send(server, anonymous)).toMatchObject({ status: 200, body: 'meow' });
    expect(await send(server, { ...anonymous, path: '/photos', query: 'list-type=2' })).toMatchObject({ status: 200 });
    expect(await send(server, { ...anonymous, path: '/' })).toMatchObject({ code: 'AccessDenied' });
    for (const method of ['PUT', 'DELETE']) expect(await send(server, { ...anonymous, method })).toMatchObject({ code: 'AccessDenied' });
  });
});
