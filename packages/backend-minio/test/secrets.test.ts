import { inspect } from 'node:util';
import { createDatastore as connectTo } from '@anybucket/core';
import { describe, expect, test } from 'vitest';
import { MinioDatastore, MinioDriver } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import { failure } from './support.js';

const secrets = ['key-0123', 'secret-4567', 'token-89ab'];
const options = { endPoint: '127.0.0.1', accessKey: 'key-0123', secretKey: 'secret-4567', sessionToken: 'token-89ab' };

/** Returns every form in which a value may be logged. */
function allForms(value: unknown): string {
  const forms = [
    inspect(value, { depth: Infinity, showHidden: true, getters: false }),
    inspect(value),
    String(value),
    JSON.stringify(value),
  ];
  return value instanceof Error ? [...forms, value.stack, allForms(value.cause)].join('\n') : forms.join('\n');
}

function expectNoSecret(value: unknown): void {
  const text = allForms(value);
  for (const secret of [...secrets, 'AWS4-HMAC-SHA256', 'Signature=']) expect(text).not.toContain(secret);
}

describe('secrets are not printed', () => {
  test('by a datastore, a driver or a bucket', async () => {
    const datastore = new MinioDatastore(options);
    expectNoSecret(datastore);
    expectNoSecret(datastore.bucket('bucket'));
    expectNoSecret(new MinioDriver(options));
    expectNoSecret(new MinioDriver(options).bucket('bucket'));
    expectNoSecret(await connectTo('minio://key-0123:secret-4567@127.0.0.1:9'));
    expectNoSecret(await connectTo({ backend: 'minio', ...options }));
    const { accessKey, secretKey, sessionToken } = options;
    const others = { proxy: 'http://key-0123:secret-4567@127.0.0.1:9', credentials: { accessKey, secretKey, sessionToken } };
    expectNoSecret(new MinioDriver({ endPoint: '127.0.0.1', ...others }));
    expectNoSecret(await connectTo({ backend: 'minio', endPoint: '127.0.0.1', ...others }));
    expectNoSecret(await connectTo('https://key-0123:secret-4567@127.0.0.1:9'));
  });

  test('by an open object', async () => {
    const headers = { 'content-length': 500_000, etag: '"e"', 'last-modified': new Date(0).toUTCString(), 'x-amz-request-id': 'R' };
    await using server = await FakeServer.start((_, response) => response.writeHead(200, headers).end(Buffer.alloc(500_000)), options);
    const bucket = server.datastore.bucket('bucket');
    for (const open of ['stream', 'toNodeStream', 'toWebStream'] as const) {
      const object = await bucket.get('k');
      expectNoSecret(object);
      expectNoSecret(object[open]());
      expectNoSecret(object);
      await object.cancel();
    }
    expectNoSecret(bucket.iterate());
    const opened = await new MinioDriver({ ...options, port: server.port }).bucket('bucket').getObject('k', {});
    expectNoSecret(opened);
  });

  // The server echoes the request in every part of the response that a client may read.
  const echo = (request: { url: string; headers: object }): string => {
    const all = `${request.url} ${JSON.stringify(request.headers)} ${secrets.join(' ')}`;
    return `<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message><StringToSign>${all}</StringToSign><AWSAccessKeyId>key-0123</AWSAccessKeyId></Error>`;
  };
  test.each([
    ['an S3 error', 403, echo],
    ['an HTML page', 404, (request: { headers: object }) => `<html>${JSON.stringify(request.headers)}`],
    ['a successful response', 200, (request: { headers: object }) => JSON.stringify(request.headers)],
  ])('by an error when the server echoes them in %s', async (_, status, body) => {
    await using server = await FakeServer.start((request, response) => response.writeHead(status).end(body(request)), options);
    expectNoSecret(await failure(server.datastore.list()));
    const error: unknown = await server.datastore
      .bucket('bucket')
      .delete(['k'])
      .catch((reason: unknown) => reason);
    expectNoSecret(error);
  });

  test('by an error when the response is not HTTP', async () => {
    await using server = await FakeServer.start(
      ({ headers }, response) => response.socket?.end(`NONSENSE ${JSON.stringify(headers)}`),
      options,
    );
    expectNoSecret(await failure(server.datastore.list(), 'ConnectionFailed'));
  });

  test('by an error about an invalid header', async () => {
    const native = { headers: { 'x-amz-server-side-encryption-customer-key': 'secret-4567\u0000' } };
    const error = await failure(new MinioDatastore(options).bucket('bucket').get('k', { native }), 'InvalidArgument');
    expectNoSecret(error);
  });
});
