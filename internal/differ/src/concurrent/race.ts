import { randomBytes } from 'node:crypto';
import type { Backend } from '../run/backend.js';
import { ScriptClient } from './client.js';
import type { Event } from './event.js';
import { unexplained } from './linearizable.js';
import type { Processes } from './processes.js';
import type { Script } from './script.js';

/** What no order of events explains. */
export interface Race {
  readonly backend: string;
  readonly script: Script;
  /** The key concerned, and what was seen of it; or what went wrong. */
  readonly key?: string;
  readonly events?: readonly Event[];
  readonly failure?: string;
}

/**
 * Runs the clients of a script at once on one backend, and looks for an order that explains what each has seen.
 * @param processes where given, each client has one of its own.
 * @returns what has no explanation; undefined when all has one.
 */
export async function race(backend: Backend, script: Script, processes?: Processes): Promise<Race | undefined> {
  const store = backend.clients.first;
  const name = `differ-race-${randomBytes(5).toString('hex')}`;
  await store.createBucket(name);
  try {
    const events = await seen(backend, name, script, processes);
    for (const key of new Set(events.map((event) => event.key))) {
      const rest = unexplained(events.filter((event) => event.key === key));
      if (rest !== undefined) return { backend: backend.name, script, key, events: rest };
    }
    return undefined;
  } catch (error) {
    return { backend: backend.name, script, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    const bucket = store.bucket(name);
    for (let keys = await bucket.listFilename(); keys.length > 0; keys = await bucket.listFilename()) await bucket.delete(keys);
    await store.removeBucket(name);
  }
}

async function seen(backend: Backend, bucket: string, script: Script, processes: Processes | undefined): Promise<Event[]> {
  const values = Math.max(0, ...script.flat().map((act) => (act.does === 'put' ? act.value + 1 : 0)));
  const { config } = backend;
  if (processes !== undefined && config !== undefined) {
    return processes.run(script.map((acts, client) => ({ config, bucket, client, values, acts })));
  }
  const { first, second } = backend.clients;
  const clients = script.map((acts, client) =>
    new ScriptClient(client, (client % 2 === 0 ? first : second).bucket(bucket), values).run(acts),
  );
  // All of them: nothing may be under way when the bucket is removed.
  const outcomes = await Promise.allSettled(clients);
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
