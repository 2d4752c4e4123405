import { describe, expect, test } from 'vitest';
import { MinioDatastore } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import { startRawServer } from './raw-server.js';
import { failure } from './support.js';

const errorXml = (code: string, elements = ''): string =>
  `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>message.</Message>${elements}</Error>`;

describe('an error names the option to check:', () => {
  test.each([
    ['AccessDenied', 'InvalidAccessKeyId', 'accessKey'],
    ['AccessDenied', 'SignatureDoesNotMatch', 'secretKey'],
    ['AccessDenied', 'ExpiredToken', 'sessionToken'],
    ['AccessDenied', 'InvalidTokenId', 'sessionToken'],
    ['AccessDenied', 'RequestTimeTooSkewed', 'clock'],
    ['ConfigError', 'AuthorizationHeaderMalformed', 'region'],
    ['ConfigError', 'InvalidRegion', 'region'],
    ['ConfigError', 'PermanentRedirect', 'region'],
  ])('%s for %s', async (code, serverCode, option) => {
    await using server = await FakeServer.start((_, response) =>
      response.writeHead(403, { 'x-amz-request-id': 'R7' }).end(errorXml(serverCode, '<Region>eu-north-7</Region>')),
    );
    const error = await failure(server.datastore.list(), code);
    expect(error).toMatchObject({
      serverCode,
      status: 403,
      requestId: 'R7',
      operation: 'list',
      cause: { name: 'S3Error', code: serverCode },
    });
    expect(error.message).toContain(option);
    expect(error.message).toContain('eu-north-7');
  });

  test('no server at this port', async () => {
    const datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: 1, retries: 0, credentials: 'anonymous' });
    const error = await failure(datastore.list(), 'ConnectionFailed');
    expect(error.message).toMatch(/endPoint.*port/);
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('TLS for a plain HTTP server', async () => {
    await using server = await FakeServer.start((_, response) => response.end(), { tls: true });
    expect((await failure(server.datastore.list(), 'ConnectionFailed')).message).toContain('tls: false');
  });

  test.each([
    [
      'that responds with an HTTP error',
      'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n',
      'ConfigError',
    ],
    [
      'that responds with an HTML page',
      'HTTP/1.1 400 Bad Request\r\n\r\n<center>The plain HTTP request was sent to HTTPS port</center>',
      'ConfigError',
    ],
    ['that responds with a TLS alert', Buffer.from([0x15, 3, 1, 0, 2, 2, 70]), 'ConnectionFailed'],
    ['that closes the connection', '', 'ConnectionFailed'],
  ])('plain HTTP for a TLS server %s', async (_, reply, code) => {
    await using server = await startRawServer((socket) => socket.once('data', () => socket.end(reply)));
    const error = await failure(
      new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, retries: 0, credentials: 'anonymous' }).list(),
      code,
    );
    expect(error.message).toContain('tls: true');
  });

  test('a server that never completes the TLS handshake', async () => {
    await using server = await startRawServer(() => {});
    const datastore = new MinioDatastore({
      endPoint: '127.0.0.1',
      port: server.port,
      tls: true,
      connectTimeoutMs: 200,
      credentials: 'anonymous',
    });
    expect((await failure(datastore.list(), 'Timeout')).message).toContain('connectTimeoutMs');
  });

  test.each(['list', 'getBuckets', 'bucketExists', 'stat', 'exists', 'get', 'put', 'removeBucket'] as const)(
    '%s on a web server that is not an S3 service',
    async (method) => {
      for (const [status, type] of [
        [404, 'text/html'],
        [200, 'text/html'],
        [404, 'text/plain'],
      ] as const) {
        await using server = await FakeServer.start((_, response) =>
          response.writeHead(status, { 'content-type': type }).end('<!doctype html><p>hello'),
        );
        const { datastore } = server;
        const bucket = datastore.bucket('bucket');
        const call = {
          list: () => datastore.list(),
          getBuckets: () => datastore.getBuckets(),
          bucketExists: () => datastore.bucketExists('bucket'),
          stat: () => bucket.stat('k'),
          exists: () => bucket.exists('k'),
          get: () => bucket.get('k'),
          put: () => bucket.put('k', 'x'),
          removeBucket: () => datastore.removeBucket('bucket'),
        }[method];
        const error = await failure(call(), 'ConfigError');
        expect(error.message).toMatch(/not from an S3 service.*endPoint.*port/);
        expect(error.status).toBe(status);
      }
    },
  );
});

test.each([
  [302, 'ConfigError'],
  [401, 'ConfigError'],
  [502, 'ConnectionFailed'],
  [504, 'ConnectionFailed'],
])('a response with HTTP %i without a sign of S3 is %s, also to a HEAD', async (status, code) => {
  await using server = await FakeServer.start((_, response) => response.writeHead(status).end('<html>'));
  const bucket = server.datastore.bucket('bucket');
  for (const call of [() => bucket.stat('k'), () => bucket.get('k'), () => bucket.put('k', 'x'), () => bucket.list()])
    expect((await failure(call(), code)).message).toMatch(/not from an S3 service.*endPoint/);
});

