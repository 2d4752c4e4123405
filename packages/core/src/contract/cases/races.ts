import assert from 'node:assert/strict';
import type { PutData } from '../../api/options.js';
import { isStorageError } from '../../api/errors.js';
import { inChunks, pattern, textOf } from '../bodies.js';
import { contractCase } from '../contract-case.js';

/** Runs calls at once; gives how many succeeded, and asserts that the others failed with this code. */
async function winners(code: string, calls: readonly (() => Promise<unknown>)[]): Promise<number> {
  const results = await Promise.allSettled(calls.map((call) => call()));
  const lost = results.filter((result) => result.status === 'rejected');
  for (const { reason } of lost) assert.ok(isStorageError(reason, code), `expected ${code}, got ${String(reason)}`);
  return calls.length - lost.length;
}

const racers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Bodies as a backend may treat them differently. */
const bodies: Readonly<Record<string, () => PutData>> = { bytes: () => 'body', stream: () => inChunks(pattern(100_000), 10_000) };

/** Calls at the same time, of which exactly one may win. */
export const raceCases = [
  ...Object.entries(bodies).map(([id, data]) =>
    contractCase(
      `races/one-makes-it/${id}`,
      async ({ bucket }) => {
        const won: string[] = [];
        const calls = racers(16).map((racer) => async () => {
          await bucket.put('k', data(), { ifNoneMatch: '*', metadata: { racer: String(racer) } });
          won.push(String(racer));
        });
        assert.equal(await winners('PreconditionFailed', calls), 1);
        assert.deepEqual([(await bucket.stat('k')).metadata['racer']], won);
      },
      { needs: ['conditionalPut'] },
    ),
  ),

  contractCase(
    'races/one-replaces-it',
    async ({ bucket }) => {
      const { etag } = await bucket.put('k', 'old');
      const calls = racers(16).map((racer) => () => bucket.put('k', `new ${racer}`, { ifMatch: etag }));
      assert.equal(await winners('PreconditionFailed', calls), 1);
      assert.match(await textOf(bucket, 'k'), /^new \d+$/);
    },
    { needs: ['conditionalPut'] },
  ),

  contractCase(
    'races/one-copies-onto-it',
    async ({ bucket }) => {
      await bucket.put('source', 'body');
      const calls = racers(8).map(
        (racer) => () => bucket.fcopyTo(bucket.name, 'k', 'source', { ifNoneMatch: '*', metadata: { racer: String(racer) } }),
      );
      assert.equal(await winners('PreconditionFailed', calls), 1);
    },
    { needs: ['conditionalCopy'] },
  ),

  contractCase(
    'races/one-deletes-it',
    async ({ bucket }) => {
      const { etag } = await bucket.put('k', 'body');
      assert.equal(
        await winners(
          'NoSuchKey',
          racers(8).map(() => () => bucket.delete('k', { ifMatch: etag })),
        ),
        1,
      );
    },
    { needs: ['conditionalDelete'] },
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
      await Promise.all(racers(5).map(work));
      assert.equal(await textOf(bucket, 'counter'), '50');
    },
    { needs: ['conditionalPut'] },
  ),

  contractCase('races/one-makes-the-bucket', async ({ datastore, freeName }) => {
    const name = freeName();
    const made = await Promise.all(racers(8).map(() => datastore.createBucket(name)));
    assert.equal(made.filter(Boolean).length, 1);
  }),

  contractCase('races/one-removes-the-bucket', async ({ datastore, freeName }) => {
    const name = freeName();
    await datastore.createBucket(name);
    const removed = await Promise.all(racers(8).map(() => datastore.removeBucket(name)));
    assert.equal(removed.filter(Boolean).length, 1);
    assert.equal(await datastore.bucketExists(name), false);
  }),
];
