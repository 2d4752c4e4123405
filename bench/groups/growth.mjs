// Costs by the number of objects in a bucket and by the size of a body, as plots and tables.
import { dataFolder } from '../support/child-process.mjs';
import { pairs } from '../contenders/pairs.mjs';
import { writePlot } from '../support/write-plot.mjs';
import { describeMachine, table } from '../support/report.mjs';
import { measureBodies } from '../rows/growth-bodies.mjs';
import { measureObjects } from '../rows/growth-objects.mjs';
import { units, formatValue } from '../support/units.mjs';

const [kib, mib, gib] = [2 ** 10, 2 ** 20, 2 ** 30];
const counts = [1e3, 1e4, 1e5, 1e6];
const sizes = [kib, 32 * kib, mib, 32 * mib, gib, 5 * gib];

/** The limits of some backends: a million puts to a server take too long, and memory is limited. */
const maxObjects = { minio: 1e5 };
const maxBodyBytes = { memory: gib };

const names = Object.values(pairs).map((pair) => pair.map(({ name }) => name));

/** Smaller amounts cannot be distinguished from other memory of the process. */
const minMemory = 4 * mib;

/** Measures all points, writes the plots, and returns the section of the README. */
export async function growth() {
  const start = performance.now();
  const objects = objectPoints();
  const bodies = bodyPoints();
  const seconds = (performance.now() - start) / 1000;
  const objectRows = [
    ...['put', 'get', 'stat', 'page of 1000'].map((row) => ({ row, title: `${row}, per call`, unit: units.time })),
    { row: 'memory', title: 'memory per object', unit: units.bytes },
  ];
  const bodyRows = [
    ...['put', 'get'].map((row) => ({ row, title: `${row} as a stream`, unit: units.speed })),
    { row: 'memory', title: 'peak memory above the idle process', unit: units.bytes },
  ];
  await plot('objects.svg', objects, objectRows, {
    text: 'By number of objects in a bucket',
    subtitle: [
      'Objects of 100 bytes, one call at a time. MinIO: up to 100k objects,',
      'without the memory of the server. Memory below 4 MiB is not shown.',
    ],
    x: { title: 'objects', unit: units.count, values: counts },
  });
  await plot('bodies.svg', bodies, bodyRows, {
    text: 'By size of a body',
    subtitle: ['Streams of known length, one at a time. In memory: up to 1 GiB.', 'Memory below 4 MiB is not shown.'],
    x: { title: 'bytes', unit: units.bytes, values: sizes },
  });
  return [
    `${describeMachine()}; data in ${dataFolder === '/dev/shm' ? 'a RAM disk' : 'the temporary folder'}; ${(seconds / 60).toFixed(0)} minutes`,
    '![put, get, stat, a page and memory by number of objects](plots/objects.svg)',
    valuesTable(objects, objectRows, counts, units.count),
    '![put, get and memory by size of a body](plots/bodies.svg)',
    valuesTable(bodies, bodyRows, sizes, units.bytes),
  ].join('\n\n');
}

function objectPoints() {
  return Object.entries(pairs).flatMap(([backend, pair]) => {
    const ownCounts = counts.filter((count) => count <= (maxObjects[backend] ?? Infinity));
    const all = pair.map(({ name }) => name);
    // The clients of a server share one bucket, which is filled once.
    const groups = backend === 'minio' ? [all] : all.map((name) => [name]);
    return groups.flatMap((group) => {
      console.error(`growth: ${group.join(', ')}, objects`);
      return measureObjects(group, ownCounts).flatMap((point) => {
        if (point.row !== 'memory') return [point];
        return point.value < minMemory ? [] : [{ ...point, value: point.value / point.size }];
      });
    });
  });
}

function bodyPoints() {
  return Object.entries(pairs).flatMap(([backend, pair]) =>
    pair.flatMap(({ name }) => {
      console.error(`growth: ${name}, bodies`);
      const ownSizes = sizes.filter((size) => size <= (maxBodyBytes[backend] ?? Infinity));
      return ownSizes.flatMap((size) => measureBodies(name, size)).filter(({ row, value }) => row !== 'memory' || value >= minMemory);
    }),
  );
}

function plot(file, points, rows, { x, ...title }) {
  const panels = rows.map(({ row, ...panel }) => ({ ...panel, points: points.filter((point) => point.row === row) }));
  return writePlot(file, title, x, panels, names);
}

/** Returns the table. The values of a peer have their ratio to the backend on their left. */
function valuesTable(points, rows, ticks, tickUnit) {
  const cells = rows.flatMap(({ row, unit }) =>
    ticks.map((size) => {
      const valueOf = (name) => points.find((point) => point.name === name && point.row === row && point.size === size)?.value;
      const cellsOf = ([own, peer]) => {
        const [one, other] = [valueOf(own), valueOf(peer)];
        const ratio = one === undefined || other === undefined ? '' : ` (${(other / one).toFixed(2)}x)`;
        return [one === undefined ? '-' : formatValue(one, unit), other === undefined ? '-' : `${formatValue(other, unit)}${ratio}`];
      };
      return [`${row}, ${formatValue(size, tickUnit)}`, ...names.flatMap(cellsOf)];
    }),
  );
  return table(['', ...names.flat()], cells);
}
