// The file system backend beside its peers in a folder.
import { anybucketDurable, anybucketFs } from '../contenders/anybucket-fs.mjs';
import { filesSdkFs } from '../contenders/files-sdk-fs.mjs';
import { flydrive } from '../contenders/flydrive.mjs';
import { flystorageLocal } from '../contenders/flystorage-local.mjs';
import { rawFs } from '../contenders/raw-fs.mjs';
import { unstorageFs } from '../contenders/unstorage-fs.mjs';
import { measureRow } from '../measure.mjs';
import { machine, table, timesTable } from '../report.mjs';
import { durableRow, fileRows } from '../rows/files.mjs';
import { measureGibibyte } from '../rows/gibibyte.mjs';
import { measureImports } from '../rows/import-time.mjs';
import { listing } from '../rows/listing.mjs';

const peers = [flystorageLocal, flydrive, unstorageFs, filesSdkFs];
const contenders = [anybucketFs, rawFs, ...peers];

/** What is to be reached: a sentence, the number it is about, and the most that it may be. */
function goals(rows) {
  const own = anybucketFs.name;
  return rows.flatMap(({ name, values }) => {
    // Of the peers that list, flystorage gives no sizes.
    const rivals = name === listing.name ? [filesSdkFs] : peers;
    const fastest = Math.min(...rivals.map((peer) => values.get(peer.name)));
    const beside = [[`faster than every peer${name === listing.name ? ' that lists sizes' : ''}: ${name}`, values.get(own) / fastest, 1]];
    if (name.startsWith('put 4 KiB'))
      beside.push([`not slower than node:fs/promises: ${name}`, values.get(own) / values.get(rawFs.name), 1]);
    return beside;
  });
}

/** Runs all rows. @returns the section of the README. */
export async function fs() {
  const rows = [];
  for (const row of [...fileRows, listing]) {
    console.error(`fs: ${row.name}`);
    rows.push(await measureRow(row, contenders));
  }
  const reached = goals(rows).map(([goal, value, most]) => [goal, value.toFixed(2), value <= most ? 'yes' : 'no']);
  const names = contenders.map(({ name }) => name);
  console.error('fs: durable, 1 GiB');
  const durable = await measureRow(durableRow, [anybucketFs, anybucketDurable]);
  return [
    machine(),
    timesTable([measureImports(contenders), ...rows], names),
    table(['to reach', 'measured', 'reached'], reached),
    timesTable([durable], [anybucketFs.name, anybucketDurable.name]),
    table(['1 GiB as a stream', 'time', 'memory above the idle process', 'longest pause'], measureGibibyte()),
  ].join('\n\n');
}
