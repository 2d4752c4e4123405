// The main module of a child process that runs script clients, one at a time, concurrently with those of other processes.
import { createDatastore } from '@anybucket/core';
import type { Datastore } from '@anybucket/core';
import type { DatastoreLocation } from '../run/backend.js';
import type { Step } from './script.js';
import { ScriptClient } from './script-client.js';

/** The message that starts a client. */
export interface ClientTask {
  readonly location: DatastoreLocation;
  readonly bucket: string;
  readonly client: number;
  readonly valueCount: number;
  readonly steps: readonly Step[];
}

/** By the JSON of the location. */
const datastores = new Map<string, Promise<Datastore>>();

// Ctrl-C reaches the whole process group; the parent ends this process once its clients are done.
process.on('SIGINT', () => undefined);
process.on('message', (task: ClientTask) => void runTask(task));

async function runTask({ location, bucket, client, valueCount, steps }: ClientTask): Promise<void> {
  try {
    const id = JSON.stringify(location);
    const datastore = datastores.get(id) ?? createDatastore(location);
    datastores.set(id, datastore);
    process.send?.({ events: await new ScriptClient(client, (await datastore).bucket(bucket), valueCount).run(steps) });
  } catch (error) {
    process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
