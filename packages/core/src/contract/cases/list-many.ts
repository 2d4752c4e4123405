import assert from 'node:assert/strict';
import { numberedKeys, putKeys } from '../bodies.js';
import { collect, entryKeys } from '../assertions.js';
import { contractCase } from '../contract-case.js';

/** Listings of several pages of the maximum size. */
export const listManyCases = [
  contractCase('list-many/over-2000', async ({ bucket }) => {
    const keys = numberedKeys(2100, (index) => `d${index.slice(-1)}/k${index}`).sort();
    await putKeys(bucket, keys);
    assert.deepEqual(entryKeys(await bucket.list()), keys);
    assert.deepEqual(entryKeys(await bucket.list({ metadata: false })), keys);
    assert.deepEqual(entryKeys(await collect(bucket.iterate())), keys);
    assert.deepEqual(await bucket.listFilename(), keys);
    assert.deepEqual(entryKeys(await bucket.list({ limit: 1500 })), keys.slice(0, 1500));
    assert.deepEqual(
      entryKeys(await bucket.list({ recursive: false })),
      numberedKeys(10, (index) => `d${index.slice(-1)}/*`),
    );
    const page = await bucket.listPage({ pageSize: 5000, metadata: false });
    assert.ok(page.entries.length <= 1000 && page.nextToken !== undefined);
    assert.deepEqual(await bucket.delete([...keys, ...numberedKeys(400, (index) => `never/${index}`)]), {
      deleted: [...keys, ...numberedKeys(400, (index) => `never/${index}`)],
    });
    assert.deepEqual(await bucket.list(), []);
  }),

  contractCase('list-many/over-1000-folders', async ({ bucket }) => {
    const folders = numberedKeys(1005, (index) => `f${index}/`);
    await putKeys(bucket, [...folders.map((folder) => `${folder}a`), 'f00500/b', 'f00999/b', 'f01000/b']);
    assert.deepEqual(
      entryKeys(await bucket.list({ recursive: false })),
      folders.map((folder) => `${folder}*`),
    );
    const page = await bucket.listPage({ recursive: false, pageSize: 1000 });
    const rest = await bucket.listPage({ recursive: false, token: page.nextToken });
    assert.equal(page.entries.length + rest.entries.length, 1005);
  }),
];
