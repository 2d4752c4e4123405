import { expect, test } from '@jest/globals';
import { contentsOf, withFaults } from '@anybucket/testing';
import { restoreAfterEach, useStore } from '@anybucket/testing/jest';

const faults = process.env.FAULTY === 'yes' ? [{ operation: 'copy', error: 'SlowDown' }] : [];
const store = useStore({ seed: { photos: { a: 'seeded' }, empty: {} }, wrap: (memory) => withFaults(memory, faults) });
restoreAfterEach(store);

test('stores an object', async () => {
  await store()
    .bucket('photos')
    .put('b', 'text', { metadata: { by: 'Ann' } });
  await expect(store().bucket('photos')).toHaveObject('b', { body: 'text', metadata: { by: 'Ann' } });
  await expect(store().bucket('photos')).not.toHaveObject('c');
});

test('has a store of its own', async () => {
  await expect(store().bucket('empty')).toBeEmptyBucket();
  await expect(store().bucket('photos')).not.toHaveObject('b');
  expect(String(await contentsOf(store()))).toContain('a: 6 B');
});
