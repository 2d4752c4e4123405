/** Runs the program of the getting-started page offline, without configuration, and in production, with the command of the page. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MinioDatastore } from '@anybucket/backend-minio';
import { beforeEach, expect, inject, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const address = inject('minio');

const [, section = ''] = readFileSync(join(root, 'docs/guide/getting-started.md'), 'utf8').split('## Three ways to use it\n');
const program = /^```ts\n(.*?)^```$/ms.exec(section)?.[1] ?? '';
const command = /^```sh\n(.*?)^```$/ms.exec(section)?.[1] ?? '';
const expectedOutput = /\/\/ fs (.*)$/m.exec(program)?.[1];

// A unique name, because the server may be the user's own.
const bucket = `photos-${randomBytes(6).toString('hex')}`;
let folder: string;

beforeEach(() => {
  // Inside the repository, so that it can import the packages. Its own package.json stops the search for a configuration file.
  mkdirSync(join(root, 'reports'), { recursive: true });
  folder = mkdtempSync(join(root, 'reports', 'three-uses-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'app.js'), program.replaceAll("'photos'", `'${bucket}'`));
});

async function runInShell(text: string): Promise<string> {
  const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };
  return (await promisify(execFile)('/bin/sh', ['-c', text], { cwd: folder, env })).stdout;
}

test('stores plain files in the working folder without configuration', async () => {
  expect(await runInShell('node app.js')).toBe(`fs ${expectedOutput}\n`);
  expect(readdirSync(join(folder, '.anybucket', 'data_store', bucket), { recursive: true }).map(String)).toContain('cat.txt');
});

test.skipIf(address === undefined)('stores on the server that the command of the README configures', async () => {
  if (address === undefined) return;
  const { endPoint, port, tls, region, accessKey, secretKey } = address;
  const settings = {
    'minio.internal:9000': `${endPoint}:${port}`,
    'region=us-east-1': `region=${region}&tls=${tls}`,
    'ACCESS_KEY=...': `ACCESS_KEY=${accessKey}`,
    'SECRET_KEY=...': `SECRET_KEY=${secretKey}`,
  };
  const configuredCommand = Object.entries(settings).reduce((text, [placeholder, value]) => text.replace(placeholder, value), command);
  expect(await runInShell(configuredCommand)).toBe(`minio ${expectedOutput}\n`);
  expect(readdirSync(folder).sort()).toEqual(['app.js', 'package.json']);

  const datastore = new MinioDatastore(address);
  const photos = datastore.bucket(bucket);
  expect(await (await photos.get('cat.txt')).text()).toBe('meow');
  await photos.delete('cat.txt');
  await datastore.removeBucket(bucket);
  await datastore.close();
});
