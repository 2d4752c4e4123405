// What all scenarios share: packing the packages, fresh projects with them, and running commands there.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const apps = fileURLToPath(new URL('apps', import.meta.url));
const examples = fileURLToPath(new URL('../../examples', import.meta.url));
/** What apps install. */
const packageNames = ['core', 'backend-memory', 'backend-fs', 'backend-minio'];

/**
 * Runs a command to its end.
 * @returns its standard output.
 * @throws `Error` with the end of its output, when it fails or takes longer than `timeoutMs`.
 */
export function run(command, args, { cwd, env = {}, timeoutMs = 300_000 }) {
  const { promise, resolve, reject } = deferred();
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
  let stdout = '';
  let output = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    output += chunk;
  });
  child.stderr.on('data', (chunk) => (output += chunk));
  child.on('error', reject);
  child.on('close', (code, signal) => {
    if (code === 0) resolve(stdout);
    else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}\n${output.slice(-4000)}`));
  });
  return promise;
}

function deferred() {
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  return result;
}

/** Packs the packages and makes projects that install them, all in one temporary folder outside the repository. */
export class Workshop {
  folder = mkdtempSync(join(tmpdir(), 'anybucket-try-'));
  #tarballs = {};
  /** Installations that are done or under way, by name. */
  projects = new Map();

  async pack() {
    const folders = [...packageNames, 'http'].map((name) => `./packages/${name}`);
    const output = await run('npm', ['pack', '--json', '--pack-destination', this.folder, ...folders], { cwd: repository });
    for (const { name, filename } of JSON.parse(output)) this.#tarballs[name] = join(this.folder, filename);
  }

  /**
   * Installs a copy of an app with the packages, once per name. The files of `apps/shared` are in every copy.
   * @param app a folder of `apps`.
   * @param packages which packages to install.
   * @param dependencies versions that replace those of the app's package.json.
   */
  project(app, { name = app, packages = packageNames, dependencies = {} } = {}) {
    const existing = this.projects.get(name);
    if (existing !== undefined) return existing;
    const project = this.#installApp(join(this.folder, name), app, packages, dependencies);
    this.projects.set(name, project);
    return project;
  }

  /** Installs a copy of an example that is not a workspace, without its tests. */
  example(name) {
    const folder = join(this.folder, `example-${name}`);
    const isSource = (path) => !['node_modules', 'test'].includes(basename(path));
    cpSync(join(examples, name), folder, { recursive: true, filter: isSource });
    return this.#install(folder, ({ dependencies, devDependencies }) => {
      const ownNames = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@anybucket/'));
      Object.assign(dependencies, this.#tarballsOf(ownNames));
      // Of the tests, which are not copied.
      for (const dependency of ['vitest', '@anybucket/backend-memory']) delete devDependencies[dependency];
    });
  }

  #installApp(folder, app, packages, dependencies) {
    for (const source of ['shared', app]) cpSync(join(apps, source), folder, { recursive: true });
    return this.#install(folder, (manifest) => {
      manifest.dependencies = { ...manifest.dependencies, ...this.#tarballsOf(packages.map((short) => `@anybucket/${short}`)) };
      manifest.devDependencies = { ...manifest.devDependencies, ...dependencies };
    });
  }

  #tarballsOf(names) {
    return Object.fromEntries(names.map((name) => [name, `file:${this.#tarballs[name]}`]));
  }

  /** @param edit changes the package.json before the installation. */
  async #install(folder, edit) {
    const file = join(folder, 'package.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    edit(manifest);
    writeFileSync(file, JSON.stringify(manifest, undefined, 2));
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
    return new Project(folder);
  }

  /** A new empty folder, to run something away from every `node_modules`. */
  emptyFolder() {
    return mkdtempSync(join(this.folder, 'empty-'));
  }
}

/** An installed copy of an app. */
class Project {
  constructor(folder) {
    this.folder = folder;
  }

  run(command, args, options = {}) {
    return run(command, args, { cwd: this.folder, ...options });
  }

  /** Runs a binary of one of the project's dependencies. */
  bin(name, args, options = {}) {
    return this.run(process.execPath, [join(this.folder, 'node_modules/.bin', name), ...args], options);
  }

  /** Copies an installed package and its dependencies to the node_modules of a folder. */
  copyPackage(name, folder) {
    const source = join(this.folder, 'node_modules', name);
    cpSync(source, join(folder, 'node_modules', name), { recursive: true });
    const { dependencies = {} } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(dependencies)) this.copyPackage(dependency, folder);
  }

  /** The installed version of a package. */
  versionOf(name) {
    return JSON.parse(readFileSync(join(this.folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  }
}
