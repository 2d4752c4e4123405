import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { OptionsSchema } from '../../src/config/backend-module.js';
import { optionsFromObject, optionsFromUrl } from '../../src/config/read-options.js';
import { assertNoSecret, fails, secret } from './support.js';

const description = 'its purpose';
const schema: OptionsSchema = {
  options: {
    endPoint: { type: 'string', required: true, description },
    port: { type: 'number', integer: true, min: 1, max: 65_535, description },
    tls: { type: 'boolean', description },
    style: { type: 'string', values: ['path', 'host'], description },
    root: { type: 'string', path: true, description },
    ratio: { type: 'number', description },
    now: { type: 'function', description },
    buckets: { type: 'object', description },
    accessKey: { type: 'string', secret: true, requires: ['secretKey'], description },
    secretKey: { type: 'string', secret: true, requires: ['accessKey'], description },
    sessionToken: { type: 'string', secret: true, requires: ['accessKey', 'secretKey'], description },
  },
  url: { form: 'minio://[KEY:SECRET@]HOST[:PORT]', host: 'endPoint', port: 'port', user: 'accessKey', password: 'secretKey' },
  environment: [
    { accessKey: 'MINIO_ACCESS_KEY', secretKey: 'MINIO_SECRET_KEY' },
    { accessKey: 'AWS_ACCESS_KEY_ID', secretKey: 'AWS_SECRET_ACCESS_KEY', sessionToken: 'AWS_SESSION_TOKEN' },
  ],
};
const folder = resolve('/etc/app');
const origin = { source: '/etc/app/anybucket.config.json', path: 'datastores.archive', folder };
const fromObject = (settings: Record<string, unknown>, env = {}) => optionsFromObject(settings, schema, env, origin);
const fromUrl = (url: string, env = {}) => optionsFromUrl(url, schema, env, origin);
const where = (option: string) => `${origin.source}: ${origin.path}.${option}: expected`;

test('accepts values of every type; resolves paths from the file; ignores undefined', () => {
  const now = () => 5;
  const given = { endPoint: 'h', port: 9000, tls: false, style: 'path', ratio: 0.5, now, buckets: {} };
  expect(fromObject({ ...given, root: './data', accessKey: undefined })).toEqual({ ...given, root: resolve('/etc/app/data') });
  expect(fromObject({ endPoint: 'h', root: resolve('/data') })['root']).toBe(resolve('/data'));
});

test.for<[option: string, value: unknown, expected: string, found: string]>([
  ['endPoint', 5, 'a non-empty string (its purpose)', 'found 5'],
  ['endPoint', '', 'a non-empty string', 'found an empty string'],
  ['endPoint', null, 'a non-empty string', 'found null'],
  ['endPoint', [], 'a non-empty string', 'found an array'],
  ['port', '9000', 'an integer from 1 to 65535', 'found "9000"'],
  ['port', 0, 'an integer', 'found 0'],
  ['port', 65_536, 'an integer', 'found 65536'],
  ['port', 1.5, 'an integer', 'found 1.5'],
  ['ratio', Number.NaN, 'a number', 'found NaN'],
  ['ratio', Infinity, 'a number', 'found Infinity'],
  ['tls', 'yes', 'true or false', 'found "yes"'],
  ['tls', `https://KEY:${secret}@host`, 'true or false', 'found a string'],
  ['style', 'dns', 'one of "path", "host"', 'found "dns"'],
  ['style', {}, 'one of', 'found an object'],
  ['root', true, 'a non-empty string', 'found true'],
  ['now', 5, 'a function', 'found 5'],
  ['buckets', 'x', 'an object', 'found "x"'],
  ['secretKey', 12_345, 'a non-empty string', 'found a number'],
  ['accessKey', [secret], 'a non-empty string', 'found an array'],
])('rejects %s: %j', async ([option, value, expected, found]) => {
  await fails(() => fromObject({ endPoint: 'h', [option]: value }), { messageParts: [where(option), expected, found] });
});

test.for(['endpoint', 'constructor', '__proto__', 'toString'])('rejects the unknown option %s, and lists the known ones', async (name) => {
  const settings = JSON.parse(`{ "endPoint": "h", "${name}": "${secret}" }`) as Record<string, unknown>;
  await fails(() => fromObject(settings), { messageParts: [where(name), 'endPoint, port, tls', 'an unknown option'] });
});

