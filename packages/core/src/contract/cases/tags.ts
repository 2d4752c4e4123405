import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tags } from '../../api/object-info.js';
import type { StorageErrorCode } from '../../api/errors.js';
import { MiB, inChunks, pattern, textOf } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase as anyCase } from '../contract-case.js';
import type { ContractCase } from '../contract-case.js';
import type { Fixture } from '../scratch.js';

const contractCase = (id: string, check: (fixture: Fixture) => Promise<void>): ContractCase => anyCase(id, check, { needs: ['tags'] });

const many = (count: number): Tags => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, `value ${index}`]));

/** Tags that come back as they were given. */
const good: Readonly<Record<string, Tags>> = {
  one: { color: 'red' },
  ten: many(10),
  'all-characters': { 'aZ09 +-=._:/@': '@/:._=-+ 90Za' },
  'empty-value': { a: '' },
  spaces: { ' k ': '  v  ' },
  'space-only': { ' ': ' ' },
  'case-sensitive': { K: '1', k: '2' },
  'like-a-query': { 'a=b': 'c=d', 'e+f': 'g+h' },
  'names-of-javascript': JSON.parse('{"__proto__":"a","constructor":"b"}') as Tags,
  'of-a-service': { 'aws:x': 'y' },
  longest: { ['k'.repeat(128)]: 'v'.repeat(256) },
};

/** Tags that are refused. */
const bad: Readonly<Record<string, readonly [StorageErrorCode, unknown]>> = {
  eleven: ['BadRequest', many(11)],
  'key-of-129': ['InvalidTag', { ['k'.repeat(129)]: 'v' }],
  'value-of-257': ['InvalidTag', { k: 'v'.repeat(257) }],
  'empty-key': ['InvalidTag', { '': 'v' }],
  'key-not-ascii': ['InvalidTag', { é: 'v' }],
  'value-not-ascii': ['InvalidTag', { k: 'é' }],
  exclamation: ['InvalidTag', { k: '!' }],
  ampersand: ['InvalidTag', { 'a&b': 'v' }],
  comma: ['InvalidTag', { k: 'a,b' }],
  hash: ['InvalidTag', { k: '#' }],
  star: ['InvalidTag', { '*': 'v' }],
  tab: ['InvalidTag', { k: 'a\tb' }],
  newline: ['InvalidTag', { k: 'a\n' }],
  'value-no-string': ['InvalidArgument', { k: 7 }],
  'value-undefined': ['InvalidArgument', { k: undefined }],
  array: ['InvalidArgument', ['k']],
  text: ['InvalidArgument', 'k=v'],
  null: ['InvalidArgument', null],
};

