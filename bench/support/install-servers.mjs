// Installs the S3 servers of other projects into the user's cache folder, once.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import envPaths from 'env-paths';

const cacheFolder = join(envPaths('anybucket', { suffix: '' }).cache, 'bench');
const versions = { versitygw: 'v1.8.0', moto: '5.2.5', s3rver: '3.7.1', fauxqs: '2.4.1' };

/** Returns the path of the program `versitygw`, which is built with Go. */
export function installVersitygw() {
  const bin = join(cacheFolder, `versitygw-${versions.versitygw}`);
  return install(join(bin, 'versitygw'), () =>
    run('go', ['install', `github.com/versity/versitygw/cmd/versitygw@${versions.versitygw}`], { GOBIN: bin, CGO_ENABLED: '0' }),
  );
}

/** Returns the path of the program `moto_server`, in a virtual environment of Python. */
export function installMoto() {
  const environment = join(cacheFolder, `moto-${versions.moto}`);
  return install(join(environment, 'bin', 'moto_server'), () => {
    run('python3', ['-m', 'venv', environment]);
    run(join(environment, 'bin', 'pip'), ['install', '--quiet', `moto[s3,server]==${versions.moto}`]);
  });
}

/** Returns the folder of an npm package. */
export function installPackage(name, version = versions[name]) {
  const prefix = join(cacheFolder, `${name}-${version}`);
  return install(join(prefix, 'node_modules', name), () => {
    mkdirSync(prefix, { recursive: true });
    run('npm', ['install', '--no-audit', '--no-fund', '--prefix', prefix, `${name}@${version}`]);
  });
}

/** Returns the path of a Node that has `node:sqlite`: this one, or one from the npm registry. */
export function installNodeWithSqlite() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 5)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = installPackage(name, '22.23.3');
  return folder === undefined ? undefined : join(folder, 'bin', 'node');
}

/** Returns the path after installing it if it is missing; undefined if that fails. */
function install(path, action) {
  if (existsSync(path)) return path;
  console.error(`installing ${path}`);
  try {
    action();
    return path;
  } catch (error) {
    console.error(`SKIPPED: ${error.message}`);
    return undefined;
  }
}

function run(program, args, env = {}) {
  execFileSync(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
}
