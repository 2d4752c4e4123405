// Import times, measured in separate processes.
import { spawnSync } from 'node:child_process';
import { median } from '../support/measure-row.mjs';

const rounds = 15;

/** Measures the import time of each contender that is a package, minus the time of an empty program, in milliseconds. */
export function measureImports(contenders) {
  const programs = new Map([['', '']]);
  for (const { name, imports } of contenders) {
    if (imports !== undefined) programs.set(name, imports.map((specifier) => `import '${specifier}';`).join(' '));
  }
  const times = new Map(Array.from(programs.keys(), (name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, program] of programs) times.get(name).push(timeOf(program));
  }
  const empty = median(times.get(''));
  times.delete('');
  return { name: 'import', unit: 'ms', digits: 0, values: new Map(Array.from(times, ([name, each]) => [name, median(each) - empty])) };
}

function timeOf(program) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  return performance.now() - start;
}
