// Requests to S3 servers over connections of a light client: put, get, head and delete of 4 KiB, one at a time and 16 at once, pages of a
// listing, and 1 GiB in both directions. Measures the time per call, and the CPU time of the server.
import assert from 'node:assert/strict';
import { median } from '../support/measure-row.mjs';
import { RawConnection, signPut, signRequest, unsignedPayload } from '../support/raw-s3-client.mjs';
import { cpuTime, processOf } from '../support/server-process.mjs';

const rounds = 5;
const roundMs = 300;
const body = Buffer.alloc(4096, 'anybucket');
const bucket = 'bench';
const largeSize = 2 ** 30;
const largeChunk = Buffer.alloc(2 ** 20, 'anybucket');
const listedCount = 10_000;
const maxDeletes = 1500;
const concurrency = 16;

/** A server with the connections of the client. */
export class ServerHandle {
  constructor(server) {
    this.address = server.address;
    this.pid = processOf(server.address.port);
    this.connections = Array.from({ length: concurrency }, () => new RawConnection(server.address.port));
  }

  sign(method, key, options) {
    return signRequest(this.address, method, `/${bucket}/${key}`, options);
  }

  async createBucket() {
    const { status } = await this.connections[0].send(signRequest(this.address, 'PUT', `/${bucket}`));
    assert.equal(status, 200);
  }

  /** Puts objects with concurrent calls until all are put or the time is over. @returns their number */
  async fill(keys, content, limitMs = Infinity) {
    const requests = keys.map((key) => signPut(this.address, `/${bucket}/${key}`, content));
    return this.sendAll(this.connections, requests, { limitMs, status: 200 });
  }

  /** Sends requests over connections, each over the next one that is free. @returns the number of calls */
  async sendAll(connections, requests, { limitMs = Infinity, repeat = false, status, method }) {
    const start = performance.now();
    let next = 0;
    const total = repeat ? Infinity : requests.length;
    const work = async (connection) => {
      while (next < total && performance.now() - start < limitMs) {
        const response = await connection.send(requests[next++ % requests.length], { method });
        if (response.status !== status) throw new Error(`HTTP status ${response.status}: ${response.body}`);
      }
    };
    await Promise.all(connections.map(work));
    return next;
  }

  close() {
    for (const connection of this.connections) connection.close();
  }
}

const keysOf = (name, count) => Array.from({ length: count }, (_, index) => `${name}/object-${String(index).padStart(5, '0')}`);
const storedKeys = keysOf('stored', 500);
const listTarget = `/${bucket}?list-type=2&max-keys=1000&prefix=listed%2F&start-after=listed%2Fobject-05000`;

const actions = {
  'put 4 KiB': { status: 200, requests: (handle) => storedKeys.map((key) => signPut(handle.address, `/${bucket}/${key}`, body)) },
  'get 4 KiB': { status: 200, method: 'GET', requests: (handle) => storedKeys.map((key) => handle.sign('GET', key)) },
  head: { status: 200, method: 'HEAD', requests: (handle) => storedKeys.map((key) => handle.sign('HEAD', key)) },
};

async function prepareStored(handle) {
  await handle.fill(storedKeys, body);
  const { body: read } = await handle.connections[0].send(handle.sign('GET', storedKeys[7]));
  assert.deepEqual(read, body);
}

const requestRow =
  (connectionCount) =>
  ([name, { status, method, requests }]) => ({
    name: connectionCount === 1 ? name : `${name}, ${connectionCount} concurrent`,
    prepare: prepareStored,
    async round(handle, measure) {
      const connections = handle.connections.slice(0, connectionCount);
      const signed = requests(handle);
      // Opens the connections, and warms up.
      await handle.sendAll(connections, signed, { limitMs: roundMs / 6, repeat: true, status, method });
      return measure(() => handle.sendAll(connections, signed, { limitMs: roundMs, repeat: true, status, method }));
    },
  });

const deleteRow = (connectionCount) => ({
  name: connectionCount === 1 ? 'delete' : `delete, ${connectionCount} concurrent`,
  prepare: async () => {},
  async round(handle, measure) {
    const keys = keysOf('deleted', maxDeletes);
    const requests = keys.map((key) => handle.sign('DELETE', key));
    const count = Math.min(maxDeletes, await handle.fill(keys, body, 2 * roundMs));
    const connections = handle.connections.slice(0, connectionCount);
    return measure(() => handle.sendAll(connections, requests.slice(0, count), { status: 204 }));
  },
});

