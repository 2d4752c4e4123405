// The MinIO backend compared with other clients of the same server.
import { anybucketMinio } from '../contenders/anybucket-minio.mjs';
import { awsSdk } from '../contenders/aws-sdk.mjs';
import { mc, mcIsInstalled } from '../contenders/mc.mjs';
import { minioJs } from '../contenders/minio-js.mjs';
import { bucketName, serverAddress, stopServer } from '../support/minio-server.mjs';
import { measureRow } from '../support/measure-row.mjs';
import { describeMachine, table, timesTable } from '../support/report.mjs';
import { serverRows } from '../rows/server-requests.mjs';
import { largePut, measureResidentMemory, parallelPuts } from '../rows/resident-memory.mjs';
import { transferRows } from '../rows/transfers.mjs';

const contenders = [anybucketMinio, minioJs, awsSdk, ...(mcIsInstalled ? [mc] : [])];

/** Returns the targets: a description, the measured value, and the maximum. */
function targets(rows, large, parallel) {
  const ratio = (row, { name }) => row.values.get(anybucketMinio.name) / row.values.get(name);
  const requests = rows.filter(({ name }) => serverRows.some((row) => row.name === name));
  const transfers = rows.filter((row) => !requests.includes(row));
  return [
    ...requests.map((row) => [`ahead of minio-js: ${row.name}`, ratio(row, minioJs), 1]),
    ...transfers.map((row) => [`as fast as the AWS SDK: ${row.name}`, ratio(row, awsSdk), 1]),
    ...(mcIsInstalled ? transfers.map((row) => [`within 10% of mc: ${row.name}`, ratio(row, mc), 1.1]) : []),
    ['5 GiB of unknown length: at most 130 MiB of resident memory', large.mebibytes, 130],
    ['1,000 parallel puts of streams of 1 MiB: at most 400 MiB of resident memory', parallel.mebibytes, 400],
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
    console.error('minio: resident memory');
    const address = await serverAddress();
    const large = measureResidentMemory(address, bucketName, largePut);
    const parallel = measureResidentMemory(address, bucketName, parallelPuts);
    const targetRows = targets(rows, large, parallel).map(([target, value, max]) => [
      target,
      value.toFixed(2),
      value <= max ? 'yes' : 'no',
    ]);
    const names = contenders.map(({ name }) => name);
    const describe = ({ seconds, mebibytes }) => `${seconds.toFixed(1)} s and ${mebibytes.toFixed(0)} MiB of resident memory in total`;
    const memory = `A put of 5 GiB of unknown length took ${describe(large)}, 1,000 parallel puts of streams of 1 MiB ${describe(parallel)}.`;
    return [describeMachine(), timesTable(rows, names), memory, table(['target', 'measured', 'met'], targetRows)].join('\n\n');
  } finally {
    await stopServer();
  }
}
