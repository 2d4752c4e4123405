// The MinIO backend compared with other clients of the same server.
import { anybucketMinio } from '../contenders/anybucket-minio.mjs';
import { awsSdk } from '../contenders/aws-sdk.mjs';
import { mc, mcIsInstalled } from '../contenders/mc.mjs';
import { minioJs } from '../contenders/minio-js.mjs';
import { bucketName, serverAddress, stopServer } from '../support/minio-server.mjs';
import { measureRow } from '../support/measure-row.mjs';
import { describeMachine, table, timesTable } from '../support/report.mjs';
import { serverRows } from '../rows/server-requests.mjs';
import { measureResidentMemory } from '../rows/resident-memory.mjs';
import { transferRows } from '../rows/transfers.mjs';

const contenders = [anybucketMinio, minioJs, awsSdk, ...(mcIsInstalled ? [mc] : [])];

/** Returns the targets: a description, the measured value, and the maximum. */
function targets(rows, { mebibytes }) {
  const ratio = (row, { name }) => row.values.get(anybucketMinio.name) / row.values.get(name);
  const requests = rows.filter(({ name }) => serverRows.some((row) => row.name === name));
  const transfers = rows.filter((row) => !requests.includes(row));
  return [
    ...requests.map((row) => [`within 5% of minio-js: ${row.name}`, ratio(row, minioJs), 1.05]),
    ...transfers.map((row) => [`as fast as the AWS SDK: ${row.name}`, ratio(row, awsSdk), 1]),
    ...(mcIsInstalled ? transfers.map((row) => [`within 15% of mc: ${row.name}`, ratio(row, mc), 1.15]) : []),
    ['5 GiB of unknown length: at most 150 MiB of resident memory', mebibytes, 150],
  ];
}

/** Measures all rows and returns the section of the README. */
export async function minio() {
  try {
    const rows = [];
    for (const row of [...serverRows, ...transferRows]) {
      console.error(`minio: ${row.name}`);
      rows.push(await measureRow(row, contenders));
    }
    console.error('minio: 5 GiB');
    const resident = measureResidentMemory(await serverAddress(), bucketName);
    const targetRows = targets(rows, resident).map(([target, value, max]) => [target, value.toFixed(2), value <= max ? 'yes' : 'no']);
    const names = contenders.map(({ name }) => name);
    const memory = `A put of 5 GiB of unknown length took ${resident.seconds.toFixed(1)} s and ${resident.mebibytes.toFixed(0)} MiB of resident memory in total.`;
    return [describeMachine(), timesTable(rows, names), memory, table(['target', 'measured', 'met'], targetRows)].join('\n\n');
  } finally {
    await stopServer();
  }
}
