// Objects of the file system backend over HTTP, compared with the servers of files of three frameworks.
import { pairs } from '../contenders/http-servers.mjs';
import { httpRows, measureHttpRow } from '../rows/http-requests.mjs';
import { describeMachine, table, timesTable } from '../support/report.mjs';

/** Within 10% of the peer, and ahead for 304. */
const maxRatio = (row) => (row === '304' ? 1 : 1.1);

/** Measures all rows and returns the section of the README. */
export async function http() {
  const tables = [];
  const targets = [];
  for (const [own, peer] of pairs) {
    const handles = new Map();
    for (const contender of [own, peer]) handles.set(contender.name, await contender.open());
    const [times, cpus] = [[], []];
    for (const row of httpRows) {
      console.error(`http: ${own.name}, ${row.name}`);
      const { time, cpu, ratios } = await measureHttpRow(row, handles);
      times.push(time);
      cpus.push({ ...cpu, name: `${cpu.name}, CPU time` });
      for (const [name, ratio] of ratios) {
        const target = `${row.name === '304' ? 'ahead of' : 'within 10% of'} ${name}: ${row.name}`;
        targets.push([target, ratio.toFixed(2), ratio <= maxRatio(row.name) ? 'yes' : 'no']);
      }
    }
    tables.push(timesTable([...times, ...cpus], [own.name, peer.name]));
  }
  return [describeMachine(), ...tables, table(['target', 'measured', 'met'], targets)].join('\n\n');
}
