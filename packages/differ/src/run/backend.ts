import { randomUUID } from 'node:crypto';
import { createDatastore } from '@anybucket/core';
import type { Datastore } from '@anybucket/core';
import type { Client } from '../calls/call.js';

/** What opens handles on one and the same store, again and again. */
export type OpenStore = () => Promise<Datastore>;

/** A backend that is compared: three handles on one store, the third closed. */
export class Backend {
  /** For people: the backend's name, and a number where there are several of one kind. */
  readonly name: string;
  readonly clients: Readonly<Record<Client, Datastore>>;

  private constructor(name: string, clients: Readonly<Record<Client, Datastore>>) {
    this.name = name;
    this.clients = clients;
  }

  /** Opens a backend by what makes its handles. @param name for people. */
  static async open(open: OpenStore, name?: string): Promise<Backend> {
    const [first, second, closed] = await Promise.all([open(), open(), open()]);
    await closed.close();
    return new Backend(name ?? first.backend, { first, second, closed });
  }

  get capabilities(): Readonly<Record<string, boolean>> {
    return { ...this.clients.first.capabilities };
  }

  async close(): Promise<void> {
    await Promise.all([this.clients.first.close(), this.clients.second.close()]);
  }
}

/** What opens the store of a URL. Of a memory store without a name all handles share one of their own. */
export function storeOf(url: string): OpenStore {
  const shared = url === 'memory:' ? `memory:differ-${randomUUID()}` : url;
  return () => createDatastore(shared);
}
