import { randomBytes } from 'node:crypto';
import type { Backend } from '../run/backend.js';
import { minimize } from '../shrink/minimize.js';
import { nonLinearizablePrefix } from './history.js';
import type { HistoryEvent } from './history.js';
import type { ProcessPool } from './process-pool.js';
import type { Script } from './script.js';
import { ScriptClient } from './script-client.js';

/** A script whose history is not linearizable, or that failed. */
export interface Race {
  readonly backend: string;
  readonly script: Script;
  /** The key whose history is not linearizable, and that history. */
  readonly key?: string;
  readonly events?: readonly HistoryEvent[];
  /** The stack of an unexpected error. */
  readonly failure?: string;
}

/** How often a shortened script must pass before it counts as correct: whether a race occurs depends on timing. */
const runsPerScript = 10;
/** Bounds the time of shrinking. */
const maxRuns = 500;

/**
 * Runs the clients of a script concurrently on one backend and checks that the history of each key is linearizable.
 * @param processes runs each client in its own process; without it, all clients run in this process.
 * @returns undefined when the history is linearizable.
 */
export async function runRace(backend: Backend, script: Script, processes?: ProcessPool): Promise<Race | undefined> {
  const datastore = backend.clients.first;
  const name = `differ-race-${randomBytes(5).toString('hex')}`;
  await datastore.createBucket(name);
  try {
    const events = await runClients(backend, name, script, processes);
    for (const key of new Set(events.map((event) => event.key))) {
      const prefix = nonLinearizablePrefix(events.filter((event) => event.key === key));
      if (prefix !== undefined) return { backend: backend.name, script, key, events: prefix };
    }
    return undefined;
  } catch (error) {
    return { backend: backend.name, script, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    const bucket = datastore.bucket(name);
    for (let keys = await bucket.listFilename(); keys.length > 0; keys = await bucket.listFilename()) await bucket.delete(keys);
    await datastore.removeBucket(name);
  }
}

/**
 * Shortens the script of a race for as long as it still fails in the same way.
 * @param run runs a script once.
 * @returns the last race of the shortest script.
 */
export async function shrinkRace(first: Race, run: (script: Script) => Promise<Race | undefined>): Promise<Race> {
  let shortest = first;
  let runs = 0;
  const allSteps = first.script.flatMap((steps, client) => steps.map((step) => ({ client, step })));
  await minimize(allSteps, async (some) => {
    const script = first.script.map((_, client) => some.filter((one) => one.client === client).map(({ step }) => step));
    const withoutIdleClients = script.filter((steps) => steps.length > 0);
    for (let round = 0; round < runsPerScript && runs < maxRuns; round++) {
      runs += 1;
      const race = await run(withoutIdleClients);
      if (race === undefined || (race.key === undefined) !== (first.key === undefined)) continue;
      shortest = race;
      return true;
    }
    return false;
  });
  return shortest;
}

async function runClients(backend: Backend, bucket: string, script: Script, processes: ProcessPool | undefined): Promise<HistoryEvent[]> {
  const valueCount = Math.max(0, ...script.flat().map((step) => (step.action === 'put' ? step.value + 1 : 0)));
  const { location } = backend;
  if (processes !== undefined && location !== undefined) {
    return processes.run(script.map((steps, client) => ({ location, bucket, client, valueCount, steps })));
  }
  const { first, second } = backend.clients;
  const clients = script.map((steps, client) =>
    new ScriptClient(client, (client % 2 === 0 ? first : second).bucket(bucket), valueCount).run(steps),
  );
  // Wait for all of them, also after a failure: no call may be running when the bucket is removed.
  const outcomes = await Promise.allSettled(clients);
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
