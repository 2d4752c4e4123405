import { describe, expect, test } from 'vitest';
import { MinioDatastore } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import { failure } from './support.js';

const invalidKeys = [
  '../other/k',
  'a/../b',
  '..',
  '.',
  'a/./b',
  'a\\..\\b',
  'a/ .. /b',
  'a//b',
  '/a',
  'a\0b',
  '',
  'q__XLDIR__',
  'x'.repeat(1025),
  '\ud800',
];

// MinIO resolves such keys like paths: a batch delete of `../other/k` deletes in another bucket.
test.each(invalidKeys)('no request is sent for the key %j', async (key) => {
  await using server = await FakeServer.start((_, response) => response.writeHead(200).end());
  const bucket = server.datastore.bucket('bucket');
  await failure(bucket.delete(['fine', key, 'also-fine']));
  await failure(bucket.delete(key));
  await failure(bucket.put(key, 'x'));
  await failure(bucket.get(key));
  await failure(bucket.stat(key));
  await failure(bucket.stat(['fine', key]));
  await failure(bucket.exists(key));
  await failure(bucket.fcopyTo('bucket', key, 'fine'));
  await failure(bucket.fcopyTo('bucket', 'fine', key));
  await failure(bucket.tags(key));
  await failure(bucket.setTags(key, {}));
  await failure(bucket.removeTags(key));
  await failure(bucket.presign(key));
  expect(server.received).toEqual([]);
});

test('a batch delete escapes keys, and deletes those that XML cannot represent one by one', async () => {
  const result =
    '<DeleteResult><Deleted><Key>a&amp;b&lt;c&gt;</Key></Deleted><Deleted><Key>c&#xD;r</Key></Deleted><Deleted><Key>n&#xA;l</Key></Deleted></DeleteResult>';
  await using server = await FakeServer.start(({ method }, response) => response.end(method === 'POST' ? result : undefined));
  await server.datastore.bucket('bucket').delete(['a&b<c>', 'c\rr', 'n\nl', 'u\u0001', 'u\uffff']);
  const [batch, ...single] = server.received;
  expect(batch?.body).toContain('<Key>a&#38;b&#60;c&#62;</Key>');
  expect(batch?.body).toContain('<Key>c&#13;r</Key>');
  expect(single.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(['DELETE /bucket/u%01', 'DELETE /bucket/u%EF%BF%BF']);
});

test('a key that the response of a batch delete does not mention counts as failed', async () => {
  const result =
    '<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>';
  await using server = await FakeServer.start((_, response) => response.end(result));
  const error = await failure(server.datastore.bucket('bucket').delete(['a', 'b', 'c']));
  expect(error).toMatchObject({
    deleted: ['a'],
    failures: [
      { key: 'b', error: { code: 'AccessDenied' } },
      { key: 'c', error: { code: 'InternalError' } },
    ],
  });
});

describe("keys: 's3'", () => {
  test.each([
    ['/a', '/bucket//a'],
    ['//', '/bucket///'],
    ['a//b', '/bucket/a//b'],
    ['..', '/bucket/..'],
    ['../other/k', '/bucket/../other/k'],
    ['a/./b', '/bucket/a/./b'],
    ['a\0b', '/bucket/a%00b'],
    ['%2E%2E/k', '/bucket/%252E%252E/k'],
  ])('the path of %j is sent as it is', async (key, path) => {
    await using server = await FakeServer.start((_, response) => response.writeHead(200, { etag: '"x"', 'x-amz-request-id': '1' }).end(), {
      keys: 's3',
    });
    expect(server.datastore.capabilities.anyKeys).toBe(true);
    await server.datastore.bucket('bucket').put(key, 'x');
    await server.datastore.bucket('bucket').delete(key);
    const [first, ...others] = server.received.map(({ method, url }) => `${method} ${url}`);
    // Finds out once whether the server is MinIO.
    expect(first).toBe('HEAD /bucket');
    expect(others).toEqual([`PUT ${path}`, `DELETE ${path}`]);
    expect(new URL(await server.datastore.bucket('bucket').presign(key)).origin).toBe(`http://127.0.0.1:${server.port}`);
    expect(await server.datastore.bucket('bucket').presign(key)).toContain(`:${server.port}${path}?X-Amz`);
  });

  test('is refused on MinIO, which changes such keys, before the request is sent', async () => {
    await using server = await FakeServer.start((_, response) => response.writeHead(404, { server: 'MinIO' }).end(), { keys: 's3' });
    const bucket = server.datastore.bucket('bucket');
    const calls = [
      () => bucket.put('/a', 'x'),
      () => bucket.delete(['../other/k']),
      () => bucket.copy('a//b', 'k'),
      () => bucket.list({ prefix: '/' }),
    ];
    for (const call of calls)
      expect(await failure(call())).toMatchObject({ code: 'NotImplemented', message: expect.stringContaining("`keys: 's3'`") as unknown });
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual(['HEAD /bucket']);
  });

  test('an error of the server is that of the request itself', async () => {
    await using server = await FakeServer.start(
      ({ method }, response) =>
        response.writeHead(403).end(method === 'HEAD' ? undefined : '<Error><Code>AccessDenied</Code><Message>no</Message></Error>'),
      { keys: 's3' },
    );
    expect(await failure(server.datastore.bucket('bucket').put('/a', 'x'))).toMatchObject({
      code: 'AccessDenied',
      operation: 'put',
      key: '/a',
    });
  });

  test.each(['posix', true])('rejects the rules %j', (keys) => {
    expect(() => new MinioDatastore({ endPoint: 'localhost', keys: keys as never })).toThrow('`keys` must be');
  });
});
