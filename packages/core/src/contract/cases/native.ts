import assert from 'node:assert/strict';
import type { NativeOptions } from '../../api/options.js';
import { textOf } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

const malformed: readonly unknown[] = [null, 'x', 7, { header: {} }, { headers: 'x' }, { headers: { a: 1 } }, { query: ['x'] }];

/** Headers and query that go to the server as they are. */
export const nativeCases = [
  contractCase(
    'native/query-of-get',
    async ({ bucket }) => {
      await bucket.put('k', 'body', { contentType: 'text/plain' });
      const object = await bucket.get('k', { native: { query: { 'response-content-type': 'text/x-other' } } });
      assert.equal(object.info.contentType, 'text/x-other');
      assert.equal(await object.text(), 'body');
      assert.equal((await bucket.stat('k')).contentType, 'text/plain');
    },
    { needs: ['native'] },
  ),

  contractCase(
    'native/headers',
    async ({ bucket }) => {
      const native: NativeOptions = { headers: { 'x-amz-storage-class': 'STANDARD' } };
      await bucket.put('k', 'body', { native });
      await bucket.fcopyTo(bucket.name, 'copy', 'k', { native });
      assert.equal((await bucket.stat('copy', { native: { headers: { 'x-amz-request-payer': 'requester' } } })).size, 4);
      assert.equal(await textOf(bucket, 'copy'), 'body');
    },
    { needs: ['native'] },
  ),

  contractCase('native/malformed', async ({ bucket }) => {
    await bucket.put('k', 'body');
    for (const given of malformed) {
      const native = given as NativeOptions;
      for (const call of [
        () => bucket.get('k', { native }),
        () => bucket.stat('k', { native }),
        () => bucket.put('new', 'body', { native }),
        () => bucket.fcopyTo(bucket.name, 'new', 'k', { native }),
      ]) {
        await fails(call, 'InvalidArgument');
      }
    }
    assert.deepEqual(await bucket.listFilename(), ['k']);
  }),
];
