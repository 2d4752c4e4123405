// The memory backend compared with other in-memory stores.
import { anybucketMemory } from '../contenders/anybucket-memory.mjs';
import { filesSdkMemory } from '../contenders/files-sdk-memory.mjs';
import { flystorageMemory } from '../contenders/flystorage-memory.mjs';
import { mapMd5, md5Only } from '../contenders/map-md5.mjs';
import { unstorage } from '../contenders/unstorage.mjs';
import { measureRow } from '../support/measure-row.mjs';
import { describeMachine, table, timesTable } from '../support/report.mjs';
import { measureImports } from '../rows/import-time.mjs';
import { listingRow } from '../rows/listing.mjs';
import { memoryRows } from '../rows/memory-requests.mjs';
import { streamPutRow } from '../rows/stream-put.mjs';

const contenders = [anybucketMemory, mapMd5, md5Only, unstorage, flystorageMemory, filesSdkMemory];
const own = anybucketMemory.name;

/** Returns the targets: a description, the measured value, and the maximum. */
function targets(values) {
  const valueOf = (row, contender = own) => values.get(row).get(contender);
  const ratio = (row, { name }) => valueOf(row) / valueOf(row, name);
  return [
    ['put of 4 KiB: at most 3 times `Map` + MD5', ratio('put 4 KiB', mapMd5), 3],
    ['listing: at most 3 us per object', valueOf(listingRow.name), 3],
    ['stream put: within 20% of MD5 only', ratio(streamPutRow.name, md5Only), 1.2],
    ['import: at most 50 ms more than an empty program', valueOf('import'), 50],
    ...['put 4 KiB', 'get 4 KiB', 'stat', listingRow.name, streamPutRow.name].map((row) => [
      `faster than files-sdk: ${row}`,
      ratio(row, filesSdkMemory),
      1,
    ]),
    ['faster than flystorage: get 4 KiB', ratio('get 4 KiB', flystorageMemory), 1],
  ];
}

/** Measures all rows and returns the section of the README. */
export async function memory() {
  const rows = [measureImports(contenders)];
  for (const row of [...memoryRows, listingRow, streamPutRow]) {
    console.error(`memory: ${row.name}`);
    rows.push(await measureRow(row, contenders));
  }
  const values = new Map(rows.map((row) => [row.name, row.values]));
  const targetRows = targets(values).map(([target, value, max]) => [target, value.toFixed(2), value <= max ? 'yes' : 'no']);
  const names = contenders.map(({ name }) => name);
  return [describeMachine(), timesTable(rows, names), table(['target', 'measured', 'met'], targetRows)].join('\n\n');
}