test.each([
  ['ExpiredToken', 'AccessDenied', 'sessionToken'],
  ['AuthorizationHeaderMalformed', 'ConfigError', 'region'],
])('a 400 to a HEAD without an error code is resolved with a GET: %s', async (serverCode, code, option) => {
  await using server = await FakeServer.start((_, response) =>
    response.writeHead(400, { 'x-amz-request-id': 'R' }).end(errorXml(serverCode)),
  );
  const error = await failure(server.datastore.bucket('bucket').stat('k'), code);
  expect(error).toMatchObject({ serverCode, operation: 'stat', key: 'k' });
  expect(error.message).toContain(option);
});

test('a server that never responds fails the call with Timeout that names the option', async () => {
  await using server = await startRawServer(() => {});
  const datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, idleTimeoutMs: 200, credentials: 'anonymous' });
  expect((await failure(datastore.list(), 'Timeout')).message).toContain('idleTimeoutMs');
});

describe('a 404 to a HEAD without an error code', () => {
  test.each([
    ['missing bucket', 404, 'NoSuchBucket'],
    ['missing object', 200, 'NoSuchKey'],
    ['forbidden bucket', 403, 'AccessDenied'],
  ])('is resolved with a HEAD of the bucket: %s', async (_, status, code) => {
    await using server = await FakeServer.start(({ url }, response) =>
      response.writeHead(url === '/bucket' ? status : 404, { 'x-amz-request-id': 'R' }).end(),
    );
    await failure(server.datastore.bucket('bucket').stat('k'), code);
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual(['HEAD /bucket/k', 'HEAD /bucket']);
  });

  test('is NoSuchBucket for a bucket', async () => {
    await using server = await FakeServer.start((_, response) => response.writeHead(404, { 'x-amz-request-id': 'R' }).end());
    expect(await server.datastore.bucketExists('bucket')).toBe(false);
    expect(server.received).toHaveLength(1);
  });
});

describe('an error document with status 200', () => {
  test.each(['copy', 'delete', 'list'] as const)('fails a %s', async (method) => {
    const headers = { 'x-amz-request-id': 'R', etag: '"e"', 'content-length': '1' };
    await using server = await FakeServer.start((request, response) => {
      if (request.method === 'HEAD') response.writeHead(200, headers).end();
      else response.end(`   ${errorXml('InternalError')}`);
    });
    const bucket = server.datastore.bucket('bucket');
    const call = { copy: () => bucket.fcopyTo('bucket', 'b', 'a'), delete: () => bucket.delete(['a']), list: () => bucket.list() }[method];
    expect(await failure(call(), 'InternalError')).toMatchObject({ status: 500, retryable: true });
  });

  test.each([
    ['InternalError', 2],
    ['AccessDenied', 1],
  ])('is retried if its code is transient: %s', async (code, requests) => {
    await using server = await FakeServer.start((_, response) => response.end(errorXml(code)), { retries: 1 });
    await failure(server.datastore.bucket('bucket').list(), code);
    expect(server.received).toHaveLength(requests);
  });
});

