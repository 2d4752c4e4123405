import { randomUUID } from 'node:crypto';
import { createDatastore } from '@anybucket/core';
import type { Datastore, DatastoreConfig } from '@anybucket/core';
import type { Client } from '../calls/call.js';

/** What opens a store, in any process: a URL, or a configuration as an object. */
export type StoreConfig = string | DatastoreConfig;

/** A backend that is compared: three handles on one store, the third closed. */
export class Backend {
  /** For people: the backend's name. */
  readonly name: string;
  readonly clients: Readonly<Record<Client, Datastore>>;
  /** By which another process opens the same store; undefined where none can. */
  readonly config: StoreConfig | undefined;

  private constructor(name: string, clients: Readonly<Record<Client, Datastore>>, config: StoreConfig | undefined) {
    this.name = name;
    this.clients = clients;
    this.config = config;
  }

  /**
   * Opens the store of a URL, or of a configuration in JSON: `{"backend":"./mine.js"}`. Of a memory store without a name all handles share
   * one of their own.
   */
  static async ofText(text: string): Promise<Backend> {
    const shared = text === 'memory:' ? `memory:differ-${randomUUID()}` : text;
    const config: StoreConfig = shared.startsWith('{') ? (JSON.parse(shared) as DatastoreConfig) : shared;
    const clients = await openClients(() => createDatastore(config));
    const { backend, capabilities } = clients.first;
    return new Backend(backend, clients, capabilities.persistent ? config : undefined);
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
