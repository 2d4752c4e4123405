import { MemoryDatastore } from '@anybucket/backend-memory';
import { describe, expect, test } from 'vitest';
import { assertEmptyBucket, assertEqualDatastores, assertObject, contentsOf } from '../src/index.js';
import { diffLines } from '../src/contents/diff-lines.js';
// oxlint-disable-next-line import/no-unassigned-import -- adds the matchers
import '../src/vitest.js';
import { failure } from './support.js';

function photoStore(): MemoryDatastore {
  return new MemoryDatastore({
    buckets: {
      photos: {
        'cat.json': { text: '{"b":1,"a":2}', contentType: 'application/json', metadata: { by: 'Ann' }, tags: { kind: 'cat' } },
        'raw.bin': Buffer.from([255, 0, 1]),
      },
      empty: {},
    },
  });
}

async function messageOf(assertion: Promise<unknown>): Promise<string> {
  return assertion.then(
    () => 'no failure',
    (error: unknown) => (error as Error).message,
  );
}

describe('toHaveObject', () => {
  test('compares the given fields', async () => {
    const bucket = photoStore().bucket('photos');
    await expect(bucket).toHaveObject('cat.json');
    await expect(bucket).toHaveObject('cat.json', {
      body: { json: { a: 2, b: 1 } },
      type: 'application/json',
      metadata: { by: 'Ann' },
      tags: { kind: 'cat' },
      size: 13,
    });
    await expect(bucket).toHaveObject('cat.json', { body: '{"b":1,"a":2}', type: /json/ });
    await expect(bucket).toHaveObject('cat.json', { body: /"a"/ });
    await expect(bucket).toHaveObject('raw.bin', { body: Uint8Array.of(255, 0, 1), tags: {}, metadata: {} });
    await expect(bucket).not.toHaveObject('missing');
    await expect(bucket).not.toHaveObject('raw.bin', { size: 4 });
  });

  test('shows each difference', async () => {
    const bucket = photoStore().bucket('photos');
    const expected = { body: { json: { a: 3, b: 1 } }, type: 'text/plain', metadata: {}, tags: { kind: 'dog' }, size: 12 };
    expect(await messageOf(assertObject(bucket, 'cat.json', expected))).toMatchInlineSnapshot(`
      "the object photos/cat.json is not the expected one (- expected, + received)

        body:
         {
      -    "a": 3,
      +    "a": 2,
           "b": 1
         }
      - type: "text/plain"
      + type: "application/json"
        metadata:
      -  {}
      +  {
      +    "by": "Ann"
      +  }
        tags:
         {
      -    "kind": "dog"
      +    "kind": "cat"
         }
      - size: 12
      + size: 13"
    `);
    expect(await messageOf(assertObject(bucket, 'raw.bin', { body: Buffer.from('x') }))).toContain('+ body: 0xff0001 (3 B)');
    expect(await messageOf(expect(bucket).toHaveObject('cat.json', { size: 1 }))).toContain('- size: 1\n+ size: 13');
  });

  test('lists the keys if the object does not exist', async () => {
    const store = photoStore();
    expect(await messageOf(assertObject(store.bucket('photos'), 'dog'))).toBe(
      'expected an object photos/dog, which does not exist\n\nThe bucket has:\n  cat.json\n  raw.bin',
    );
    await failure(assertObject(store.bucket('missing'), 'k'), 'NoSuchBucket');
  });

  test.each([[{ contentType: 'x' }], [{ size: '1' }], [{ body: 3 }], [{ tags: { a: 1 } }]])('rejects the fields %j', async (fields) => {
    await failure(assertObject(photoStore().bucket('photos'), 'k', fields as object), 'InvalidArgument');
  });

  test('rejects a datastore in place of a bucket', async () => {
    expect((await failure(assertObject(photoStore() as never, 'k'))).message).toContain('pass store.bucket(name)');
  });
});

test('toBeEmptyBucket shows the first keys', async () => {
  const store = photoStore();
  await expect(store.bucket('empty')).toBeEmptyBucket();
  await expect(store.bucket('photos')).not.toBeEmptyBucket();
  expect(await messageOf(assertEmptyBucket(store.bucket('photos')))).toBe(
    'expected bucket photos to be empty, but it has:\n  cat.json\n  raw.bin',
  );
});

test('toEqualDatastore shows the differences', async () => {
  const other = photoStore();
  await expect(photoStore()).toEqualDatastore(other);
  await other.bucket('photos').put('cat.json', '{}', { contentType: 'application/json' });
  await other.removeBucket('empty');
  await expect(photoStore()).not.toEqualDatastore(other);
  expect(await messageOf(assertEqualDatastores(photoStore(), other))).toMatchInlineSnapshot(`
    "the datastores differ (- expected, + received)

    + empty:
      photos:
    -   cat.json: 2 B, application/json
    -     "{}"
    +   cat.json: 13 B, application/json
    +     "{\\"b\\":1,\\"a\\":2}"
    +     metadata by: "Ann"
    +     tag kind: "cat"
        raw.bin: 3 B, binary/octet-stream
          0xff0001"
  `);
});

test('toEqualDatastore compares large bodies whole', async () => {
  const [one, other] = ['x', 'y'].map((end) => new MemoryDatastore({ buckets: { photos: { k: 'a'.repeat(1000) + end } } }));
  if (one === undefined || other === undefined) throw new TypeError('two stores');
  expect(await messageOf(assertEqualDatastores(one, other))).toContain('- photos/k: SHA-256');
});

test('the contents of a store can be an inline snapshot', async () => {
  expect(await contentsOf(photoStore())).toMatchInlineSnapshot(`
    empty:
    photos:
      cat.json: 13 B, application/json
        "{\\"b\\":1,\\"a\\":2}"
        metadata by: "Ann"
        tag kind: "cat"
      raw.bin: 3 B, binary/octet-stream
        0xff0001
  `);
});

test.each([
  ['a\nb\nc', 'a\nx\nc', '  a\n- b\n+ x\n  c'],
  ['a', 'a', ''],
  ['', 'a', '- \n+ a'],
  ['1\n2\n3\n4\n5\n6', '1\n2\n3\n4\n5\n7', '  ...\n  4\n  5\n- 6\n+ 7'],
])('the difference of %j and %j', (left, right, difference) => {
  expect(diffLines(left, right)).toBe(difference);
});
