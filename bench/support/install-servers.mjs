// Installs the S3 servers of other projects into the user's cache folder, once.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';

const cacheFolder = join(envPaths('anybucket', { suffix: '' }).cache, 'bench');
export const serverVersions = {
  versitygw: 'v1.8.0',
  seaweedfs: 'v0.0.0-20261109003541-7506e5f91cd6',
  garage: '2.5.0',
  moto: '5.2.5',
  s3rver: '3.7.1',
  fauxqs: '2.4.1',
};

/** Returns the path of the program `versitygw`, which is built with Go. */
export function installVersitygw() {
  const version = serverVersions.versitygw;
  const bin = join(cacheFolder, `versitygw-${version}`);
  return install(join(bin, 'versitygw'), () =>
    run('go', ['install', `github.com/versity/versitygw/cmd/versitygw@${version}`], { GOBIN: bin, CGO_ENABLED: '0' }),
  );
}

/** Returns the path of the program `weed` of SeaweedFS, which is built with Go in about 10 minutes. */
export function installSeaweedfs() {
  const version = serverVersions.seaweedfs;
  const folder = join(cacheFolder, `seaweedfs-${version}`);
  const program = join(folder, 'weed');
  return install(program, () => {
    const module = `github.com/seaweedfs/seaweedfs@${version}`;
    const { Dir: source } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', module], { cwd: tmpdir(), encoding: 'utf8' }));
    // `go install` refuses the replace directives of the module, and the module cache is read-only.
    const copy = join(folder, 'source');
    cpSync(source, copy, { recursive: true });
    run('chmod', ['-R', 'u+w', copy]);
    run('go', ['build', '-o', `${program}.new`, './weed'], { CGO_ENABLED: '0' }, copy);
    renameSync(`${program}.new`, program);
    rmSync(copy, { recursive: true });
  });
}

/** Returns the path of the program `garage`, which is built with Cargo in about 20 minutes. */
export function installGarage() {
  const version = serverVersions.garage;
  const root = join(cacheFolder, `garage-${version}`);
  const features = ['--no-default-features', '--features', 'bundled-libs,sqlite'];
  return install(join(root, 'bin', 'garage'), () => run('cargo', ['install', 'garage', '--version', version, ...features, '--root', root]));
}

/** Returns the path of the program `moto_server`, in a virtual environment of Python. */
export function installMoto() {
  const environment = join(cacheFolder, `moto-${serverVersions.moto}`);
  return install(join(environment, 'bin', 'moto_server'), () => {
    run('python3', ['-m', 'venv', environment]);
    run(join(environment, 'bin', 'pip'), ['install', '--quiet', `moto[s3,server]==${serverVersions.moto}`]);
  });
}

/** Returns the folder of an npm package. */
export function installPackage(name, version = serverVersions[name]) {
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

function run(program, args, env = {}, cwd) {
  execFileSync(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: Infinity });
}
