import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { generateProgram } from '../src/generate/program.js';
import { toCode } from '../src/report/to-code.js';

const callsOf = (seed: number, programNumber: number) => generateProgram(seed, programNumber, 200).map(({ call }) => call);

test('the same seed and number give the same program, others give different programs', () => {
  expect(callsOf(7, 3)).toEqual(callsOf(7, 3));
  expect(callsOf(7, 3)).not.toEqual(callsOf(7, 4));
  expect(callsOf(7, 3)).not.toEqual(callsOf(8, 3));
});

test('printed programs run to the end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-differ-'));
  try {
    await symlink(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));
    for (const number of [1, 2, 3]) {
      const program = join(folder, `${number}.mjs`);
      await writeFile(program, `${toCode(callsOf(7, number))}console.log('done');\n`);
      const { stdout } = await promisify(execFile)(process.execPath, [program], { maxBuffer: 2 ** 28 });
      expect(stdout).toMatch(/done\n$/);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
