// GETs of 4 KiB and 1 MiB and responses 304, over eight connections.
import assert from 'node:assert/strict';

const requestOf = (key, headers = '') => `GET /${key} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

/** @param batchSize requests per connection and run. */
const rowOf = (name, batchSize, iterations, requestFor, { supports = () => true, status }) => ({
  name,
  unit: 'us',
  digits: 0,
  rounds: 5,
  scale: 1000 / (8 * batchSize),
  options: { time: 0, iterations, warmupTime: 0, warmupIterations: 1 },
  supports,
  async prepare(handle) {
    handle.requests ??= {};
    handle.requests[name] = await requestFor(handle);
    const head = await handle.connections[0].head(handle.requests[name]);
    assert.ok(head.startsWith(`HTTP/1.1 ${status}`), head);
  },
  run: ({ connections, requests }) =>
    Promise.all(
      connections.map(async (connection) => {
        for (let index = 0; index < batchSize; index++) await connection.send(requests[name]);
      }),
    ),
});

async function conditionalRequest({ connections }) {
  const head = await connections[0].head(requestOf('small'));
  return requestOf('small', `If-None-Match: ${/etag: (.*)/i.exec(head)[1]}\r\n`);
}

export const httpRows = [
  rowOf('GET 4 KiB', 20, 5, () => requestOf('small'), { status: 200 }),
  rowOf('GET 1 MiB', 2, 3, () => requestOf('large'), { status: 200 }),
  rowOf('304', 20, 5, conditionalRequest, { status: 304, supports: ({ hasEtags }) => hasEtags }),
];