/** Object tags. */
export const tagCases = [
  ...Object.entries(good).map(([id, tags]) =>
    contractCase(`tags/good/${id}`, async ({ bucket }) => {
      await bucket.put('put', 'body', { tags });
      await bucket.put('stream', inChunks(pattern(100_000), 1000), { tags });
      await bucket.put('set', 'body');
      await bucket.setTags('set', tags);
      await bucket.fcopyTo(bucket.name, 'copy', 'put');
      await bucket.fcopyTo(bucket.name, 'replaced', 'put', { tags });
      for (const key of ['put', 'stream', 'set', 'copy', 'replaced']) {
        assert.deepEqual({ ...(await bucket.tags(key)) }, { ...tags }, key);
        assert.equal((await bucket.stat(key)).tagCount, Object.keys(tags).length, key);
        const object = await bucket.get(key);
        assert.equal(object.info.tagCount, Object.keys(tags).length, key);
        await object.cancel();
      }
    }),
  ),

  ...Object.entries(bad).map(([id, [code, given]]) =>
    contractCase(`tags/bad/${id}`, async ({ bucket }) => {
      const tags = given as Tags;
      await bucket.put('k', 'body', { tags: { old: 'yes' } });
      await fails(() => bucket.setTags('k', tags), code, { operation: 'setTags', bucket: bucket.name, key: 'k' });
      await fails(() => bucket.put('k', 'new', { tags }), code, { operation: 'put', bucket: bucket.name, key: 'k' });
      await fails(() => bucket.fcopyTo(bucket.name, 'copy', 'k', { tags }), code, { operation: 'fcopyTo' });
      assert.deepEqual({ ...(await bucket.tags('k')) }, { old: 'yes' });
      assert.equal(await textOf(bucket, 'k'), 'body');
      assert.deepEqual(await bucket.listFilename(), ['k']);
    }),
  ),

  contractCase('tags/none', async ({ bucket }) => {
    await bucket.put('k', 'body');
    assert.deepEqual({ ...(await bucket.tags('k')) }, {});
    assert.equal('tagCount' in (await bucket.stat('k')), false);
    await bucket.put('empty', 'body', { tags: {} });
    assert.equal('tagCount' in (await bucket.stat('empty')), false);
  }),

  contractCase('tags/set-replaces', async ({ bucket }) => {
    await bucket.put('k', 'body', { tags: { a: '1', b: '2' } });
    await bucket.setTags('k', { b: '3', c: '4' });
    assert.deepEqual({ ...(await bucket.tags('k')) }, { b: '3', c: '4' });
    await bucket.setTags('k', {});
    assert.deepEqual({ ...(await bucket.tags('k')) }, {});
    assert.equal('tagCount' in (await bucket.stat('k')), false);
  }),

  contractCase('tags/removed', async ({ bucket }) => {
    await bucket.put('k', 'body', { tags: { a: '1' } });
    await bucket.removeTags('k');
    assert.deepEqual({ ...(await bucket.tags('k')) }, {});
    await bucket.removeTags('k');
    assert.equal('tagCount' in (await bucket.stat('k')), false);
  }),

  contractCase('tags/leave-the-rest-alone', async ({ bucket }) => {
    await bucket.put('k', 'body', { contentType: 'text/plain', metadata: { a: 'b' } });
    const before = await bucket.stat('k');
    // Times have whole seconds: a later one must show.
    await delay(1100);
    for (const change of [() => bucket.setTags('k', { x: 'y' }), () => bucket.removeTags('k')]) {
      await change();
      const { tagCount: _count, versionId: _version, ...info } = await bucket.stat('k');
      const { versionId: _before, ...expected } = before;
      assert.deepEqual(info, expected);
      assert.equal(await textOf(bucket, 'k'), 'body');
    }
  }),

  contractCase('tags/overwritten', async ({ bucket }) => {
    await bucket.put('k', 'old', { tags: { old: 'yes' } });
    await bucket.put('k', 'new', { tags: { new: 'yes' } });
    assert.deepEqual({ ...(await bucket.tags('k')) }, { new: 'yes' });
    await bucket.put('k', 'newer');
    assert.deepEqual({ ...(await bucket.tags('k')) }, {});
  }),

  contractCase('tags/gone-with-the-object', async ({ bucket }) => {
    await bucket.put('k', 'old', { tags: { old: 'yes' } });
    await bucket.delete('k');
    await bucket.put('k', 'new');
    assert.deepEqual({ ...(await bucket.tags('k')) }, {});
  }),

  contractCase('tags/of-parts', async ({ bucket }) => {
    await bucket.put('k', inChunks(pattern(5 * MiB + 1), MiB), { partSize: 5 * MiB, tags: { a: 'b c' } });
    assert.deepEqual({ ...(await bucket.tags('k')) }, { a: 'b c' });
    assert.equal((await bucket.stat('k')).tagCount, 1);
  }),

  contractCase('tags/copied', async ({ bucket, anotherBucket }) => {
    const other = await anotherBucket();
    await other.put('target', 'old', { tags: { target: 'old' } });
    await bucket.put('source', 'body', { tags: { a: '1', b: '2' }, metadata: { m: 'n' } });
    await bucket.fcopyTo(other.name, 'target', 'source');
    assert.deepEqual({ ...(await other.tags('target')) }, { a: '1', b: '2' });
    await bucket.fcopyTo(other.name, 'metadata', 'source', { metadata: { x: 'y' } });
    assert.deepEqual({ ...(await other.tags('metadata')) }, { a: '1', b: '2' });
    await bucket.put('source', 'body');
    await bucket.fcopyTo(other.name, 'target', 'source');
    assert.deepEqual({ ...(await other.tags('target')) }, {});
  }),

  contractCase('tags/replaced-by-copy', async ({ bucket }) => {
    const expires = new Date('2035-05-06T07:08:09Z');
    await bucket.put('source', 'body', { contentType: 'text/plain', expires, metadata: { m: 'n' }, tags: { a: '1' } });
    await bucket.fcopyTo(bucket.name, 'target', 'source', { tags: { b: '2' } });
    const info = await bucket.stat('target');
    assert.deepEqual({ ...(await bucket.tags('target')) }, { b: '2' });
    assert.deepEqual([info.contentType, info.expires, { ...info.metadata }, info.tagCount], ['text/plain', expires, { m: 'n' }, 1]);
    await bucket.fcopyTo(bucket.name, 'none', 'source', { tags: {} });
    assert.deepEqual({ ...(await bucket.tags('none')) }, {});
    assert.deepEqual({ ...(await bucket.tags('source')) }, { a: '1' });
  }),

  contractCase('tags/copy-onto-itself', async ({ bucket }) => {
    await bucket.put('k', 'body', { contentType: 'text/plain', metadata: { m: 'n' }, tags: { a: '1' } });
    await bucket.fcopyTo(bucket.name, 'k', 'k', { tags: { b: '2' } });
    assert.deepEqual({ ...(await bucket.tags('k')) }, { b: '2' });
    assert.deepEqual({ ...(await bucket.stat('k')).metadata }, { m: 'n' });
    await bucket.fcopyTo(bucket.name, 'k', 'k', { metadata: { new: 'yes' } });
    assert.deepEqual({ ...(await bucket.tags('k')) }, { b: '2' });
    assert.equal(await textOf(bucket, 'k'), 'body');
  }),

  contractCase('tags/missing', async ({ bucket }) => {
    await bucket.put('key', 'body');
    for (const [operation, call] of Object.entries({
      tags: () => bucket.tags('k'),
      setTags: () => bucket.setTags('k', { a: 'b' }),
      removeTags: () => bucket.removeTags('k'),
    })) {
      await fails(call, 'NoSuchKey', { operation, bucket: bucket.name, key: 'k' });
    }
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('tags/are-the-callers', async ({ bucket }) => {
    const given = { a: 'b' };
    await bucket.put('k', 'body', { tags: given });
    given.a = 'changed';
    const read = await bucket.tags('k');
    assert.deepEqual({ ...read }, { a: 'b' });
    read['a'] = 'changed';
    const set = { c: 'd' };
    assert.deepEqual({ ...(await bucket.tags('k')) }, { a: 'b' });
    await bucket.setTags('k', set);
    set.c = 'changed';
    assert.deepEqual({ ...(await bucket.tags('k')) }, { c: 'd' });
  }),

  contractCase('tags/each-object-its-own', async ({ bucket }) => {
    const tags = { a: 'b' };
    const others = ['one/x', 'on', 'ONE', 'one '];
    await bucket.put('one', 'body', { tags });
    await bucket.fcopyTo(bucket.name, 'copy', 'one');
    for (const key of others) await bucket.put(key, 'body', { tags });
    await bucket.setTags('one', { a: 'changed' });
    for (const key of ['copy', ...others]) assert.deepEqual({ ...(await bucket.tags(key)) }, { a: 'b' }, key);
    await bucket.removeTags('one');
    for (const key of ['copy', ...others]) assert.deepEqual({ ...(await bucket.tags(key)) }, { a: 'b' }, key);
  }),
];
