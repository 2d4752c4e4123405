import { randomUUID } from 'node:crypto';
import { createDatastore } from '@anybucket/core';
import type { Datastore } from '@anybucket/core';
import type { Client } from '../calls/call.js';

/** What opens handles on one and the same store, again and again. */
export type OpenStore = () => Promise<Datastore>;

/** A backend that is compared: three handles on one store, the third closed. */
export class Backend {
  /** For people: the backend's name. */
  readonly name: string;
  readonly clients: Readonly<Record<Client, Datastore>>;
  /** By which another process opens the same store; undefined where none can. */
  readonly url: string | undefined;

  private constructor(name: string, clients: Readonly<Record<Client, Datastore>>, url: string | undefined) {
    this.name = name;
    this.clients = clients;
    this.url = url;
  }

  /** Opens the store of a URL. Of a memory store without a name all handles share one of their own. */
  static async ofUrl(url: string): Promise<Backend> {
    const shared = url === 'memory:' ? `memory:differ-${randomUUID()}` : url;
    const clients = await openClients(() => createDatastore(shared));
    const { backend, capabilities } = clients.first;
    return new Backend(backend, clients, capabilities.persistent ? url : undefined);
  }

  /** Opens a backend by what makes its handles. @param name for people. */
  static async open(name: string, open: OpenStore): Promise<Backend> {
    return new Backend(name, await openClients(open), undefined);
  }

  get capabilities(): Readonly<Record<string, boolean>> {
    return { ...this.clients.first.capabilities };
  }

  async close(): Promise<void> {
    await Promise.all([this.clients.first.close(), this.clients.second.close()]);
  }
}

async function openClients(open: OpenStore): Promise<Readonly<Record<Client, Datastore>>> {
  const [first, second, closed] = await Promise.all([open(), open(), open()]);
  await closed.close();
  return { first, second, closed };
}
