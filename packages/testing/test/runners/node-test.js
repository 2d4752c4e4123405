import test from 'node:test';
import { withFaults } from '@anybucket/testing';
import { assertEmptyBucket, assertObject, restoreAfterEach, useStore } from '@anybucket/testing/node-test';

const faults = process.env.FAULTY === 'yes' ? [{ operation: 'copy', error: 'SlowDown' }] : [];
const store = useStore({ seed: { photos: { a: 'seeded' }, empty: {} }, wrap: (memory) => withFaults(memory, faults) });
restoreAfterEach(store);

void test('stores an object', async () => {
  await store()
    .bucket('photos')
    .put('b', 'text', { metadata: { by: 'Ann' } });
  await assertObject(store().bucket('photos'), 'b', { body: 'text', metadata: { by: 'Ann' } });
});

void test('has a store of its own', async () => {
  await assertEmptyBucket(store().bucket('empty'));
  if (await store().bucket('photos').exists('b')) throw new Error('the store of the other test');
});
