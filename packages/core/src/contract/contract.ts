import assert from 'node:assert/strict';
import type { Capabilities } from '../api/capabilities.js';
import type { Datastore } from '../api/datastore.js';
import type { ContractCase } from './contract-case.js';
import { contractCases } from './contract-cases.js';
import type { Requirement } from './contract-context.js';

/** The functions of the test runner, and options. The functions of Vitest, Jest, `node:test` and Mocha fit as they are. */
export interface ContractOptions {
  /** Registers a suite: `describe` or `suite`. Suites must run one after the other. */
  readonly describe: (name: string, body: () => void) => unknown;
  /**
   * Registers a test: `test` or `it`; `test.concurrent` to run cases concurrently, since each has its own buckets.
   * Jest and Vitest take the timeout in milliseconds as the third argument.
   */
  readonly test: (name: string, body: () => Promise<void>, timeoutMs?: number) => unknown;
  /** Registers a hook that closes the datastore: `afterAll` or `after`. Without it, the last test closes the datastore. */
  readonly afterAll?: ((hook: () => Promise<void>) => unknown) | undefined;
  /**
   * For runners that cannot skip a running test (Jest): registers a skipped test (`test.skip`) for each case that `capabilities` rule out.
   * Without it, Jest reports such a case as passed; the last test prints their number.
   */
  readonly skip?: ((name: string, body: () => Promise<void>) => unknown) | undefined;
  /** The capabilities of the datastore, for `skip`. */
  readonly capabilities?: Capabilities | undefined;
  /** Milliseconds per case. Ignored by `node:test`. @defaultValue 60000 */
  readonly timeoutMs?: number | undefined;
  /** The cases to run. @defaultValue {@link contractCases} */
  readonly cases?: readonly ContractCase[] | undefined;
}

/**
 * Registers one test per case of the contract, and a last test that fails unless every case ran or was skipped. The datastore's
 * capabilities alone decide which cases are skipped. The last test prints how many were skipped per capability.
 *
 *     contract('memory', () => new MemoryDatastore(), { describe, test });
 *
 * @param name the name of the suite.
 * @param factory opens the datastore: once for all cases, and again for each case that closes a datastore while the first one stays open.
 *   If the backend is persistent, all datastores must use the same storage.
 */
export function contract(name: string, factory: () => Datastore | Promise<Datastore>, options: ContractOptions): void {
  const { describe, test, afterAll, skip, capabilities, timeoutMs = 60_000, cases = contractCases } = options;
  const outcomes = new Map<string, 'ran' | Requirement>();
  const running = new Set<Promise<unknown>>();
  let opened: Promise<Datastore> | undefined;

  const datastoreOnce = (): Promise<Datastore> => (opened ??= Promise.resolve().then(factory));
  const close = async (): Promise<void> => (await opened)?.close();

  async function runCase({ id, unmetRequirement, run }: ContractCase): Promise<Requirement | undefined> {
    const datastore = await datastoreOnce();
    const unmet = unmetRequirement(datastore.capabilities, true);
    outcomes.set(id, unmet ?? 'ran');
    if (unmet === undefined) await run({ datastore, open: factory });
    return unmet;
  }

  describe(`contract: ${name}`, () => {
    describe('cases', () => {
      for (const one of cases) {
        const unmet = capabilities === undefined ? undefined : one.unmetRequirement(capabilities, true);
        if (unmet !== undefined && skip !== undefined) {
          outcomes.set(one.id, unmet);
          skip(one.id, async () => {});
          continue;
        }
        // No declared parameters: Jest and Mocha would pass a `done` callback.
        const body = async function (this: unknown, ...args: unknown[]): Promise<void> {
          if (hasMethod(this, 'timeout')) this.timeout(timeoutMs);
          const outcome = runCase(one);
          running.add(outcome);
          const unmetNow = await outcome.finally(() => running.delete(outcome));
          if (unmetNow !== undefined) skipRunningTest([...args, this], `requires ${unmetNow}`);
        };
        test(one.id, body, timeoutMs);
      }
    });

    // A suite of its own: Mocha runs the tests of a suite before its nested suites.
    describe('summary', () => {
      test('every case ran or was skipped by a capability', async () => {
        // Jest starts concurrent tests in order, but does not wait for the earlier ones.
        await Promise.allSettled(running);
        // oxlint-disable-next-line eslint/no-console -- skipped cases must be visible
        console.info(`contract: ${name}: ${summary(outcomes, cases.length)}`);
        if (capabilities !== undefined) assert.deepEqual({ ...(await datastoreOnce()).capabilities }, { ...capabilities });
        if (afterAll === undefined) await close();
        assert.deepEqual([...outcomes.keys()].sort(), cases.map(({ id }) => id).sort());
      });
    });

    afterAll?.(close);
  });
}

function summary(outcomes: ReadonlyMap<string, 'ran' | Requirement>, total: number): string {
  const skipped = new Map<string, number>();
  for (const outcome of outcomes.values()) if (outcome !== 'ran') skipped.set(outcome, (skipped.get(outcome) ?? 0) + 1);
  const ran = [...outcomes.values()].filter((outcome) => outcome === 'ran').length;
  const reasons = [...skipped].map(([requirement, count]) => `${count} require ${requirement}`).join(', ');
  return `${ran} of ${total} cases ran; skipped: ${reasons === '' ? 'none' : reasons}`;
}

/** Marks the running test as skipped: the context is the first argument in Vitest and `node:test`, and `this` in Mocha. */
function skipRunningTest(contexts: readonly unknown[], reason: string): void {
  const context = contexts.find((one) => hasMethod(one, 'skip'));
  if (hasMethod(context, 'skip')) context.skip(reason);
}

function hasMethod<Name extends string>(value: unknown, name: Name): value is Record<Name, (argument: unknown) => unknown> {
  return value instanceof Object && typeof Reflect.get(value, name) === 'function';
}