const listRow = {
  name: 'page of 1,000 of 10,000',
  async prepare(handle) {
    await handle.fill(keysOf('listed', listedCount), Buffer.from('x'));
    const { body: page } = await handle.connections[0].send(signRequest(handle.address, 'GET', listTarget));
    assert.equal(page.toString().split('<Contents>').length - 1, 1000);
    assert.match(page.toString(), /object-05001/);
  },
  async round(handle, measure) {
    const requests = [signRequest(handle.address, 'GET', listTarget)];
    const connections = handle.connections.slice(0, 1);
    await handle.sendAll(connections, requests, { limitMs: roundMs / 6, repeat: true, status: 200 });
    return measure(() => handle.sendAll(connections, requests, { limitMs: roundMs, repeat: true, status: 200 }));
  },
};

async function putLarge(handle) {
  const request = handle.sign('PUT', 'large', { length: largeSize, hash: unsignedPayload });
  const chunks = Array.from({ length: largeSize / largeChunk.length }, () => largeChunk);
  const { status, body: message } = await handle.connections[0].send(request, { chunks });
  assert.equal(status, 200, String(message));
  return 1;
}

async function getLarge(handle) {
  const { status, length } = await handle.connections[0].send(handle.sign('GET', 'large'));
  assert.equal(status, 200);
  assert.equal(length, largeSize);
  return 1;
}

async function deleteLarge(handle) {
  await handle.connections[0].send(handle.sign('DELETE', 'large'));
}

const largeCommon = { unit: 'ms', scale: 1 / 1000, rounds: 3 };

const largeRows = [
  {
    ...largeCommon,
    name: 'put 1 GiB',
    prepare: async () => {},
    round: (handle, measure) => measure(() => putLarge(handle)),
    after: deleteLarge,
  },
  {
    ...largeCommon,
    name: 'get 1 GiB',
    prepare: putLarge,
    round: (handle, measure) => measure(() => getLarge(handle)),
    after: async () => {},
    end: deleteLarge,
  },
];

const rowsWith = (connectionCount) => [...Object.entries(actions).map(requestRow(connectionCount)), deleteRow(connectionCount)];

export const endpointRows = [...rowsWith(1), ...rowsWith(concurrency), listRow, ...largeRows];

/**
 * Measures a row for each server. The servers take turns; a value is the median of the rounds. A server that fails is left out.
 * @param handles servers by name
 * @returns `{ time, cpu, failures }`, where `time` and `cpu` are rows of a table
 */
export async function measureEndpointRow(row, handles) {
  const results = new Map();
  const failures = [];
  for (const [name, handle] of handles) {
    await attempt(
      name,
      () => row.prepare(handle),
      () => results.set(name, { times: [], cpus: [] }),
    );
  }
  for (let round = 0; round < (row.rounds ?? rounds); round++) {
    for (const [name, { times, cpus }] of results) {
      const handle = handles.get(name);
      const measured = await attempt(name, () => row.round(handle, (action) => measureCalls(handle, action)));
      if (measured === undefined) continue;
      times.push(measured.time);
      cpus.push(measured.cpu);
      await row.after?.(handle);
    }
  }
  for (const name of results.keys()) await row.end?.(handles.get(name));
  const valuesOf = (field) => new Map(Array.from(results, ([name, result]) => [name, median(result[field]) * (row.scale ?? 1)]));
  const common = { name: row.name, unit: row.unit ?? 'us', digits: 0 };
  return { time: { ...common, values: valuesOf('times') }, cpu: { ...common, values: valuesOf('cpus') }, failures };

  async function attempt(name, action, onSuccess = () => {}) {
    try {
      const result = await action();
      onSuccess();
      return result;
    } catch (error) {
      results.delete(name);
      failures.push(`${row.name}, ${name}: ${error.message.slice(0, 200)}`);
      handles.get(name).close();
      return undefined;
    }
  }
}

/** Returns the time of a call and the CPU time of the server, in microseconds. @param action returns the number of calls */
async function measureCalls({ pid }, action) {
  const cpu = cpuTime(pid);
  const start = performance.now();
  const calls = await action();
  const elapsed = (performance.now() - start) * 1000;
  return { time: elapsed / calls, cpu: (cpuTime(pid) - cpu) / calls };
}
