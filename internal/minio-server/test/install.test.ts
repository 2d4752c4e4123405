import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FindOptions } from '../src/find.js';
import { cachedBinary, installMinio } from '../src/install.js';
import { isMinio } from '../src/run.js';
import { Machine, isPosix } from './support.js';

const signal = new AbortController().signal;

function on(machine: Machine, more: NodeJS.ProcessEnv = {}, progress = (_text: string): void => undefined): FindOptions {
  return { env: machine.env(more), cacheFolder: machine.cacheFolder, progress, signal };
}

describe.skipIf(!isPosix)('building into the cache', () => {
  test('several at once don’t disturb each other, and leave the program alone', async () => {
    const machine = new Machine().has('go');
    const program = cachedBinary(machine.cacheFolder);
    const slow = installMinio(on(machine, { FAKE_GO_MS: '500' }));
    const built = await Promise.all([slow, installMinio(on(machine)), installMinio(on(machine))]);
    expect(built).toEqual([program, program, program]);
    await isMinio(program, { env: machine.env(), signal });
    expect(machine.cached()).toHaveLength(1);
  });

  test('a build that fails leaves nothing', async () => {
    const machine = new Machine().has('go');
    await expect(installMinio(on(machine, { FAKE_GO: 'fails' }))).rejects.toThrow('requires go >= 1.24');
    expect(machine.cached()).toEqual([]);
  });

  test('tells that it goes on', async () => {
    const told: string[] = [];
    await installMinio(on(new Machine().has('go'), { FAKE_GO_MS: '1300' }, (text) => told.push(text)));
    expect(told).toContainEqual(expect.stringMatching(/1 packages, \d+ s/));
  });

  test('what killed builds have left is removed after a day, not before', async () => {
    const machine = new Machine().has('go');
    const [old, young] = [join(machine.cacheFolder, 'building-old'), join(machine.cacheFolder, 'building-young')];
    for (const folder of [old, young]) mkdirSync(folder, { recursive: true });
    utimesSync(old, 0, 0);
    await installMinio(on(machine));
    expect(machine.cached()).toContain('building-young');
    expect(machine.cached()).not.toContain('building-old');
  });
});
