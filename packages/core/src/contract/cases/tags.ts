import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tags } from '../../api/object-info.js';
import type { StorageErrorCode } from '../../api/errors.js';
import { MiB, inChunks, pattern, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import type { ContractCase } from '../contract-case.js';
import type { Fixture } from '../fixture.js';

const tagCase = (id: string, check: (fixture: Fixture) => Promise<void>): ContractCase => contractCase(id, check, { requires: ['tags'] });

const many = (count: number): Tags => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, `value ${index}`]));

/** Tags that must be stored unchanged. */
const valid: Readonly<Record<string, Tags>> = {
  'tags/valid/one': { color: 'red' },
  'tags/valid/ten': many(10),
  'tags/valid/all-characters': { 'aZ09 +-=._:/@': '@/:._=-+ 90Za' },
  'tags/valid/empty-value': { a: '' },
  'tags/valid/spaces': { ' k ': '  v  ' },
  'tags/valid/space-only': { ' ': ' ' },
  'tags/valid/case-sensitive': { K: '1', k: '2' },
  'tags/valid/like-a-query': { 'a=b': 'c=d', 'e+f': 'g+h' },
  'tags/valid/javascript-property-names': JSON.parse('{"__proto__":"a","constructor":"b"}') as Tags,
  'tags/valid/aws-prefix': { 'aws:x': 'y' },
  'tags/valid/longest': { ['k'.repeat(128)]: 'v'.repeat(256) },
};

/** Tags that are rejected, with the error code. */
const invalid: Readonly<Record<string, readonly [StorageErrorCode, unknown]>> = {
  'tags/invalid/eleven': ['BadRequest', many(11)],
  'tags/invalid/key-of-129-characters': ['InvalidTag', { ['k'.repeat(129)]: 'v' }],
  'tags/invalid/value-of-257-characters': ['InvalidTag', { k: 'v'.repeat(257) }],
  'tags/invalid/empty-key': ['InvalidTag', { '': 'v' }],
  'tags/invalid/key-not-ascii': ['InvalidTag', { é: 'v' }],
  'tags/invalid/value-not-ascii': ['InvalidTag', { k: 'é' }],
  'tags/invalid/exclamation': ['InvalidTag', { k: '!' }],
  'tags/invalid/ampersand': ['InvalidTag', { 'a&b': 'v' }],
  'tags/invalid/comma': ['InvalidTag', { k: 'a,b' }],
  'tags/invalid/hash': ['InvalidTag', { k: '#' }],
  'tags/invalid/star': ['InvalidTag', { '*': 'v' }],
  'tags/invalid/tab': ['InvalidTag', { k: 'a\tb' }],
  'tags/invalid/newline': ['InvalidTag', { k: 'a\n' }],
  'tags/invalid/value-not-a-string': ['InvalidArgument', { k: 7 }],
  'tags/invalid/value-undefined': ['InvalidArgument', { k: undefined }],
  'tags/invalid/array': ['InvalidArgument', ['k']],
  'tags/invalid/text': ['InvalidArgument', 'k=v'],
  'tags/invalid/null': ['InvalidArgument', null],
};

