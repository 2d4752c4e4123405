// Bundles two apps with each bundler, moves the output to an empty folder, and runs it there.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './harness.mjs';

const bundlers = [
  {
    script: 'esbuild-esm',
    tool: 'esbuild',
    what: 'ESM',
    needs: 'a banner that defines `require`, as for every CommonJS dependency',
    quick: true,
  },
  { script: 'esbuild-cjs', tool: 'esbuild', what: 'CommonJS', quick: true },
  { script: 'rollup', tool: 'rollup', needs: 'the plugins node-resolve, commonjs and json' },
  { script: 'rolldown', tool: 'rolldown' },
  { script: 'vite', tool: 'vite', what: 'SSR', needs: '`ssr.noExternal` to bundle dependencies; by default they stay in node_modules' },
  { script: 'webpack', tool: 'webpack' },
  { script: 'ncc', tool: '@vercel/ncc' },
];

/** Bundles an app and runs the output in an empty folder. @returns what the app printed. */
async function bundleAndRun(workshop, project, script, app, args = []) {
  rmSync(join(project.folder, 'out'), { recursive: true, force: true });
  await project.run('npm', ['run', script], { env: { APP: app } });
  const folder = workshop.emptyFolder(`${script}-${app}-${args.join('-')}`);
  cpSync(join(project.folder, 'out'), folder, { recursive: true });
  const entry = readdirSync(folder).find((file) => new RegExp(`^(?:${app}|index)\\.[cm]?js$`).test(file));
  return JSON.parse(await run(process.execPath, [join(folder, entry), ...args], { cwd: folder }));
}

export const scenarios = bundlers.flatMap(({ script, tool, what, needs, quick = false }) => {
  const title = what === undefined ? '' : ` (${what})`;
  const all = { memory: 'ok', fs: 'ok, sole process', minio: 'ConnectionFailed' };
  return [
    {
      name: `${script}: connect`,
      tool,
      what: `\`connect\` with each backend${title}`,
      needs,
      quick,
      async run(workshop) {
        const project = await workshop.project('bundlers');
        assert.deepEqual(await bundleAndRun(workshop, project, script, 'connect', ['memory', 'fs', 'minio']), all);
        return project.versionOf(tool);
      },
    },
    {
      name: `${script}: classes`,
      tool,
      what: `the classes${title}`,
      needs,
      quick,
      async run(workshop) {
        const project = await workshop.project('bundlers');
        assert.deepEqual(await bundleAndRun(workshop, project, script, 'classes'), all);
        return project.versionOf(tool);
      },
    },
    {
      name: `${script}: one backend`,
      tool,
      what: `\`connect\`, only the memory backend is installed${title}`,
      needs,
      quick,
      async run(workshop) {
        const project = await workshop.project('bundlers', { name: 'bundlers-minimal', packages: ['core', 'backend-memory'] });
        const results = await bundleAndRun(workshop, project, script, 'connect', ['memory', 'fs']);
        assert.equal(results.memory, 'ok');
        assert.match(results.fs, /@anybucket\/backend-fs is not installed/);
        return project.versionOf(tool);
      },
    },
  ];
});
