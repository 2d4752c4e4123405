import assert from 'node:assert/strict';
import { putAll } from '../bodies.js';
import { collect, listed } from '../check.js';
import { contractCase } from '../contract-case.js';

const numbered = (count: number, name: (index: string) => string): string[] =>
  Array.from({ length: count }, (_, index) => name(String(index).padStart(5, '0')));

/** More objects than a page holds. */
export const listManyCases = [
  contractCase('list-many/over-2000', async ({ bucket }) => {
    const keys = numbered(2100, (index) => `d${index.slice(-1)}/k${index}`).sort();
    await putAll(bucket, keys);
    assert.deepEqual(listed(await bucket.list()), keys);
    assert.deepEqual(listed(await bucket.list({ metadata: false })), keys);
    assert.deepEqual(listed(await collect(bucket.iterate())), keys);
    assert.deepEqual(await bucket.listFilename(), keys);
    assert.deepEqual(listed(await bucket.list({ limit: 1500 })), keys.slice(0, 1500));
    assert.deepEqual(
      listed(await bucket.list({ recursive: false })),
      numbered(10, (index) => `d${index.slice(-1)}/*`),
    );
    const page = await bucket.listPage({ pageSize: 5000, metadata: false });
    assert.ok(page.entries.length <= 1000 && page.nextToken !== undefined);
    assert.deepEqual(await bucket.delete([...keys, ...numbered(400, (index) => `never/${index}`)]), {
      deleted: [...keys, ...numbered(400, (index) => `never/${index}`)],
    });
    assert.deepEqual(await bucket.list(), []);
  }),

  contractCase('list-many/over-1000-folders', async ({ bucket }) => {
    const folders = numbered(1005, (index) => `f${index}/`);
    await putAll(bucket, [...folders.map((folder) => `${folder}a`), 'f00500/b', 'f00999/b', 'f01000/b']);
    assert.deepEqual(
      listed(await bucket.list({ recursive: false })),
      folders.map((folder) => `${folder}*`),
    );
    const page = await bucket.listPage({ recursive: false, pageSize: 1000 });
    const rest = await bucket.listPage({ recursive: false, token: page.nextToken });
    assert.equal(page.entries.length + rest.entries.length, 1005);
  }),
];
