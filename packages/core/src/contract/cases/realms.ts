import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import type { FlatListOptions, GetOptions, PutData, PutOptions } from '../../api/options.js';
import { readText } from '../bodies.js';
import { contractCase } from '../contract-case.js';

/** Evaluates an expression in another realm, whose classes are not those of this one. */
function foreign(expression: string): unknown {
  return runInNewContext(`(${expression})`);
}

const bytes = '[102, 111, 114, 101, 105, 103, 110]';

/** Expressions for the body `foreign`. */
const data = [
  `new Uint8Array(${bytes})`,
  `new Uint8Array(${bytes}).buffer`,
  `new DataView(new Uint8Array(${bytes}).buffer)`,
  `[new Uint8Array(${bytes})]`,
  `["for", "eign"]`,
  `(function* () { yield "for"; yield new Uint8Array([101, 105, 103, 110]); })()`,
  `(async function* () { yield "foreign"; })()`,
];

/** Values of another realm, such as those of a `vm` context or of Jest. */
export const realmCases = [
  contractCase('realms/data', async ({ bucket }) => {
    for (const expression of data) {
      await bucket.put('k', foreign(expression) as PutData);
      assert.equal(await readText(bucket, 'k'), 'foreign', expression);
    }
  }),

  contractCase('realms/options', async ({ bucket }) => {
    const options = foreign(`{ contentType: 'text/x', expires: new Date(2e12), metadata: { a: 'b' } }`) as PutOptions;
    await bucket.put('k', 'body', options);
    const info = await bucket.stat('k');
    assert.deepEqual([info.contentType, info.expires, { ...info.metadata }], ['text/x', new Date(2e12), { a: 'b' }]);
    const object = await bucket.get('k', foreign(`{ ifModifiedSince: new Date(0), range: { start: 1 } }`) as GetOptions);
    assert.equal(await object.text(), 'ody');
    assert.deepEqual(await bucket.list(foreign(`{ prefix: 'k' }`) as FlatListOptions), await bucket.list());
    assert.deepEqual((await bucket.delete(foreign(`['k']`) as string[])).deleted, ['k']);
  }),
];
