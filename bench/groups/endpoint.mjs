// The S3 endpoint compared with other S3 servers.
import { anybucketFs, anybucketMemory, fauxqs, minio, moto, nodeHttp, s3rver, versitygw } from '../servers/servers.mjs';
import { endpointRows, measureEndpointRow, ServerHandle } from '../rows/endpoint-requests.mjs';
import { measureStarts, measureUploads } from '../rows/endpoint-process.mjs';
import { describeMachine, table, timesTable } from '../support/report.mjs';

const others = [minio, versitygw, moto, s3rver, fauxqs];
const servers = [anybucketMemory, anybucketFs, ...others, nodeHttp];
const largeRows = ['put 1 GiB', 'get 1 GiB'];

/** Returns the targets: a description, the measured value, and the maximum. */
function targets(rows, processes) {
  const valueOf = (row, { name }) => row.values.get(name) ?? NaN;
  const small = rows.filter(({ name }) => !largeRows.includes(name));
  const large = rows.filter(({ name }) => largeRows.includes(name));
  return [
    ...small.map((row) => [
      `memory, faster than every other server: ${row.name}`,
      valueOf(row, anybucketMemory) / Math.min(...others.map((server) => row.values.get(server.name) ?? Infinity)),
      1,
    ]),
    ...small.map((row) => [`fs, faster than MinIO: ${row.name}`, valueOf(row, anybucketFs) / valueOf(row, minio), 1]),
    ...[anybucketMemory, anybucketFs].flatMap((server) =>
      large.map((row) => [`${server.name}, within 20% of MinIO: ${row.name}`, valueOf(row, server) / valueOf(row, minio), 1.2]),
    ),
    ...processes.flatMap(({ server, startMs, idle, peak }) => [
      [`${server.name}: first response within 150 ms`, startMs, 150],
      [`${server.name}: at most 90 MiB when idle`, idle, 90],
      [`${server.name}: at most 250 MiB under 64 uploads of 100 MiB`, peak, 250],
    ]),
  ];
}

/** Measures all rows and returns the section of the README. */
export async function endpoint() {
  const processes = [];
  for (const server of [anybucketMemory, anybucketFs]) {
    console.error(`endpoint: process of ${server.name}`);
    const measured = await measureStarts(server);
    processes.push({ server, ...measured, peak: await measureUploads(server, server === anybucketMemory) });
  }
  const started = [];
  const handles = new Map();
  const [times, cpus] = [[], []];
  try {
    for (const { name, ...contender } of servers) {
      const server = await contender.start();
      if (server === undefined) continue;
      started.push(server);
      const handle = new ServerHandle(server);
      await handle.createBucket();
      handles.set(name, handle);
    }
    for (const row of endpointRows) {
      console.error(`endpoint: ${row.name}`);
      const measured = await measureEndpointRow(row, handles);
      times.push(measured.time);
      cpus.push(measured.cpu);
      for (const failure of measured.failures) console.error(failure);
    }
  } finally {
    for (const handle of handles.values()) handle.close();
    for (const server of started) await server.stop();
  }
  const names = servers.map(({ name }) => name);
  const mebibytes = (value) => `${value.toFixed(0)} MiB`;
  const processRows = processes.map(({ server, startMs, idle, peak }) => [
    server.name,
    `${startMs.toFixed(0)} ms`,
    mebibytes(idle),
    mebibytes(peak),
  ]);
  const targetRows = targets(times, processes).map(([target, value, max]) => [target, value.toFixed(2), value <= max ? 'yes' : 'no']);
  return [
    describeMachine(),
    timesTable(times, names),
    'CPU time of the server per call:',
    timesTable(cpus, names),
    table(['process', 'first response', 'idle', '64 uploads of 100 MiB'], processRows),
    table(['target', 'measured', 'met'], targetRows),
  ].join('\n\n');
}
