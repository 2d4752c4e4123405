// How costs grow: with the objects in a bucket, and with the bytes of a body. Plots, and the numbers beneath them.
import { dataFolder } from '../child.mjs';
import { pairs } from '../contenders/pairs.mjs';
import { writePlot } from '../plot.mjs';
import { machine, table } from '../report.mjs';
import { measureBodies } from '../rows/growth-bodies.mjs';
import { measureObjects } from '../rows/growth-objects.mjs';
import { units, written } from '../units.mjs';

const [kib, mib, gib] = [2 ** 10, 2 ** 20, 2 ** 30];
const counts = [1e3, 1e4, 1e5, 1e6];
const sizes = [kib, 32 * kib, mib, 32 * mib, gib, 5 * gib];

/** How far a backend goes, where it doesn't go to the end: a million puts to a server take too long, and memory has an end. */
const mostObjects = { minio: 1e5 };
const mostBytes = { memory: gib };

const names = Object.values(pairs).map((pair) => pair.map(({ name }) => name));

/** Less memory than this can't be told from what a process takes by the way. */
const leastMemory = 4 * mib;

/** @returns the section of the README. */
export async function growth() {
  const begun = performance.now();
  const objects = objectPoints();
  const bodies = bodyPoints();
  const seconds = (performance.now() - begun) / 1000;
  const objectRows = [
    ...['put', 'get', 'stat', 'page of 1000'].map((row) => ({ row, title: `${row}, a call`, unit: units.time })),
    { row: 'memory', title: 'memory, an object', unit: units.bytes },
  ];
  const bodyRows = [
    ...['put', 'get'].map((row) => ({ row, title: `${row} as a stream`, unit: units.speed })),
    { row: 'memory', title: 'memory at the most, above the idle process', unit: units.bytes },
  ];
  await plot('objects.svg', objects, objectRows, {
    text: 'Against the number of objects in a bucket',
    subtitle: [
      'Objects of 100 bytes, one call at a time. MinIO: to 100k objects,',
      'and their memory is the server’s. No memory below 4 MiB in all.',
    ],
    x: { title: 'objects', unit: units.count, values: counts },
  });
  await plot('bodies.svg', bodies, bodyRows, {
    text: 'Against the size of a body',
    subtitle: ['Streams of known length, one at a time. In memory: to 1 GiB,', 'all of it held. No memory below 4 MiB.'],
    x: { title: 'bytes', unit: units.bytes, values: sizes },
  });
  return [
    `${machine()}; data in ${dataFolder === '/dev/shm' ? 'a RAM disk' : 'the temporary folder'}; ${(seconds / 60).toFixed(0)} minutes`,
    '![put, get, stat, a page and memory against the number of objects](plots/objects.svg)',
    numbers(objects, objectRows, counts, units.count),
    '![put, get and memory against the size of a body](plots/bodies.svg)',
    numbers(bodies, bodyRows, sizes, units.bytes),
  ].join('\n\n');
}

function objectPoints() {
  return Object.entries(pairs).flatMap(([backend, pair]) => {
    const some = counts.filter((count) => count <= (mostObjects[backend] ?? Infinity));
    const all = pair.map(({ name }) => name);
    // Clients of a server share one bucket: it is filled once.
    const groups = backend === 'minio' ? [all] : all.map((name) => [name]);
    return groups.flatMap((group) => {
      console.error(`growth: ${group.join(', ')}, objects`);
      return measureObjects(group, some).flatMap((point) => {
        if (point.row !== 'memory') return [point];
        return point.value < leastMemory ? [] : [{ ...point, value: point.value / point.size }];
      });
    });
  });
}

function bodyPoints() {
  return Object.entries(pairs).flatMap(([backend, pair]) =>
    pair.flatMap(({ name }) => {
      console.error(`growth: ${name}, bodies`);
      const some = sizes.filter((size) => size <= (mostBytes[backend] ?? Infinity));
      return some.flatMap((size) => measureBodies(name, size)).filter(({ row, value }) => row !== 'memory' || value >= leastMemory);
    }),
  );
}

function plot(file, points, rows, { x, ...title }) {
  const panels = rows.map(({ row, ...panel }) => ({ ...panel, points: points.filter((point) => point.row === row) }));
  return writePlot(file, title, x, panels, names);
}

/** The table: beside a peer's number, how many times that of the backend to its left it is. */
function numbers(points, rows, ticks, tickUnit) {
  const cells = rows.flatMap(({ row, unit }) =>
    ticks.map((size) => {
      const valueOf = (name) => points.find((point) => point.name === name && point.row === row && point.size === size)?.value;
      const cellsOf = ([own, peer]) => {
        const [one, other] = [valueOf(own), valueOf(peer)];
        const ratio = one === undefined || other === undefined ? '' : ` (${(other / one).toFixed(2)}x)`;
        return [one === undefined ? '-' : written(one, unit), other === undefined ? '-' : `${written(other, unit)}${ratio}`];
      };
      return [`${row}, ${written(size, tickUnit)}`, ...names.flatMap(cellsOf)];
    }),
  );
  return table(['', ...names.flat()], cells);
}
