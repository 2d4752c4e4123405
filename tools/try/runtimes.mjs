// Runs an app with each runtime other than Node.js.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './harness.mjs';

const denoBinary = ({ folder }) => join(folder, 'node_modules/@deno/linux-x64-glibc/deno');
// The install script of bun moves the binary, where npm runs it.
const bunBinary = ({ folder }) =>
  ['bun/bin/bun.exe', '@oven/bun-linux-x64/bin/bun'].map((file) => join(folder, 'node_modules', file)).find(existsSync);

export const scenarios = [
  {
    name: 'deno',
    tool: 'deno',
    what: '`connect` with the memory and fs backends',
    needs: 'a node_modules folder',
    async run(workshop) {
      const project = await workshop.project('runtimes');
      const output = await project.run(denoBinary(project), [
        'run',
        '--allow-all',
        '--node-modules-dir=manual',
        'connect.js',
        'memory',
        'fs',
      ]);
      assert.deepEqual(JSON.parse(output), { memory: 'ok', fs: 'ok, sole process' });
      return project.versionOf('deno');
    },
  },
  {
    name: 'bun',
    tool: 'bun',
    what: '`connect` with each backend',
    async run(workshop) {
      const project = await workshop.project('runtimes');
      const output = await project.run(bunBinary(project), ['run', 'connect.js', 'memory', 'fs', 'minio']);
      assert.deepEqual(JSON.parse(output), { memory: 'ok', fs: 'ok, sole process', minio: 'ConnectionFailed' });
      return project.versionOf('bun');
    },
  },
  {
    name: 'bun: compile',
    tool: 'bun',
    what: 'the same as a single executable, `bun build --compile`',
    async run(workshop) {
      const project = await workshop.project('runtimes');
      const folder = workshop.emptyFolder();
      await project.run(bunBinary(project), ['build', '--compile', 'connect.js', '--outfile', join(folder, 'app')]);
      const output = await run(join(folder, 'app'), ['memory', 'fs', 'minio'], { cwd: folder });
      assert.deepEqual(JSON.parse(output), { memory: 'ok', fs: 'ok, sole process', minio: 'ConnectionFailed' });
      return project.versionOf('bun');
    },
  },
];
