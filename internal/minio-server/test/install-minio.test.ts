import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cachedProgram, installMinio } from '../src/install-minio.js';
import type { InstallOptions } from '../src/install-minio.js';
import { checkIsMinio } from '../src/run-program.js';
import { FakeMachine, isPosix } from './fake-machine.js';

const signal = new AbortController().signal;

function optionsFor(machine: FakeMachine, env: NodeJS.ProcessEnv = {}, onProgress = (_text: string): void => undefined): InstallOptions {
  return { env: machine.env(env), cacheFolder: machine.cacheFolder, onProgress, signal };
}

describe.skipIf(!isPosix)('installMinio', () => {
  test('concurrent builds succeed and leave only the program in the cache', async () => {
    const machine = new FakeMachine().withProgram('go');
    const program = cachedProgram(machine.cacheFolder);
    const slow = installMinio(optionsFor(machine, { FAKE_GO_MS: '500' }));
    const programs = await Promise.all([slow, installMinio(optionsFor(machine)), installMinio(optionsFor(machine))]);
    expect(programs).toEqual([program, program, program]);
    await checkIsMinio(program, { env: machine.env(), signal });
    expect(machine.cached()).toHaveLength(1);
  });

  test('a failed build leaves nothing in the cache', async () => {
    const machine = new FakeMachine().withProgram('go');
    await expect(installMinio(optionsFor(machine, { FAKE_GO: 'fails' }))).rejects.toThrow('requires go >= 1.24');
    expect(machine.cached()).toEqual([]);
  });

  test('reports progress', async () => {
    const texts: string[] = [];
    await installMinio(optionsFor(new FakeMachine().withProgram('go'), { FAKE_GO_MS: '1300' }, (text) => texts.push(text)));
    expect(texts).toContainEqual(expect.stringMatching(/1 packages, \d+ s/));
  });

  test('removes the folders of killed builds after a day', async () => {
    const machine = new FakeMachine().withProgram('go');
    const [old, recent] = [join(machine.cacheFolder, 'building-old'), join(machine.cacheFolder, 'building-recent')];
    for (const folder of [old, recent]) mkdirSync(folder, { recursive: true });
    utimesSync(old, 0, 0);
    await installMinio(optionsFor(machine));
    expect(machine.cached()).toContain('building-recent');
    expect(machine.cached()).not.toContain('building-old');
  });
});
