import { expect, test } from 'vitest';
import { FakeServer } from './fake-server.js';
import { failure } from './support.js';

const refused = [
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

// The server resolves such keys like paths: a batch delete of `../other/k` deletes in another bucket.
test.each(refused)('no byte of the key %j is ever sent', async (key) => {
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
  await failure(bucket.presign('GET', key));
  expect(server.received).toEqual([]);
});

test('a batch sends each key so that the server reads what was meant', async () => {
  const answer =
    '<DeleteResult><Deleted><Key>a&amp;b&lt;c&gt;</Key></Deleted><Deleted><Key>c&#xD;r</Key></Deleted><Deleted><Key>n&#xA;l</Key></Deleted></DeleteResult>';
  await using server = await FakeServer.start(({ method }, response) => response.end(method === 'POST' ? answer : undefined));
  await server.datastore.bucket('bucket').delete(['a&b<c>', 'c\rr', 'n\nl', 'u\u0001', 'u\uffff']);
  const [batch, ...alone] = server.received;
  expect(batch?.body).toContain('<Key>a&#38;b&#60;c&#62;</Key>');
  expect(batch?.body).toContain('<Key>c&#13;r</Key>');
  // What XML can't carry goes alone.
  expect(alone.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(['DELETE /bucket/u%01', 'DELETE /bucket/u%EF%BF%BF']);
});

test('a key of which the server says nothing counts as failed', async () => {
  const answer =
    '<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>';
  await using server = await FakeServer.start((_, response) => response.end(answer));
  const error = await failure(server.datastore.bucket('bucket').delete(['a', 'b', 'c']));
  expect(error).toMatchObject({
    deleted: ['a'],
    failures: [
      { key: 'b', error: { code: 'AccessDenied' } },
      { key: 'c', error: { code: 'InternalError' } },
    ],
  });
});
