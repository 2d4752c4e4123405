import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

const day = 24 * 3600 * 1000;

/** `stat` and `exists`. */
export const statCases = [
  contractCase('stat/least', async ({ bucket }) => {
    // What isn't there is absent, not undefined: `in`, spreading and JSON see no difference between backends.
    const { etag } = await bucket.put('k', 'body');
    const info = await bucket.stat('k');
    const names = new Set(Object.keys(info));
    names.delete('versionId');
    assert.deepEqual([...names].sort(), ['contentType', 'etag', 'key', 'lastModified', 'metadata', 'size']);
    assert.deepEqual([info.key, info.size, info.etag, info.contentType], ['k', 4, etag, 'binary/octet-stream']);
    assert.deepEqual({ ...info.metadata }, {});
  }),

  contractCase('stat/time', async ({ bucket }) => {
    await bucket.put('k', 'body');
    const { lastModified } = await bucket.stat('k');
    assert.ok(lastModified instanceof Date);
    assert.equal(lastModified.getTime() % 1000, 0, 'whole seconds');
    // A server's clock may be off, but not by a year.
    assert.ok(Math.abs(lastModified.getTime() - Date.now()) < 365 * day);
    for (const info of [(await bucket.get('k')).info, (await bucket.list())[0], (await bucket.list({ metadata: false }))[0]]) {
      assert.deepEqual(info?.lastModified, lastModified);
    }
  }),

  contractCase('stat/time-never-goes-back', async ({ bucket }) => {
    let before = new Date(0);
    for (let round = 0; round < 10; round++) {
      if (round % 3 === 2) await bucket.fcopyTo(bucket.name, 'k', 'k', { metadata: { round: String(round) } });
      else await bucket.put('k', `body ${round}`);
      const { lastModified } = await bucket.stat('k');
      assert.ok(lastModified >= before, 'the time went back');
      before = lastModified;
    }
  }),

  contractCase('stat/time-of-the-last-write', async ({ bucket }) => {
    await bucket.put('source', 'body');
    await bucket.put('k', 'body');
    const [source, before] = await bucket.stat(['source', 'k']);
    await delay(1100);
    // The same body again is a write, too; and a copy is as new as it is made.
    await bucket.put('k', 'body');
    await bucket.fcopyTo(bucket.name, 'copy', 'source');
    const [after, copy] = await bucket.stat(['k', 'copy']);
    assert.ok((after?.lastModified ?? 0) > (before?.lastModified ?? 0), 'the overwrite is newer');
    assert.ok((copy?.lastModified ?? 0) > (source?.lastModified ?? 0), 'the copy is newer than its source');
    assert.deepEqual((await bucket.stat('source')).lastModified, source?.lastModified);
  }),

  contractCase('stat/follows-the-body', async ({ bucket }) => {
    await bucket.put('k', 'one');
    const one = await bucket.stat('k');
    await bucket.put('k', 'three');
    const three = await bucket.stat('k');
    assert.notEqual(three.etag, one.etag);
    assert.deepEqual([one.size, three.size], [3, 5]);
  }),

  contractCase('stat/is-the-callers', async ({ bucket }) => {
    await bucket.put('k', 'body', { expires: new Date('2030-01-01T00:00:00Z'), metadata: { a: 'b' } });
    // A copy: the answer itself may be the store's own.
    const before = structuredClone(await bucket.stat('k'));
    const spoiled = await bucket.stat('k');
    spoiled.lastModified.setTime(0);
    spoiled.expires?.setTime(0);
    Object.assign(spoiled.metadata, { a: 'changed', c: 'd' });
    const object = await bucket.get('k');
    object.info.lastModified.setTime(0);
    Object.assign(object.info.metadata, { a: 'changed' });
    await object.cancel();
    assert.deepEqual(await bucket.stat('k'), before);
  }),

  contractCase('stat/missing', async ({ bucket }) => {
    await bucket.put('key', 'body');
    for (const key of ['ke', 'key2', 'key/', 'KEY', 'x/y']) {
      await fails(() => bucket.stat(key), 'NoSuchKey', { operation: 'stat', bucket: bucket.name, key });
      assert.equal(await bucket.exists(key), false);
    }
  }),

  contractCase('stat/deleted', async ({ bucket }) => {
    await bucket.put('k', 'body');
    await bucket.delete('k');
    await fails(() => bucket.stat('k'), 'NoSuchKey');
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('stat/many', async ({ bucket }) => {
    await bucket.put('a', '1', { metadata: { of: 'a' } });
    await bucket.put('b', '22', { contentType: 'text/plain' });
    const many = await bucket.stat(['b', 'missing', 'a', 'b', 'a/']);
    assert.deepEqual(many, [await bucket.stat('b'), undefined, await bucket.stat('a'), await bucket.stat('b'), undefined]);
  }),

  contractCase('stat/many-in-order', async ({ bucket }) => {
    const keys = Array.from({ length: 60 }, (_, index) => `k${(index * 37) % 60}`);
    for (const key of keys.slice(0, 40)) await bucket.put(key, key);
    const many = await bucket.stat(keys);
    assert.deepEqual(
      many.map((info) => info?.key),
      [...keys.slice(0, 40), ...Array.from({ length: 20 }, () => undefined)],
    );
  }),

  contractCase('stat/many-of-none', async ({ bucket }) => {
    assert.deepEqual(await bucket.stat([]), []);
  }),

  contractCase('stat/exists', async ({ bucket }) => {
    await bucket.put('empty', '');
    assert.equal(await bucket.exists('empty'), true);
    assert.equal(await bucket.exists('empt'), false);
  }),
];
