import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratch } from './support/scratch.js';

const scope = scratch();
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test.skipIf(process.platform === 'win32')('an overwrite keeps the permissions of the file', async () => {
  const { root, store, bucket } = await scope.bucket();
  for (const mode of [0o600, 0o640, 0o400]) {
    await bucket.put('a', 'old');
    chmodSync(join(root, 'photos/a'), mode);
    await bucket.put('a', 'new');
    expect(modeOf(join(root, 'photos/a'))).toBe(mode);
    await bucket.put('a', new Blob(['x'.repeat(2_000_000)]));
    expect(modeOf(join(root, 'photos/a'))).toBe(mode);
    await bucket.put('b', 'source');
    await bucket.fcopyTo('photos', 'a', 'b');
    expect(modeOf(join(root, 'photos/a'))).toBe(mode);
    // Its body moves to the internal directory, and back.
    await bucket.put('a/b', 'below');
    expect(modeOf(store.pathOf('photos', 'a'))).toBe(mode);
    await bucket.put('a', 'new');
    expect(modeOf(store.pathOf('photos', 'a'))).toBe(mode);
    await bucket.delete('a/b');
    await bucket.put('a', 'new');
    expect(store.pathOf('photos', 'a')).toBe(join(root, 'photos/a'));
    expect(modeOf(join(root, 'photos/a'))).toBe(mode);
    await bucket.delete('a');
  }
});
