import { chmodSync, chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callsWith } from './support/calls.js';
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

test.skipIf(process.platform === 'win32')('an overwrite keeps the permissions of the file after a change of the umask', async () => {
  const { root, bucket } = await scope.bucket();
  const umask = process.umask(0o077);
  try {
    await bucket.put('private', 'old');
    process.umask(0o022);
    const store = scope.open(root);
    await store.bucket('photos').put('private', 'new');
    await bucket.put('private', 'newer');
    expect(modeOf(join(root, 'photos/private'))).toBe(0o600);
  } finally {
    process.umask(umask);
  }
});

test.skipIf(process.getuid?.() !== 0)('an overwrite by root keeps the owner of the file', async () => {
  const { root, bucket } = await scope.bucket();
  await bucket.put('a', 'old');
  chownSync(join(root, 'photos/a'), 1234, 2345);
  chmodSync(join(root, 'photos/a'), 0o640);
  await bucket.put('a', 'new');
  expect(statSync(join(root, 'photos/a'))).toMatchObject({ uid: 1234, gid: 2345, mode: 0o100640 });
});

test.skipIf(process.getuid?.() !== 0)('without the group of the file, an overwrite gives no permissions to the group', async () => {
  const { root, store, bucket } = await scope.bucket();
  await bucket.put('a', 'old');
  await store.close();
  chownSync(join(root, 'photos/a'), 1234, 2345);
  chmodSync(join(root, 'photos/a'), 0o664);
  const calls = callsWith({
    fchownSync: () => {
      throw Object.assign(new Error('EPERM'), { code: 'EPERM', errno: -1 });
    },
  });
  await scope.open(root, { calls }).bucket('photos').put('a', 'new');
  expect(modeOf(join(root, 'photos/a'))).toBe(0o604);
});
