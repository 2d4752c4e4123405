import { randomUUID } from 'node:crypto';
import { createDatastore } from '@anybucket/core';
import type { Datastore, DatastoreConfig } from '@anybucket/core';
import type { Client } from '../calls/call.js';

/** A datastore URL or configuration object, with which any process can open the datastore. */
export type DatastoreLocation = string | DatastoreConfig;

/** A backend under comparison: three handles on one datastore, the third of them closed. */
export class Backend {
  /** The name of the backend, for messages. */
  readonly name: string;
  readonly clients: Readonly<Record<Client, Datastore>>;
  /** Undefined when other processes cannot open the same datastore. */
  readonly location: DatastoreLocation | undefined;

  private constructor(name: string, clients: Readonly<Record<Client, Datastore>>, location: DatastoreLocation | undefined) {
    this.name = name;
    this.clients = clients;
    this.location = location;
  }

  /** Opens a datastore from its URL or its configuration as JSON, such as `{"backend":"./mine.js"}`. `memory:` opens a new one. */
  static async open(text: string): Promise<Backend> {
    // Handles share a memory datastore only by name.
    const named = text === 'memory:' ? `memory:differ-${randomUUID()}` : text;
    const location: DatastoreLocation = named.startsWith('{') ? (JSON.parse(named) as DatastoreConfig) : named;
    const clients = await openClients(() => createDatastore(location));
    const { backend, capabilities } = clients.first;
    return new Backend(backend, clients, capabilities.persistent ? location : undefined);
  }

  get capabilities(): Readonly<Record<string, boolean>> {
    return { ...this.clients.first.capabilities };
  }

  async close(): Promise<void> {
    await Promise.all([this.clients.first.close(), this.clients.second.close()]);
  }
}

async function openClients(open: () => Promise<Datastore>): Promise<Readonly<Record<Client, Datastore>>> {
  const [first, second, closed] = await Promise.all([open(), open(), open()]);
  await closed.close();
  return { first, second, closed };
}