test('reports a missing option, and one that a given option requires', async () => {
  await fails(() => fromObject({}), { messageParts: [where('endPoint'), 'found nothing'] });
  await fails(() => fromObject({ endPoint: 'h', accessKey: secret }), { messageParts: ['datastores.archive.accessKey', 'secretKey'] });
  await fails(() => fromUrl(`minio://${secret}@h`), { messageParts: ['datastores.archive.accessKey', 'secretKey'] });
});

test('converts the parts and the query of a URL to options', () => {
  const url = 'minio://K%2FEY:S%40@h.example.com:9000/?tls=true&style=host&ratio=-1.5&root=./x%20y';
  const options = { endPoint: 'h.example.com', port: 9000, accessKey: 'K/EY', secretKey: 'S@' };
  expect(fromUrl(url)).toEqual({ ...options, tls: true, style: 'host', ratio: -1.5, root: resolve('/etc/app/x y') });
});

test.for([
  ['minio://h:99999', 'port'],
  ['minio://h?tls=1', 'tls'],
  ['minio://h?tls=', 'tls'],
  ['minio://h?ratio=1e3', 'ratio'],
  [`minio://h?style=${secret}`, 'style'],
  ['minio://h?now=x', 'now'],
  ['minio://h?port=1&regoin=x', 'regoin'],
  ['minio://h:1?port=2', 'port'],
  ['minio://?tls=true', 'endPoint'],
  ['minio:', 'endPoint'],
])('rejects the URL %s because of %s', async ([url, option]) => {
  await fails(() => fromUrl(url as string), { messageParts: [where(option as string), 'found'] });
});

test.for([`minio://KEY:x@h/${secret}`, `minio://h/${secret}?tls=true`, `minio://h?${secret}-x=1`, `minio://h?a.${secret}=1`])(
  'rejects %s without quoting it',
  async (url) => {
    await fails(() => fromUrl(url), { messageParts: [origin.source, origin.path] });
  },
);

test('rejects a URL for a backend without URLs', async () => {
  await fails(() => optionsFromUrl(`x:${secret}`, { options: {} }, {}, origin), { messageParts: [origin.source, 'object with "backend"'] });
});

test("takes credentials from the URL, MinIO's variables, AWS's variables or the object, in this order and never mixed", async () => {
  const minio = { MINIO_ACCESS_KEY: 'mk', MINIO_SECRET_KEY: 'ms' };
  const aws = { AWS_ACCESS_KEY_ID: 'ak', AWS_SECRET_ACCESS_KEY: 'as', AWS_SESSION_TOKEN: 'at' };
  const object = { endPoint: 'h', accessKey: 'ok', secretKey: 'os', sessionToken: 'ot' };
  const credentials = ({ accessKey, secretKey, sessionToken }: Record<string, unknown>) => [accessKey, secretKey, sessionToken];

  expect(credentials(fromUrl('minio://uk:us@h', { ...minio, ...aws }))).toEqual(['uk', 'us', undefined]);
  expect(credentials(fromUrl('minio://h', { ...minio, ...aws }))).toEqual(['mk', 'ms', undefined]);
  expect(credentials(fromUrl('minio://h', aws))).toEqual(['ak', 'as', 'at']);
  expect(credentials(fromUrl('minio://h', { MINIO_ACCESS_KEY: '', MINIO_SECRET_KEY: '' }))).toEqual([undefined, undefined, undefined]);
  expect(credentials(fromObject(object, { ...minio, ...aws }))).toEqual(['mk', 'ms', undefined]);
  expect(credentials(fromObject(object, aws))).toEqual(['ak', 'as', 'at']);
  expect(credentials(fromObject(object))).toEqual(['ok', 'os', 'ot']);
  await fails(() => fromObject(object, { MINIO_ACCESS_KEY: secret }), {
    messageParts: ['environment variable MINIO_ACCESS_KEY', 'secretKey'],
  });
});

test('printing the options shows no secret, and they are otherwise plain', () => {
  const options = fromObject({ endPoint: 'h', accessKey: secret, secretKey: secret });
  assertNoSecret(options);
  expect(Object.keys(options)).toEqual(['endPoint', 'accessKey', 'secretKey']);
  expect({ ...options }).toEqual({ endPoint: 'h', accessKey: secret, secretKey: secret });
});
