// The file system backend compared with other stores in a folder.
import { anybucketDurable, anybucketFs } from '../contenders/anybucket-fs.mjs';
import { filesSdkFs } from '../contenders/files-sdk-fs.mjs';
import { flydrive } from '../contenders/flydrive.mjs';
import { flystorageLocal } from '../contenders/flystorage-local.mjs';
import { rawFs } from '../contenders/raw-fs.mjs';
import { unstorageFs } from '../contenders/unstorage-fs.mjs';
import { measureRow } from '../support/measure-row.mjs';
import { describeMachine, table, timesTable } from '../support/report.mjs';
import { durableRow, fileRows } from '../rows/file-requests.mjs';
import { measureGibibyteStreams } from '../rows/gibibyte-stream.mjs';
import { measureImports } from '../rows/import-time.mjs';
import { listingRow } from '../rows/listing.mjs';

const peers = [flystorageLocal, flydrive, unstorageFs, filesSdkFs];
const contenders = [anybucketFs, rawFs, ...peers];

/** Returns the targets: a description, the measured value, and the maximum. */
function targets(rows) {
  const own = anybucketFs.name;
  return rows.flatMap(({ name, values }) => {
    // The other peers do not list sizes.
    const comparable = name === listingRow.name ? [filesSdkFs] : peers;
    const fastest = Math.min(...comparable.map((peer) => values.get(peer.name)));
    const result = [
      [`faster than every peer${name === listingRow.name ? ' with sizes in listings' : ''}: ${name}`, values.get(own) / fastest, 1],
    ];
    if (name.startsWith('put 4 KiB'))
      result.push([`not slower than node:fs/promises: ${name}`, values.get(own) / values.get(rawFs.name), 1]);
    return result;
  });
}

/** Measures all rows and returns the section of the README. */
export async function fs() {
  const rows = [];
  for (const row of [...fileRows, listingRow]) {
    console.error(`fs: ${row.name}`);
    rows.push(await measureRow(row, contenders));
  }
  const targetRows = targets(rows).map(([target, value, max]) => [target, value.toFixed(2), value <= max ? 'yes' : 'no']);
  const names = contenders.map(({ name }) => name);
  console.error('fs: durable, 1 GiB');
  const durable = await measureRow(durableRow, [anybucketFs, anybucketDurable]);
  return [
    describeMachine(),
    timesTable([measureImports(contenders), ...rows], names),
    table(['target', 'measured', 'met'], targetRows),
    timesTable([durable], [anybucketFs.name, anybucketDurable.name]),
    table(['1 GiB as a stream', 'time', 'peak memory above idle', 'longest event loop pause'], measureGibibyteStreams()),
  ].join('\n\n');
}
