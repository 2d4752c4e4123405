// Measures one row of a table for several contenders.
import { Bench } from 'tinybench';

const defaultRounds = 5;

/**
 * Measures a row for each contender that supports it. The contenders take turns in five rounds, so that other load on the machine affects all
 * of them. The time of a round is its mean, which includes garbage collection. The result is the median of the rounds.
 * @param row `{ name, unit, scale, digits, rounds?, options, warmupRounds?, supports(handle), prepare(handle), run(handle, index) }`. `scale` is
 *   the number of units per millisecond. With `warmupRounds`, each contender runs all its rounds in a row, after that many uncounted rounds.
 * @param contenders `{ name, open() }`
 */
export async function measureRow(row, contenders) {
  const opened = [];
  for (const { name, open } of contenders) {
    const contender = { name, handle: await open(), times: [], index: 0 };
    if (!row.supports(contender.handle)) continue;
    await row.prepare(contender.handle);
    opened.push(contender);
    for (let round = 0; row.warmupRounds !== undefined && round < row.warmupRounds + defaultRounds; round++)
      contender.times.push(await measureRound(row, contender));
  }
  for (let round = 0; row.warmupRounds === undefined && round < (row.rounds ?? defaultRounds); round++) {
    for (const contender of opened) contender.times.push(await measureRound(row, contender));
  }
  const values = new Map(opened.map(({ name, times }) => [name, median(times.slice(row.warmupRounds ?? 0)) * row.scale]));
  const { name, unit, digits } = row;
  return { name, unit, digits, values };
}

/** Returns the mean of one round in milliseconds. */
async function measureRound(row, contender) {
  const bench = new Bench(row.options);
  // Without `async`, tinybench would make an extra call to find out.
  bench.add(row.name, () => row.run(contender.handle, contender.index++), { async: true });
  const [task] = await bench.run();
  if (task.result.state !== 'completed')
    throw new Error(`${row.name}, ${contender.name}: ${task.result.error?.message ?? task.result.state}`);
  return task.result.latency.mean;
}

export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
