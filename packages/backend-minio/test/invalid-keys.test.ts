import { expect, test } from 'vitest';
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
