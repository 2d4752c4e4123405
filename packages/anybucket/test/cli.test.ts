import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { main } from 'anybucket';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processTerminal } from '../src/terminal.js';

const program = join(import.meta.dirname, '../bin/anybucket.js');

interface Listening {
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

let folder: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anybucket-cli-'));
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command line in this process. */
async function run(...args: string[]): Promise<{ readonly code: number; readonly lines: string[]; readonly errors: string[] }> {
  const lines: string[] = [];
  const errors: string[] = [];
  const terminal = {
    env: {},
    print: (line: string) => void lines.push(line),
    printError: (line: string) => void errors.push(line),
    interrupted: async () => {},
  };
  return { code: await main(args, terminal), lines, errors };
}

/** Starts the program, and waits for its first line. */
async function start(
  ...args: string[]
): Promise<{ readonly child: ChildProcess; readonly listening: Listening; readonly rest: AsyncIterator<string> }> {
  const child = spawn(process.execPath, [program, 'serve', ...args, '--port', '0', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  if (child.stdout === null) throw new TypeError('the program has no output');
  const rest = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { value } = await rest.next();
  return { child, listening: JSON.parse(String(value)) as Listening, rest };
}

function clientOf({ url, accessKey, secretKey, region }: Listening): S3Client {
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  return new S3Client({ endpoint: url, region, forcePathStyle: true, credentials });
}

describe('the program', () => {
  test('serves a folder until it is interrupted', async () => {
    const { child, listening, rest } = await start('./data', '--create', '--log');
    const client = clientOf(listening);
    await client.send(new CreateBucketCommand({ Bucket: 'photos' }));
    await client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'a.txt', Body: 'meow' }));
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a.txt' }));
    expect(await Body?.transformToString()).toBe('meow');
    const { value } = await rest.next();
    expect(JSON.parse(String(value))).toMatchObject({ event: 'request', operation: 'CreateBucket', bucket: 'photos', status: 200 });
    client.destroy();
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    const again = await start('./data');
    const reader = clientOf(again.listening);
    const stored = await reader.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a.txt' }));
    expect(await stored.Body?.transformToString()).toBe('meow');
    reader.destroy();
  });

  test('prints its version', async () => {
    const child = spawn(process.execPath, [program, '--version'], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect(await text(child.stdout)).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

test('prints endpoint, keys, region and settings for clients', async () => {
  const { code, lines } = await run('serve', 'memory:', '--port', '0', '--access-key', 'key', '--secret-key', "it's a secret");
  expect(code).toBe(0);
  const output = lines.join('\n');
  for (const part of [
    'Endpoint    http://127.0.0.1:',
    'Access key  key',
    'Region      us-east-1',
    'AWS_ENDPOINT_URL',
    'boto3.client',
    'mc alias set',
  ])
    expect(output).toContain(part);
  expect(output).toContain(`AWS_SECRET_ACCESS_KEY='it'\\''s a secret'`);
});

test('leaves a second signal to Node, which ends the process', async () => {
  const count = process.listenerCount('SIGTERM');
  const interrupted = processTerminal().interrupted();
  expect(process.listenerCount('SIGTERM')).toBe(count + 1);
  process.emit('SIGINT');
  await interrupted;
  expect(process.listenerCount('SIGTERM')).toBe(count);
});

test('prints help', async () => {
  expect((await run('--help')).lines.join()).toContain('Usage: anybucket serve');
  expect((await run('serve', '--help')).lines.join()).toContain('--tls-cert');
  expect((await run()).code).toBe(2);
});

test.for([
  [['bogus'], 'unknown command "bogus"'],
  [['serve', '--bogus'], "Unknown option '--bogus'"],
  [['serve', 'memory:', 'memory:'], 'expected one store'],
  [['serve', './missing'], 'the folder "./missing" does not exist'],
  [['serve', 'missing'], '"missing" is neither a folder nor the name of a configured datastore'],
  [['serve', '~/data'], 'the shell has not expanded'],
  [['serve', 'bogus:data'], 'expected a URL that begins with'],
  [['serve', '--port', '65536'], '--port must be a number from 0 to 65535'],
  [['serve', '--port', ''], '--port must be a number'],
  [['serve', '--anonymous', 'write'], "--anonymous must be 'read'"],
  [['serve', '--access-key', 'key'], 'require each other'],
  [['serve', '--tls-cert', 'cert.pem'], '--tls-cert and --tls-key require each other'],
  [['serve', '--tls-cert', 'missing.pem', '--tls-key', 'missing.pem'], 'cannot read --tls-cert "missing.pem": ENOENT'],
  [['serve', '--host', '0.0.0.0'], 'other machines can connect to --host 0.0.0.0'],
  [['serve', '--host', '0.0.0.0', '--access-key', 'minioadmin', '--secret-key', 'minioadmin'], 'must be a random text'],
  [
    ['serve', '--host', '192.0.2.1', '--access-key', 'abc', '--secret-key', 'fhTzq83kdLpw0Xym', '--port', '0'],
    'is not an address of this machine',
  ],
] as const)('%j ends with exit code 2 and one line', async ([args, message]) => {
  const { code, errors } = await run(...args);
  expect([code, errors.length]).toEqual([2, 1]);
  expect(errors[0]).toContain(message);
  expect(errors[0]).not.toContain('\n');
});

test('a port in use ends with exit code 2', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, errors } = await run('serve', '--port', String(port));
  expect([code, errors]).toEqual([2, [`anybucket: port ${port} of 127.0.0.1 is in use: choose another one with --port, or 0 for any`]]);
  other.close();
});

test('a file in the place of the folder ends with exit code 2', async () => {
  await writeFile(join(folder, 'file'), '');
  const { code, errors } = await run('serve', join(folder, 'file'));
  expect([code, errors[0]]).toEqual([2, expect.stringContaining('is not a folder')]);
});

test.each([
  ['no PEM', 'garbage', 'garbage'],
  ['a key without its certificate', '', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
])('TLS files with %s end with exit code 2', async (_, cert, key) => {
  await writeFile(join(folder, 'cert.pem'), cert);
  await writeFile(join(folder, 'key.pem'), key);
  const { code, errors } = await run('serve', '--port', '0', '--tls-cert', join(folder, 'cert.pem'), '--tls-key', join(folder, 'key.pem'));
  expect([code, errors.length]).toEqual([2, 1]);
  expect(errors[0]).toMatch(/^anybucket: .*certificate.*$/);
});

test('a folder that cannot be created ends with exit code 2', async () => {
  await writeFile(join(folder, 'file'), '');
  const { code, errors } = await run('serve', join(folder, 'file', 'data'), '--create', '--port', '0');
  expect([code, errors]).toEqual([2, [expect.stringContaining('cannot create the folder')]]);
});

// There, `mkdir` reports that the parent is missing, although it exists.
test.runIf(process.platform === 'linux')('a folder below /proc cannot be created', async () => {
  const { code, errors } = await run('serve', '/proc/nope/data', '--create', '--port', '0');
  expect([code, errors]).toEqual([2, [expect.stringContaining('cannot create the folder')]]);
});

test('a MinIO server that does not respond ends with exit code 2, without its secrets', async () => {
  const { code, lines, errors } = await run('serve', 'minio://user:secret-of-url@127.0.0.1:9', '--port', '0');
  expect([code, lines]).toEqual([2, []]);
  expect(errors).toEqual([expect.stringContaining('cannot connect to minio://127.0.0.1:9')]);
  expect(errors.join()).not.toContain('secret-of-url');
});
