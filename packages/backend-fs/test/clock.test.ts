import { afterEach, expect, test, vi } from 'vitest';
import { scratch, textOf } from './support/scratch.js';

const scope = scratch();
afterEach(() => void vi.restoreAllMocks());

test.each([0, Number.NaN, -1, Infinity, -Infinity, Date.UTC(2039, 0), Date.UTC(2300, 0), Date.UTC(9999, 11, 31), 8.64e15])(
  'with a clock of %s, nothing hangs and metadata is kept',
  { timeout: 20_000 },
  async (now) => {
    const { store, bucket } = await scope.bucket();
    vi.spyOn(Date, 'now').mockReturnValue(now);
    for (let round = 0; round < 20; round++) {
      const metadata = { round: `${round}` };
      const { etag } = await bucket.put('a', 'hello', { metadata, tags: metadata });
      expect(await bucket.stat('a')).toMatchObject({ etag, metadata });
      await bucket.put('b/', new Blob(['x'.repeat(300_000)]), { metadata });
      expect(await bucket.stat('b/')).toMatchObject({ metadata });
      expect((await bucket.list()).map(({ lastModified }) => Number.isNaN(lastModified.getTime()))).toEqual([false, false]);
    }
    await bucket.setTags('a', { t: 'u' });
    expect(await bucket.tags('a')).toEqual({ t: 'u' });
    await bucket.put('a', 'next', { ifMatch: (await bucket.stat('a')).etag });
    expect(await textOf(bucket, 'a')).toBe('next');
    await store.close();
  },
);
