/** Binds the contract to vitest. */
import assert from 'node:assert/strict';
import { beforeAll, describe, test } from 'vitest';
import { contractCases } from './contract.js';
import type { Need } from './contract.js';
import type { Datastore } from './api/datastore.js';

/** Options of {@link contract}. */
export interface ContractOptions {
  /** Milliseconds a case. @defaultValue 60000 */
  readonly timeout?: number | undefined;
}

/**
 * Runs the whole contract against a backend. Cases run side by side, each with buckets of its own; what is skipped follows from the
 * datastore's capabilities alone, and is counted.
 *
 *     contract('memory', () => new MemoryDatastore());
 *
 * @param name how the backend is called in the report.
 * @param factory makes the datastore: called once, and again by each case that closes one, while the first stays open; over the same
 *   storage where it is persistent.
 */
export function contract(name: string, factory: () => Datastore | Promise<Datastore>, { timeout = 60_000 }: ContractOptions = {}): void {
  describe(`contract: ${name}`, () => {
    const outcomes = new Map<string, 'ran' | Need>();
    let datastore: Datastore;
    beforeAll(async () => {
      datastore = await factory();
      return () => datastore.close();
    });

    describe.concurrent('cases', () => {
      for (const { id, skip, run } of contractCases) {
        // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- a title is the id of a case, the assertions are in it
        test(id, { timeout }, async (context) => {
          const unmet = skip(datastore.capabilities, true);
          outcomes.set(id, unmet ?? 'ran');
          if (unmet !== undefined) context.skip(`needs ${unmet}`);
          await run({ datastore, open: factory });
        });
      }
    });

    test('every case ran, or was skipped by a capability', () => {
      const skipped = new Map<string, number>();
      for (const outcome of outcomes.values()) if (outcome !== 'ran') skipped.set(outcome, (skipped.get(outcome) ?? 0) + 1);
      const ran = [...outcomes.values()].filter((outcome) => outcome === 'ran').length;
      const left = [...skipped].map(([need, count]) => `${count} need ${need}`).join(', ');
      // oxlint-disable-next-line eslint/no-console -- what was skipped must not pass in silence
      console.info(`contract: ${name}: ${ran} of ${contractCases.length} cases ran; skipped: ${left === '' ? 'none' : left}`);
      assert.deepEqual([...outcomes.keys()].sort(), contractCases.map(({ id }) => id).sort());
    });
  });
}
