// GETs of 4 KiB and 1 MiB and responses 304, over eight connections. Measures the time per request, and the CPU time of the server.
import assert from 'node:assert/strict';
import { median } from '../support/measure-row.mjs';
import { cpuTime } from '../support/server-process.mjs';

const rounds = 7;

const requestOf = (key, headers = '') => `GET /${key} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

async function conditionalRequest({ connections }) {
  const head = await connections[0].head(requestOf('small'));
  return requestOf('small', `If-None-Match: ${/etag: (.*)/i.exec(head)[1]}\r\n`);
}

/** `count` is the number of requests per connection and round. */
export const httpRows = [
  { name: 'GET 4 KiB', status: 200, count: 400, requestFor: () => requestOf('small'), supports: () => true },
  { name: 'GET 1 MiB', status: 200, count: 12, requestFor: () => requestOf('large'), supports: () => true },
  { name: '304', status: 304, count: 400, requestFor: conditionalRequest, supports: ({ hasEtags }) => hasEtags },
];

/**
 * Measures a row for the servers that support it, which take turns after a round that is not counted.
 * @param handles the servers, by name
 * @returns `{ time, cpu, ratios }`: rows of tables with the medians of the rounds, and the median ratio of the first server's CPU time to that of
 *   each other server, per round
 */
export async function measureHttpRow({ name, status, count, requestFor, supports }, handles) {
  const servers = [...handles]
    .filter(([, handle]) => supports(handle))
    .map(([server, handle]) => ({ server, ...handle, times: [], cpus: [] }));
  for (const server of servers) {
    server.request = await requestFor(server);
    const head = await server.connections[0].head(server.request);
    assert.ok(head.startsWith(`HTTP/1.1 ${status}`), head);
    await sendAll(server, count);
  }
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      const [cpu, start] = [cpuTime(server.pid), performance.now()];
      const calls = await sendAll(server, count);
      server.times.push((1000 * (performance.now() - start)) / calls);
      server.cpus.push((cpuTime(server.pid) - cpu) / calls);
    }
  }
  const [own, ...peers] = servers;
  const row = (numbersOf) => ({
    name,
    unit: 'us',
    digits: 0,
    values: new Map(servers.map((server) => [server.server, median(numbersOf(server))])),
  });
  return {
    time: row(({ times }) => times),
    cpu: row(({ cpus }) => cpus),
    ratios: new Map(peers.map(({ server, cpus }) => [server, median(cpus.map((cpu, round) => own.cpus[round] / cpu))])),
  };
}

/** Sends a request repeatedly over all connections. Returns the number of requests. */
async function sendAll({ connections, request }, count) {
  await Promise.all(
    connections.map(async (connection) => {
      for (let index = 0; index < count; index++) await connection.send(request);
    }),
  );
  return connections.length * count;
}