describe('a server code', () => {
  const codes = [
    ['ClientDisconnected', 499, 'RequestFailed', true],
    ['RequestTimeout', 400, 'Timeout', true],
    ['RequestTimeout', 503, 'Timeout', true],
    ['ServiceUnavailable', 503, 'SlowDown', true],
    ['SlowDownRead', 503, 'SlowDown', true],
    ['SlowDownWrite', 503, 'SlowDown', true],
    ['TooManyRequests', 429, 'SlowDown', true],
    ['XAmzContentChecksumMismatch', 400, 'BadDigest', false],
    ['XAmzContentSHA256Mismatch', 400, 'BadDigest', false],
    ['XMinioAdminBucketQuotaExceeded', 400, 'StorageFull', false],
    ['XMinioBackendDown', 400, 'InternalError', true],
    ['XMinioBucketMetadataNotInitialized', 503, 'SlowDown', true],
    ['XMinioIAMNotInitialized', 503, 'SlowDown', true],
    ['XMinioInsecureClientRequest', 400, 'ConfigError', false],
    ['XMinioInvalidObjectName', 400, 'InvalidKey', false],
    ['XMinioInvalidResourceName', 400, 'InvalidKey', false],
    ['XMinioObjectExistsAsDirectory', 400, 'InvalidKey', false],
    ['XMinioServerNotInitialized', 503, 'SlowDown', true],
    ['XMinioStorageFull', 507, 'StorageFull', false],
    ['MalformedXML', 400, 'MalformedXML', false],
    ['NotImplemented', 501, 'NotImplemented', false],
    ['InternalError', 500, 'InternalError', true],
  ] as const;

  test.each(codes)('%s with status %i is %s, retryable: %s', async (serverCode, status, code, retryable) => {
    await using server = await FakeServer.start((_, response) => response.writeHead(status).end(errorXml(serverCode)));
    const error = await failure(server.datastore.bucket('bucket').put('k', 'x'), code);
    expect(error).toMatchObject({ serverCode, status, retryable, cause: { name: 'S3Error', code: serverCode, status } });
  });

  test('comes from a header in the response to a HEAD', async () => {
    const headers = { 'x-minio-error-code': 'SlowDownRead', 'x-minio-error-desc': '"message."', 'x-amz-request-id': 'R' };
    await using server = await FakeServer.start((_, response) => response.writeHead(503, headers).end());
    const error = await failure(server.datastore.bucket('bucket').stat('k'), 'SlowDown');
    expect(error).toMatchObject({ serverCode: 'SlowDownRead', status: 503, requestId: 'R', retryable: true });
    expect(error.message).toContain('message.');
  });

  test('is absent when only the status is known', async () => {
    await using server = await FakeServer.start((_, response) => response.writeHead(503).end());
    const error = await failure(server.datastore.bucket('bucket').stat('k'), 'SlowDown');
    expect(error).toMatchObject({ status: 503, retryable: true, cause: { name: 'S3Error', status: 503 } });
    expect(error.serverCode).toBeUndefined();
  });

  test('is mapped in each entry of a batch delete', async () => {
    const entry = (key: string, code: string): string => `<Error><Key>${key}</Key><Code>${code}</Code><Message>message</Message></Error>`;
    const result = `<DeleteResult>${entry('a', 'SlowDownWrite')}${entry('b', 'XMinioInvalidObjectName')}</DeleteResult>`;
    await using server = await FakeServer.start((_, response) => response.end(result));
    expect(await failure(server.datastore.bucket('bucket').delete(['a', 'b']), 'SlowDown')).toMatchObject({
      failures: [
        { key: 'a', error: { code: 'SlowDown', serverCode: 'SlowDownWrite', status: 503, retryable: true } },
        { key: 'b', error: { code: 'InvalidKey', serverCode: 'XMinioInvalidObjectName', status: 400, retryable: false } },
      ],
    });
  });

  test('XMinioObjectTampered with status 206 fails a get instead of returning the document as the body', async () => {
    await using server = await FakeServer.start((_, response) => response.writeHead(206).end(errorXml('XMinioObjectTampered')));
    const error = await failure(server.datastore.bucket('bucket').get('k'), 'InternalError');
    expect(error).toMatchObject({ serverCode: 'XMinioObjectTampered', retryable: false });
  });
});

test('a well-formed version id that the server refuses is an unknown version', async () => {
  const refusal = '<Code>InvalidArgument</Code><Message>Invalid version id specified</Message>';
  const versionId = '11111111-2222-4333-8444-555555555555';
  await using server = await FakeServer.start(({ method }, response) => {
    if (method === 'POST')
      response.end(`<DeleteResult><Error><Key>k</Key><VersionId>${versionId}</VersionId>${refusal}</Error></DeleteResult>`);
    else response.writeHead(400, { 'x-amz-request-id': 'R' }).end(`<Error>${refusal}</Error>`);
  });
  const bucket = server.datastore.bucket('bucket');
  await failure(bucket.get('k', { versionId }), 'NoSuchVersion');
  await failure(bucket.stat('k', { versionId }), 'NoSuchVersion');
  await failure(bucket.get('k', { versionId: 'abc' }), 'InvalidArgument');
  await failure(bucket.stat('k', { versionId: 'abc' }), 'InvalidArgument');
  await bucket.delete('k', { versionId });
  expect((await bucket.delete([{ key: 'k', versionId }])).deleted).toEqual(['k']);
});

test('a request id of other services of AWS shows that a response without a body is from an S3 server', async () => {
  const headers = { 'x-amzn-requestid': 'R', 'content-type': 'text/html' };
  await using server = await FakeServer.start((_, response) => response.writeHead(200, headers).end());
  expect(await server.datastore.createBucket('bucket')).toBe(true);
});

test.each([
  [{ endPoint: 'ftp://host' }, 'endPoint'],
  [{ endPoint: '' }, 'endPoint'],
  [{ endPoint: 'host', port: 70_000 }, 'port'],
  [{ endPoint: 'host', accessKey: 'only-a-key' }, 'secretKey'],
  [{ endPoint: 'host', secretKey: 'only-a-secret' }, 'accessKey'],
])('rejects invalid options with ConfigError: %j', async (options, option) => {
  const error = await failure((async () => new MinioDatastore(options))(), 'ConfigError');
  expect(error.message.toLowerCase()).toContain(option.toLowerCase());
  expect(error.message).not.toContain('only-a');
});
