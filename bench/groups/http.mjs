// Objects of the file system backend over HTTP, compared with the servers of files of three frameworks.
import { pairs } from '../contenders/http-servers.mjs';
import { httpRows } from '../rows/http-requests.mjs';
import { measureRow } from '../support/measure-row.mjs';
import { describeMachine, table, timesTable } from '../support/report.mjs';

/** Within 10% of the peer, and ahead for 304. */
const maxRatio = (row) => (row === '304' ? 1 : 1.1);

/** Measures all rows and returns the section of the README. */
export async function http() {
  const tables = [];
  const targets = [];
  for (const [own, peer] of pairs) {
    const opened = await Promise.all([own, peer].map(async (contender) => [contender.name, await contender.open()]));
    const contenders = opened.map(([name, handle]) => ({ name, open: () => handle }));
    const rows = [];
    for (const row of httpRows) {
      console.error(`http: ${own.name}, ${row.name}`);
      rows.push(await measureRow(row, contenders));
    }
    tables.push(timesTable(rows, [own.name, peer.name]));
    for (const { name, values } of rows.filter((row) => row.values.has(peer.name))) {
      const ratio = values.get(own.name) / values.get(peer.name);
      const target = `${name === '304' ? 'ahead of' : 'within 10% of'} ${peer.name}: ${name}`;
      targets.push([target, ratio.toFixed(2), ratio <= maxRatio(name) ? 'yes' : 'no']);
    }
  }
  return [describeMachine(), ...tables, table(['target', 'measured', 'met'], targets)].join('\n\n');
}
