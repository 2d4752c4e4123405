import assert from 'node:assert/strict';
import type { ListedObject, ObjectInfo } from '../../api/object-info.js';
import { MiB, inChunks, pattern, putKeys } from '../bodies.js';
import { collect } from '../assertions.js';
import { contractCase } from '../contract-case.js';

function summaryOf({ key, size, etag, lastModified }: ObjectInfo): Record<string, unknown> {
  return { key, size, etag, lastModified };
}

/** The fields of the entries of a listing. */
export const listEntryCases = [
  contractCase('list-entries/match-stat', async ({ bucket }) => {
    await bucket.put('a', 'body', { contentType: 'text/plain', metadata: { x: 'ü', 'y-z': ' 1 ' } });
    await bucket.put('b/c', '', { metadata: { empty: '' } });
    await bucket.put('d', inChunks(pattern(5 * MiB + 1), MiB), { partSize: 5 * MiB, contentType: 'text/html; charset=utf-8' });
    await bucket.fcopyTo(bucket.name, 'e', 'a');
    await bucket.put('f', 'no headers');
    const entries = await bucket.list();
    assert.equal(entries.length, 5);
    for (const entry of entries) {
      const info = await bucket.stat(entry.key);
      assert.deepEqual(summaryOf(entry), summaryOf(info));
      assert.equal(entry.contentType, info.contentType);
      assert.deepEqual({ ...entry.metadata }, { ...info.metadata });
    }
  }),

  contractCase('list-entries/without-metadata', async ({ bucket }) => {
    await bucket.put('a', 'body', { contentType: 'text/plain', metadata: { x: '1' } });
    const [entry, ...rest] = await bucket.list({ metadata: false });
    assert.deepEqual({ ...entry }, summaryOf(await bucket.stat('a')));
    assert.deepEqual(rest, []);
  }),

  contractCase('list-entries/metadata-per-object', async ({ bucket }) => {
    const keys = Array.from({ length: 30 }, (_, index) => `k${String(index).padStart(2, '0')}`);
    for (const key of keys) await bucket.put(key, key, { contentType: `x/${key}`, metadata: { key } });
    const entries = await bucket.list({ metadata: true });
    assert.deepEqual(
      entries.map(({ key, contentType, metadata }) => [key, contentType, { ...metadata }]),
      keys.map((key) => [key, `x/${key}`, { key }]),
    );
  }),

  contractCase('list-entries/metadata-with-folders', async ({ bucket }) => {
    await bucket.put('a', 'body', { metadata: { x: '1' } });
    await bucket.put('b/c', 'body');
    const [object, folder] = await bucket.list({ recursive: false });
    assert.deepEqual({ ...folder }, { key: 'b/', isPrefix: true });
    assert.deepEqual({ ...(object as ListedObject).metadata }, { x: '1' });
    assert.equal('isPrefix' in (object as ListedObject) && object?.isPrefix !== undefined, false);
  }),

  contractCase('list-entries/after-overwrite', async ({ bucket }) => {
    await bucket.put('k', 'old body', { metadata: { old: 'yes' } });
    await bucket.put('k', 'new', { contentType: 'text/css' });
    const [entry] = await bucket.list();
    assert.deepEqual([entry?.size, entry?.contentType, { ...entry?.metadata }], [3, 'text/css', {}]);
    assert.equal(entry?.etag, (await bucket.stat('k')).etag);
  }),

  contractCase('list-entries/are-copies', async ({ bucket }) => {
    await bucket.put('k', 'body', { metadata: { a: 'b' } });
    const before = structuredClone(await bucket.stat('k'));
    for (const entry of await bucket.list()) {
      entry.lastModified.setTime(0);
      Object.assign(entry.metadata, { a: 'changed' });
      Object.assign(entry, { size: 99 });
    }
    assert.deepEqual(await bucket.stat('k'), before);
    assert.deepEqual({ ...(await bucket.list())[0]?.metadata }, { a: 'b' });
  }),

  contractCase('list-entries/iterate-and-list-page', async ({ bucket }) => {
    await putKeys(bucket, ['a', 'b/c', 'b/d', 'e']);
    for (const options of [
      {},
      { metadata: false },
      { recursive: false },
      { delimiter: 'c', metadata: false },
      { prefix: 'b', startAfter: 'b/c' },
    ] as const) {
      const whole = await bucket.list(options);
      assert.deepEqual(await collect(bucket.iterate(options)), whole);
      const page = await bucket.listPage(options);
      assert.deepEqual(page.entries, whole);
      assert.equal('nextToken' in page, false);
    }
  }),
];
