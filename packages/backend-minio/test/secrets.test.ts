import { inspect } from 'node:util';
import { createDatastore as byConfiguration } from '@anybucket/core';
import { describe, expect, test } from 'vitest';
import { MinioDatastore, MinioDriver } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import { failure } from './support.js';

const secrets = ['key-0123', 'secret-4567', 'token-89ab'];
const options = { endPoint: '127.0.0.1', accessKey: 'key-0123', secretKey: 'secret-4567', sessionToken: 'token-89ab' };

/** Every way in which a value may get into a log. */
function printed(value: unknown): string {
  const shapes = [
    inspect(value, { depth: Infinity, showHidden: true, getters: false }),
    inspect(value),
    String(value),
    JSON.stringify(value),
  ];
  return value instanceof Error ? [...shapes, value.stack, printed(value.cause)].join('\n') : shapes.join('\n');
}

function expectNoSecret(value: unknown): void {
  const text = printed(value);
  for (const secret of [...secrets, 'AWS4-HMAC-SHA256', 'Signature=']) expect(text).not.toContain(secret);
}

describe('secrets are not printed', () => {
  test('of a datastore, a driver, a bucket', async () => {
    const datastore = new MinioDatastore(options);
    expectNoSecret(datastore);
    expectNoSecret(datastore.bucket('bucket'));
    expectNoSecret(new MinioDriver(options));
    expectNoSecret(new MinioDriver(options).bucket('bucket'));
    expectNoSecret(await byConfiguration('minio://key-0123:secret-4567@127.0.0.1:9'));
    expectNoSecret(await byConfiguration({ backend: 'minio', ...options }));
  });

  test('of an object that is open', async () => {
    const head = { etag: '"e"', 'last-modified': new Date(0).toUTCString(), 'x-amz-request-id': 'R' };
    await using server = await FakeServer.start((_, response) => response.writeHead(200, head).end(Buffer.alloc(500_000)), options);
    const bucket = server.datastore.bucket('bucket');
    for (const open of ['stream', 'toNodeStream', 'toWebStream'] as const) {
      const object = await bucket.get('k');
      expectNoSecret(object);
      expectNoSecret(object[open]());
      expectNoSecret(object);
      await object.cancel();
    }
    expectNoSecret(bucket.iterate());
    const opened = await new MinioDriver({ ...options, port: portOf(server.datastore) }).bucket('bucket').getObject('k', {});
    expectNoSecret(opened);
  });

  // A server that sends back what it got, in every place that a client may read.
  const echo = (received: { url: string; headers: object }): string => {
    const all = `${received.url} ${JSON.stringify(received.headers)} ${secrets.join(' ')}`;
    return `<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message><StringToSign>${all}</StringToSign><AWSAccessKeyId>key-0123</AWSAccessKeyId></Error>`;
  };
  test.each([
    ['an error of S3', 403, echo],
    ['a page of another kind', 404, (received: { headers: object }) => `<html>${JSON.stringify(received.headers)}`],
    ['text in a 200', 200, (received: { headers: object }) => JSON.stringify(received.headers)],
  ])('of an error, when the server echoes them in %s', async (_, status, body) => {
    await using server = await FakeServer.start((received, response) => response.writeHead(status).end(body(received)), options);
    expectNoSecret(await failure(server.datastore.list()));
    const error: unknown = await server.datastore
      .bucket('bucket')
      .delete(['k'])
      .catch((reason: unknown) => reason);
    expectNoSecret(error);
  });

  test('of an error, when the answer is no HTTP', async () => {
    await using server = await FakeServer.start(
      ({ headers }, response) => response.socket?.end(`NONSENSE ${JSON.stringify(headers)}`),
      options,
    );
    expectNoSecret(await failure(server.datastore.list(), 'ConnectionFailed'));
  });

  test('of an error about a bad header, whatever it holds', async () => {
    const native = { headers: { 'x-amz-server-side-encryption-customer-key': 'secret-4567\u0000' } };
    const error = await failure(new MinioDatastore(options).bucket('bucket').get('k', { native }), 'InvalidArgument');
    expectNoSecret(error);
  });
});

function portOf({ client }: MinioDatastore): number {
  return (client as unknown as { port: number }).port;
}
