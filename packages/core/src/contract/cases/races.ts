import assert from 'node:assert/strict';
import type { PutData } from '../../api/options.js';
import { isStorageError } from '../../api/errors.js';
import { inChunks, pattern, readText } from '../bodies.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

/** Runs calls concurrently. Returns how many succeeded, and asserts that the others failed with this code. */
async function countWinners(code: string, calls: readonly (() => Promise<unknown>)[]): Promise<number> {
  const results = await Promise.allSettled(calls.map((call) => call()));
  const losers = results.filter((result) => result.status === 'rejected');
  for (const { reason } of losers) assert.ok(isStorageError(reason, code), `expected ${code}, got ${String(reason)}`);
  return calls.length - losers.length;
}

const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Bodies that a backend may store in different ways. */
const bodies: Readonly<Record<string, () => PutData>> = {
  'races/create-if-absent/bytes': () => 'body',
  'races/create-if-absent/stream': () => inChunks(pattern(100_000), 10_000),
};

/** Concurrent calls of which exactly one must succeed. */
export const raceCases = [
  ...entriesOf(bodies).map(([id, data]) =>
    contractCase(
      id,
      async ({ bucket }) => {
        const won: string[] = [];
        const calls = indexes(16).map((racer) => async () => {
          await bucket.put('k', data(), { ifNoneMatch: '*', metadata: { racer: String(racer) } });
          won.push(String(racer));
        });
        assert.equal(await countWinners('PreconditionFailed', calls), 1);
        assert.deepEqual([(await bucket.stat('k')).metadata['racer']], won);
      },
      { requires: ['conditionalPut'] },
    ),
  ),

  contractCase(
    'races/replace-if-match',
    async ({ bucket }) => {
      const { etag } = await bucket.put('k', 'old');
      const calls = indexes(16).map((racer) => () => bucket.put('k', `new ${racer}`, { ifMatch: etag }));
      assert.equal(await countWinners('PreconditionFailed', calls), 1);
      assert.match(await readText(bucket, 'k'), /^new \d+$/);
    },
    { requires: ['conditionalPut'] },
  ),

  contractCase(
    'races/copy-if-absent',
    async ({ bucket }) => {
      await bucket.put('source', 'body');
      const calls = indexes(8).map(
        (racer) => () => bucket.fcopyTo(bucket.name, 'k', 'source', { ifNoneMatch: '*', metadata: { racer: String(racer) } }),
      );
      assert.equal(await countWinners('PreconditionFailed', calls), 1);
    },
    { requires: ['conditionalCopy'] },
  ),

  contractCase(
    'races/delete-if-match',
    async ({ bucket }) => {
      const { etag } = await bucket.put('k', 'body');
      assert.equal(
        await countWinners(
          'NoSuchKey',
          indexes(8).map(() => () => bucket.delete('k', { ifMatch: etag })),
        ),
        1,
      );
    },
    { requires: ['conditionalDelete'] },
  ),

  contractCase(
    'races/read-modify-write',
    async ({ bucket }) => {
      await bucket.put('counter', '0');
      const work = async (): Promise<void> => {
        for (let done = 0; done < 10;) {
          const object = await bucket.get('counter');
          const value = Number(await object.text());
          try {
            await bucket.put('counter', String(value + 1), { ifMatch: object.info.etag });
            done++;
          } catch (error) {
            if (!isStorageError(error, 'PreconditionFailed')) throw error;
          }
        }
      };
      await Promise.all(indexes(5).map(work));
      assert.equal(await readText(bucket, 'counter'), '50');
    },
    { requires: ['conditionalPut'] },
  ),

  contractCase('races/create-bucket', async ({ datastore, unusedName }) => {
    const name = unusedName();
    const created = await Promise.all(indexes(8).map(() => datastore.createBucket(name)));
    assert.equal(created.filter(Boolean).length, 1);
  }),

  contractCase('races/remove-bucket', async ({ datastore, unusedName }) => {
    const name = unusedName();
    await datastore.createBucket(name);
    const removed = await Promise.all(indexes(8).map(() => datastore.removeBucket(name)));
    assert.equal(removed.filter(Boolean).length, 1);
    assert.equal(await datastore.bucketExists(name), false);
  }),
];