/** Object tags. */
export const tagCases = [
  ...entriesOf(valid).map(([id, tags]) =>
    tagCase(id, async ({ bucket }) => {
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

  ...entriesOf(invalid).map(([id, [code, given]]) =>
    tagCase(id, async ({ bucket }) => {
      const tags = given as Tags;
      await bucket.put('k', 'body', { tags: { old: 'yes' } });
      await expectError(() => bucket.setTags('k', tags), code, { operation: 'setTags', bucket: bucket.name, key: 'k' });
      await expectError(() => bucket.put('k', 'new', { tags }), code, { operation: 'put', bucket: bucket.name, key: 'k' });
      await expectError(() => bucket.fcopyTo(bucket.name, 'copy', 'k', { tags }), code, { operation: 'fcopyTo' });
      assert.deepEqual({ ...(await bucket.tags('k')) }, { old: 'yes' });
      assert.equal(await readText(bucket, 'k'), 'body');
      assert.deepEqual(await bucket.listFilename(), ['k']);
    }),
  ),

  tagCase('tags/untagged-object', async ({ bucket }) => {
    await bucket.put('k', 'body');
    assert.deepEqual({ ...(await bucket.tags('k')) }, {});
    assert.equal('tagCount' in (await bucket.stat('k')), false);
    await bucket.put('empty', 'body', { tags: {} });
    assert.equal('tagCount' in (await bucket.stat('empty')), false);
  }),

  tagCase('tags/set-replaces', async ({ bucket }) => {
    await bucket.put('k', 'body', { tags: { a: '1', b: '2' } });
    await bucket.setTags('k', { b: '3', c: '4' });
    assert.deepEqual({ ...(await bucket.tags('k')) }, { b: '3', c: '4' });
    await bucket.setTags('k', {});
    assert.deepEqual({ ...(await bucket.tags('k')) }, {});
    assert.equal('tagCount' in (await bucket.stat('k')), false);
  }),

  tagCase('tags/remove', async ({ bucket }) => {
    await bucket.put('k', 'body', { tags: { a: '1' } });
    await bucket.removeTags('k');
    assert.deepEqual({ ...(await bucket.tags('k')) }, {});
    await bucket.removeTags('k');
    assert.equal('tagCount' in (await bucket.stat('k')), false);
  }),

  tagCase('tags/keep-body-and-attributes', async ({ bucket }) => {
    await bucket.put('k', 'body', { contentType: 'text/plain', metadata: { a: 'b' } });
    const before = await bucket.stat('k');
    // `lastModified` has whole seconds: wait until a change would be visible.
    await delay(1100);
    for (const change of [() => bucket.setTags('k', { x: 'y' }), () => bucket.removeTags('k')]) {
      await change();
      const { tagCount: _count, versionId: _version, ...info } = await bucket.stat('k');
      const { versionId: _before, ...expected } = before;
      assert.deepEqual(info, expected);
      assert.equal(await readText(bucket, 'k'), 'body');
    }
  }),

  tagCase('tags/overwrite-replaces', async ({ bucket }) => {
    await bucket.put('k', 'old', { tags: { old: 'yes' } });
    await bucket.put('k', 'new', { tags: { new: 'yes' } });
    assert.deepEqual({ ...(await bucket.tags('k')) }, { new: 'yes' });
    await bucket.put('k', 'newer');
    assert.deepEqual({ ...(await bucket.tags('k')) }, {});
  }),

  tagCase('tags/deleted-with-object', async ({ bucket }) => {
    await bucket.put('k', 'old', { tags: { old: 'yes' } });
    await bucket.delete('k');
    await bucket.put('k', 'new');
    assert.deepEqual({ ...(await bucket.tags('k')) }, {});
  }),

  tagCase('tags/multipart', async ({ bucket }) => {
    await bucket.put('k', inChunks(pattern(5 * MiB + 1), MiB), { partSize: 5 * MiB, tags: { a: 'b c' } });
    assert.deepEqual({ ...(await bucket.tags('k')) }, { a: 'b c' });
    assert.equal((await bucket.stat('k')).tagCount, 1);
  }),

  tagCase('tags/copy-preserves', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
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

  tagCase('tags/copy-replaces', async ({ bucket }) => {
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

  tagCase('tags/copy-onto-itself', async ({ bucket }) => {
    await bucket.put('k', 'body', { contentType: 'text/plain', metadata: { m: 'n' }, tags: { a: '1' } });
    await bucket.fcopyTo(bucket.name, 'k', 'k', { tags: { b: '2' } });
    assert.deepEqual({ ...(await bucket.tags('k')) }, { b: '2' });
    assert.deepEqual({ ...(await bucket.stat('k')).metadata }, { m: 'n' });
    await bucket.fcopyTo(bucket.name, 'k', 'k', { metadata: { new: 'yes' } });
    assert.deepEqual({ ...(await bucket.tags('k')) }, { b: '2' });
    assert.equal(await readText(bucket, 'k'), 'body');
  }),

  tagCase('tags/missing-key', async ({ bucket }) => {
    await bucket.put('key', 'body');
    for (const [operation, call] of Object.entries({
      tags: () => bucket.tags('k'),
      setTags: () => bucket.setTags('k', { a: 'b' }),
      removeTags: () => bucket.removeTags('k'),
    })) {
      await expectError(call, 'NoSuchKey', { operation, bucket: bucket.name, key: 'k' });
    }
    assert.equal(await bucket.exists('k'), false);
  }),

  tagCase('tags/are-copies', async ({ bucket }) => {
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

  tagCase('tags/independent-per-object', async ({ bucket }) => {
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
