// Bundles two apps with each bundler, moves the output to an empty folder, and runs it there. fs-native-extensions, the native addon that locks
// files for the fs backend, is left out of every bundle and copied beside it.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './harness.mjs';

const bundlers = [
  {
    script: 'esbuild-esm',
    tool: 'esbuild',
    format: 'ES modules',
    needs: 'a banner that defines `require`, as for every bundled CommonJS package',
    quick: true,
  },
  { script: 'esbuild-cjs', tool: 'esbuild', format: 'CommonJS' },
  { script: 'rollup', tool: 'rollup', format: 'ES modules', needs: 'the plugins node-resolve, commonjs and json' },
  { script: 'rolldown', tool: 'rolldown', format: 'ES modules' },
  { script: 'vite', tool: 'vite', format: 'SSR', needs: '`ssr.noExternal`, if dependencies are to be bundled at all' },
  { script: 'webpack', tool: 'webpack', format: 'CommonJS' },
  { script: 'ncc', tool: '@vercel/ncc', format: 'CommonJS' },
];

/**
 * Bundles an app and runs the output in an empty folder.
 * @param addon whether fs-native-extensions is copied there.
 * @returns what the app printed.
 */
async function bundleAndRun(workshop, project, script, { app, args = [], addon = true }) {
  rmSync(join(project.folder, 'out'), { recursive: true, force: true });
  await project.run('npm', ['run', script], { env: { APP: app } });
  const folder = workshop.emptyFolder();
  cpSync(join(project.folder, 'out'), folder, { recursive: true });
  if (addon) project.copyPackage('fs-native-extensions', folder);
  const entry = readdirSync(folder).find((file) => new RegExp(`^(?:${app}|index)\\.[cm]?js$`).test(file));
  return JSON.parse(await run(process.execPath, [join(folder, entry), ...args], { cwd: folder }));
}

const everyBackend = { memory: 'ok', fs: 'ok', minio: 'ConnectionFailed' };

const apps = [
  {
    name: 'connect',
    what: '`connect` with each backend',
    async run(workshop, script) {
      const project = await workshop.project('bundlers');
      const args = Object.keys(everyBackend);
      assert.deepEqual(await bundleAndRun(workshop, project, script, { app: 'connect', args }), everyBackend);
      return project;
    },
  },
  {
    name: 'classes',
    what: 'the class of each backend',
    async run(workshop, script) {
      const project = await workshop.project('bundlers');
      assert.deepEqual(await bundleAndRun(workshop, project, script, { app: 'classes' }), everyBackend);
      return project;
    },
  },
  {
    name: 'no addon',
    what: 'without fs-native-extensions, where the fs backend has its root alone',
    async run(workshop, script) {
      const project = await workshop.project('bundlers');
      const { memory, fs } = await bundleAndRun(workshop, project, script, { app: 'connect', args: ['memory', 'fs'], addon: false });
      assert.equal(memory, 'ok');
      assert.equal(fs, 'ok, sole process');
      return project;
    },
  },
  {
    name: 'one backend',
    // A project of its own, which takes time to install.
    isQuick: false,
    what: '`connect` with only the memory backend installed',
    async run(workshop, script) {
      const project = await workshop.project('bundlers', { name: 'bundlers-memory', packages: ['core', 'backend-memory'] });
      const { memory, fs } = await bundleAndRun(workshop, project, script, { app: 'connect', args: ['memory', 'fs'], addon: false });
      assert.equal(memory, 'ok');
      assert.match(fs, /^ConfigError: .*@anybucket\/backend-fs is not installed/);
      return project;
    },
  },
];

export const scenarios = bundlers.flatMap(({ script, tool, format, needs, quick = false }) =>
  apps.map((app) => ({
    name: `${script}: ${app.name}`,
    tool,
    variant: format,
    what: app.what,
    needs,
    quick: quick && app.isQuick !== false,
    async run(workshop) {
      return (await app.run(workshop, script)).versionOf(tool);
    },
  })),
);
