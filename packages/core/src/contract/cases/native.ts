import assert from 'node:assert/strict';
import type { NativeOptions } from '../../api/options.js';
import { readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';

const malformed: readonly unknown[] = [null, 'x', 7, { header: {} }, { headers: 'x' }, { headers: { a: 1 } }, { query: ['x'] }];

/** Native options: headers and query parameters that are sent to the server unchanged. */
export const nativeCases = [
  contractCase(
    'native/get-query',
    async ({ bucket }) => {
      await bucket.put('k', 'body', { contentType: 'text/plain' });
      const object = await bucket.get('k', { native: { query: { 'response-content-type': 'text/x-other' } } });
      assert.equal(object.info.contentType, 'text/x-other');
      assert.equal(await object.text(), 'body');
      assert.equal((await bucket.stat('k')).contentType, 'text/plain');
    },
    { requires: ['native'] },
  ),

  contractCase(
    'native/headers',
    async ({ bucket }) => {
      const native: NativeOptions = { headers: { 'x-amz-storage-class': 'STANDARD' } };
      await bucket.put('k', 'body', { native });
      await bucket.fcopyTo(bucket.name, 'copy', 'k', { native });
      assert.equal((await bucket.stat('copy', { native: { headers: { 'x-amz-request-payer': 'requester' } } })).size, 4);
      assert.equal(await readText(bucket, 'copy'), 'body');
    },
    { requires: ['native'] },
  ),

  contractCase(
    'native/self-copy-without-headers',
    async ({ bucket }) => {
      for (const native of [{}, { headers: {} }, { query: { 'x-id': 'CopyObject' } }])
        await expectError(() => bucket.fcopyTo(bucket.name, 'none', 'none', { native }), 'InvalidRequest');
    },
    { requires: ['native'] },
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
        await expectError(call, 'InvalidArgument');
      }
    }
    assert.deepEqual(await bucket.listFilename(), ['k']);
  }),
];
