import { randomUUID } from 'node:crypto';
import { createDatastore } from '@anybucket/core';
import type { Capabilities, Datastore, DatastoreConfig } from '@anybucket/core';
import { serve } from '@anybucket/s3-server';
import type { S3Server } from '@anybucket/s3-server';
import type { Client } from '../calls/call.js';

/** A datastore URL or configuration object, with which any process can open the datastore. */
export type DatastoreLocation = string | DatastoreConfig;

type Clients = Readonly<Record<Client, Datastore>>;

interface BackendFields {
  readonly name: string;
  readonly clients: Clients;
  readonly location: DatastoreLocation | undefined;
  readonly capabilities: Capabilities;
  /** Ends what runs besides the clients. */
  readonly close: () => Promise<void>;
}

const endpointPrefix = 'endpoint:';

/** The traits that an endpoint has if the datastore behind it has them. `MinioDatastore` reports those of MinIO. */
const servedTraits = ['listsBelowObjects', 'snapshotReads', 'listsAllUploads'] as const;

/** A backend under comparison: three handles on one datastore, the third of them closed. */
export class Backend {
  /** The name of the backend, for messages. */
  readonly name: string;
  readonly clients: Clients;
  /** Undefined when other processes cannot open the same datastore. */
  readonly location: DatastoreLocation | undefined;
  readonly capabilities: Readonly<Record<string, boolean>>;
  readonly #close: () => Promise<void>;

  private constructor({ name, clients, location, capabilities, close }: BackendFields) {
    this.name = name;
    this.clients = clients;
    this.location = location;
    this.capabilities = { ...capabilities };
    this.#close = close;
  }

  /**
   * Opens a datastore from its URL or its configuration as JSON, such as `{"backend":"./mine.js"}`. `memory:` opens a new one.
   * `endpoint:` followed by one of these serves it over the S3 protocol, and opens clients of the server. A datastore without presigned
   * URLs gets them from a server.
   */
  static async open(text: string): Promise<Backend> {
    return new Backend(await (text.startsWith(endpointPrefix) ? openEndpoint(text.slice(endpointPrefix.length)) : openLocation(text)));
  }

  async close(): Promise<void> {
    await Promise.all([this.clients.first.close(), this.clients.second.close()]);
    await this.#close();
  }
}

async function openLocation(text: string): Promise<BackendFields> {
  const location = toLocation(text);
  const clients = await openClients(location);
  const servers: S3Server[] = [];
  const { backend: name, capabilities } = clients.first;
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
  const fields = { name, location: capabilities.persistent ? location : undefined, close };
  if (capabilities.presign) return { ...fields, clients, capabilities };
  const withUrls = async (datastore: Datastore): Promise<Datastore> => {
    const server = await serve(datastore, { port: 0, maxLoggedRequests: 0 });
    servers.push(server);
    return server.datastore;
  };
  const served = { ...clients, first: await withUrls(clients.first), second: await withUrls(clients.second) };
  return { ...fields, clients: served, capabilities: served.first.capabilities };
}

async function openEndpoint(text: string): Promise<BackendFields> {
  const datastore = await createDatastore(toLocation(text));
  const server = await serve(datastore, { port: 0, maxLoggedRequests: 0 });
  const { accessKey, secretKey } = server.credentials;
  const location = `minio://${accessKey}:${secretKey}@127.0.0.1:${server.port}`;
  const clients = await openClients(location);
  const traits = Object.fromEntries(servedTraits.map((trait) => [trait, datastore.capabilities[trait]]));
  return {
    name: `${endpointPrefix}${datastore.backend}`,
    clients,
    location,
    capabilities: { ...clients.first.capabilities, ...traits },
    close: async () => {
      await server.close();
      await datastore.close();
    },
  };
}

function toLocation(text: string): DatastoreLocation {
  // Handles share a memory datastore only by name.
  const named = text === 'memory:' ? `memory:differ-${randomUUID()}` : text;
  return named.startsWith('{') ? (JSON.parse(named) as DatastoreConfig) : named;
}

async function openClients(location: DatastoreLocation): Promise<Clients> {
  const open = () => createDatastore(location);
  const [first, second, closed] = await Promise.all([open(), open(), open()]);
  await closed.close();
  return { first, second, closed };
}
