import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';

const day = 24 * 3600 * 1000;

/** `stat` and `exists`. */
export const statCases = [
  contractCase('stat/minimal-fields', async ({ bucket }) => {
    // Absent fields are omitted, not undefined, so that `in` and spreading do not depend on the backend.
    const { etag } = await bucket.put('k', 'body');
    const info = await bucket.stat('k');
    const names = new Set(Object.keys(info));
    names.delete('versionId');
    assert.deepEqual([...names].sort(), ['contentType', 'etag', 'key', 'lastModified', 'metadata', 'size']);
    assert.deepEqual([info.key, info.size, info.etag, info.contentType], ['k', 4, etag, 'binary/octet-stream']);
    assert.deepEqual({ ...info.metadata }, {});
  }),

  contractCase('stat/last-modified', async ({ bucket }) => {
    await bucket.put('k', 'body');
    const { lastModified } = await bucket.stat('k');
    assert.ok(lastModified instanceof Date);
    assert.equal(lastModified.getTime() % 1000, 0, 'whole seconds');
    // Tolerate a wrong clock of the server, but not by a year.
    assert.ok(Math.abs(lastModified.getTime() - Date.now()) < 365 * day);
    for (const info of [(await bucket.get('k')).info, (await bucket.list())[0], (await bucket.list({ metadata: false }))[0]]) {
      assert.deepEqual(info?.lastModified, lastModified);
    }
  }),

  contractCase('stat/last-modified-never-decreases', async ({ bucket }) => {
    let before = new Date(0);
    for (let round = 0; round < 10; round++) {
      if (round % 3 === 2) await bucket.fcopyTo(bucket.name, 'k', 'k', { metadata: { round: String(round) } });
      else await bucket.put('k', `body ${round}`);
      const { lastModified } = await bucket.stat('k');
      assert.ok(lastModified >= before, '`lastModified` decreased');
      before = lastModified;
    }
  }),

  contractCase('stat/last-modified-of-last-write', async ({ bucket }) => {
    await bucket.put('source', 'body');
    await bucket.put('k', 'body');
    const [source, before] = await bucket.stat(['source', 'k']);
    await delay(1100);
    // Writing the same body again updates the time, and a copy has its own time.
    await bucket.put('k', 'body');
    await bucket.fcopyTo(bucket.name, 'copy', 'source');
    const [after, copy] = await bucket.stat(['k', 'copy']);
    assert.ok((after?.lastModified ?? 0) > (before?.lastModified ?? 0), 'the overwrite is newer');
    assert.ok((copy?.lastModified ?? 0) > (source?.lastModified ?? 0), 'the copy is newer than its source');
    assert.deepEqual((await bucket.stat('source')).lastModified, source?.lastModified);
  }),

  contractCase('stat/reflects-overwrite', async ({ bucket }) => {
    await bucket.put('k', 'one');
    const one = await bucket.stat('k');
    await bucket.put('k', 'three');
    const three = await bucket.stat('k');
    assert.notEqual(three.etag, one.etag);
    assert.deepEqual([one.size, three.size], [3, 5]);
  }),

  contractCase('stat/returns-a-copy', async ({ bucket }) => {
    await bucket.put('k', 'body', { expires: new Date('2030-01-01T00:00:00Z'), metadata: { a: 'b' } });
    // A clone, since the result itself may be shared by a faulty backend.
    const before = structuredClone(await bucket.stat('k'));
    const modified = await bucket.stat('k');
    modified.lastModified.setTime(0);
    modified.expires?.setTime(0);
    Object.assign(modified.metadata, { a: 'changed', c: 'd' });
    const object = await bucket.get('k');
    object.info.lastModified.setTime(0);
    Object.assign(object.info.metadata, { a: 'changed' });
    await object.cancel();
    assert.deepEqual(await bucket.stat('k'), before);
  }),

  contractCase('stat/missing', async ({ bucket }) => {
    await bucket.put('key', 'body');
    for (const key of ['ke', 'key2', 'key/', 'KEY', 'x/y']) {
      await expectError(() => bucket.stat(key), 'NoSuchKey', { operation: 'stat', bucket: bucket.name, key });
      assert.equal(await bucket.exists(key), false);
    }
  }),

  contractCase('stat/deleted', async ({ bucket }) => {
    await bucket.put('k', 'body');
    await bucket.delete('k');
    await expectError(() => bucket.stat('k'), 'NoSuchKey');
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

  contractCase('stat/many-empty', async ({ bucket }) => {
    assert.deepEqual(await bucket.stat([]), []);
  }),

  contractCase('stat/exists', async ({ bucket }) => {
    await bucket.put('empty', '');
    assert.equal(await bucket.exists('empty'), true);
    assert.equal(await bucket.exists('empt'), false);
  }),
];
