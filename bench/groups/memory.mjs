// The memory backend beside its peers in memory.
import { anybucketMemory } from '../contenders/anybucket-memory.mjs';
import { filesSdkMemory } from '../contenders/files-sdk-memory.mjs';
import { flystorageMemory } from '../contenders/flystorage-memory.mjs';
import { mapMd5, md5Alone } from '../contenders/map-md5.mjs';
import { unstorage } from '../contenders/unstorage.mjs';
import { measureRow } from '../measure.mjs';
import { machine, table, timesTable } from '../report.mjs';
import { measureImports } from '../rows/import-time.mjs';
import { listing } from '../rows/listing.mjs';
import { smallObjects } from '../rows/small-objects.mjs';
import { streamPut } from '../rows/stream.mjs';

const contenders = [anybucketMemory, mapMd5, md5Alone, unstorage, flystorageMemory, filesSdkMemory];
const own = anybucketMemory.name;

/** What is to be reached: a sentence, the number it is about, and the most that it may be. */
function goals(values) {
  const of = (row, contender = own) => values.get(row).get(contender);
  const ratio = (row, { name }) => of(row) / of(row, name);
  return [
    ['put of 4 KiB: at most 3 times `Map` + MD5', ratio('put 4 KiB', mapMd5), 3],
    ['listing: at most 3 us an object', of(listing.name), 3],
    ["stream put: within 20% of MD5's own speed", ratio(streamPut.name, md5Alone), 1.2],
    ['import: under 50 ms over an empty program', of('import'), 50],
    ...['put 4 KiB', 'get 4 KiB', 'stat', listing.name, streamPut.name].map((row) => [
      `faster than files-sdk: ${row}`,
      ratio(row, filesSdkMemory),
      1,
    ]),
    ['faster than flystorage: get 4 KiB', ratio('get 4 KiB', flystorageMemory), 1],
  ];
}

/** Runs all rows. @returns the section of the README. */
export async function memory() {
  const rows = [measureImports(contenders)];
  for (const row of [...smallObjects, listing, streamPut]) {
    console.error(`memory: ${row.name}`);
    rows.push(await measureRow(row, contenders));
  }
  const values = new Map(rows.map((row) => [row.name, row.values]));
  const reached = goals(values).map(([goal, value, most]) => [goal, value.toFixed(2), value <= most ? 'yes' : 'no']);
  const names = contenders.map(({ name }) => name);
  return [machine(), timesTable(rows, names), table(['to reach', 'measured', 'reached'], reached)].join('\n\n');
}
