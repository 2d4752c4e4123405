// The MinIO backend beside other clients of the same server.
import { anybucketMinio } from '../contenders/anybucket-minio.mjs';
import { awsSdk } from '../contenders/aws-sdk.mjs';
import { mc, mcIsInstalled } from '../contenders/mc.mjs';
import { minioJs } from '../contenders/minio-js.mjs';
import { bucketName, serverAddress, stopServer } from '../contenders/minio-server.mjs';
import { measureRow } from '../measure.mjs';
import { machine, table, timesTable } from '../report.mjs';
import { requestRows } from '../rows/requests.mjs';
import { measureResident } from '../rows/resident-memory.mjs';
import { transferRows } from '../rows/transfers.mjs';

const contenders = [anybucketMinio, minioJs, awsSdk, ...(mcIsInstalled ? [mc] : [])];

/** What is to be reached: a sentence, the number it is about, and the most that it may be. */
function goals(rows, { mebibytes }) {
  const beside = (row, { name }) => row.values.get(anybucketMinio.name) / row.values.get(name);
  const requests = rows.filter(({ name }) => requestRows.some((row) => row.name === name));
  const transfers = rows.filter((row) => !requests.includes(row));
  return [
    ...requests.map((row) => [`within 5% of minio-js: ${row.name}`, beside(row, minioJs), 1.05]),
    ...transfers.map((row) => [`as fast as the AWS SDK: ${row.name}`, beside(row, awsSdk), 1]),
    ...(mcIsInstalled ? transfers.map((row) => [`within 15% of mc: ${row.name}`, beside(row, mc), 1.15]) : []),
    ['5 GiB of unknown length: at most 150 MiB resident', mebibytes, 150],
  ];
}

/** Runs all rows. @returns the section of the README. */
export async function minio() {
  try {
    const rows = [];
    for (const row of [...requestRows, ...transferRows]) {
      console.error(`minio: ${row.name}`);
      rows.push(await measureRow(row, contenders));
    }
    console.error('minio: 5 GiB');
    const resident = measureResident(await serverAddress(), bucketName);
    const reached = goals(rows, resident).map(([goal, value, most]) => [goal, value.toFixed(2), value <= most ? 'yes' : 'no']);
    const names = contenders.map(({ name }) => name);
    const memory = `A put of 5 GiB of unknown length took ${resident.seconds.toFixed(1)} s and ${resident.mebibytes.toFixed(0)} MiB of resident memory in all.`;
    return [machine(), timesTable(rows, names), memory, table(['to reach', 'measured', 'reached'], reached)].join('\n\n');
  } finally {
    await stopServer();
  }
}
