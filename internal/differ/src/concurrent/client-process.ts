// A process that runs one client of a script after the other, for others to race with.
import { createDatastore } from '@anybucket/core';
import type { Datastore } from '@anybucket/core';
import { ScriptClient } from './client.js';
import type { StoreConfig } from '../run/backend.js';
import type { Act } from './script.js';

/** What is asked of the process. */
export interface Task {
  readonly config: StoreConfig;
  readonly bucket: string;
  readonly client: number;
  readonly values: number;
  readonly acts: readonly Act[];
}

/** By the JSON of their configuration. */
const stores = new Map<string, Promise<Datastore>>();

// Ctrl-C is for the one that has started us: it ends us when its clients are done.
process.on('SIGINT', () => undefined);
process.on('message', (task: Task) => void answer(task));

async function answer({ config, bucket, client, values, acts }: Task): Promise<void> {
  try {
    const id = JSON.stringify(config);
    const store = stores.get(id) ?? createDatastore(config);
    stores.set(id, store);
    process.send?.({ events: await new ScriptClient(client, (await store).bucket(bucket), values).run(acts) });
  } catch (error) {
    process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
