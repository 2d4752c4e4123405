// Times rows: what is done once for each contender, and what is repeated.
import { Bench } from 'tinybench';

const rounds = 5;

/**
 * Measures a row for each contender that can do it. The contenders take turns in five rounds, so that a busy moment of the machine hits all
 * of them; a round's time is its mean, which has garbage collection in it, and the answer is the median of the rounds.
 * @param row `{ name, unit, scale, digits, rounds?, options, warmup, can(handle), prepare(handle), step(handle, index) }`. `scale`: units a
 *   millisecond. `warmup`: with it each contender runs its rounds on end, behind so many that don't count
 * @param contenders `{ name, open() }`
 */
export async function measureRow(row, contenders) {
  const opened = [];
  for (const { name, open } of contenders) {
    const contender = { name, handle: await open(), times: [], index: 0 };
    if (!row.can(contender.handle)) continue;
    await row.prepare(contender.handle);
    opened.push(contender);
    for (let round = 0; row.warmup !== undefined && round < row.warmup + rounds; round++)
      contender.times.push(await timeOf(row, contender));
  }
  for (let round = 0; row.warmup === undefined && round < (row.rounds ?? rounds); round++) {
    for (const contender of opened) contender.times.push(await timeOf(row, contender));
  }
  const values = new Map(opened.map(({ name, times }) => [name, median(times.slice(row.warmup ?? 0)) * row.scale]));
  const { name, unit, digits } = row;
  return { name, unit, digits, values };
}

/** The mean of one round in milliseconds. */
async function timeOf(row, contender) {
  const bench = new Bench(row.options);
  // Said, since tinybench would find it out by one call more.
  bench.add(row.name, () => row.step(contender.handle, contender.index++), { async: true });
  const [task] = await bench.run();
  if (task.result.state !== 'completed')
    throw new Error(`${row.name}, ${contender.name}: ${task.result.error?.message ?? task.result.state}`);
  return task.result.latency.mean;
}

/** The middle one. */
export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
