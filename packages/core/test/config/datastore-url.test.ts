import { expect, test } from 'vitest';
import { parseDatastoreUrl, schemeOf } from '../../src/config/datastore-url.js';
import { fails, secret } from './support.js';

const origin = { source: 'environment variable ANYBUCKET_X', path: '', folder: '/' };
const form = 'minio://[KEY:SECRET@]HOST[:PORT]';
const parse = (url: string) => {
  const { query, ...parts } = parseDatastoreUrl(url, form, origin);
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...(query.size > 0 ? { query: Object.fromEntries(query) } : {}) };
};

test.for([
  ['memory:', {}],
  ['memory:NAME', { path: 'NAME' }],
  ['fs:./a/b', { path: './a/b' }],
  ['fs:a', { path: 'a' }],
  ['fs:///absolute/a', { path: '/absolute/a' }],
  ['fs:/absolute', { path: '/absolute' }],
  ['fs:../a%20b%3Fc?durable=true', { path: '../a b?c', query: { durable: 'true' } }],
  ['fs:./node_modules/@scope/x', { path: './node_modules/@scope/x' }],
  ['fs:///x/@scope', { path: '/x/@scope' }],
  ['minio://host', { host: 'host' }],
  ['minio://host:9000', { host: 'host', port: '9000' }],
  ['minio://host:9000/', { host: 'host', port: '9000', path: '/' }],
  ['minio://h.example.com?region=&tls=true&a=%26%3D', { host: 'h.example.com', query: { region: '', tls: 'true', a: '&=' } }],
  ['minio://KEY:SECRET@host:9000', { user: 'KEY', password: 'SECRET', host: 'host', port: '9000' }],
  ['minio://K%40%3A:S%2F%3F%23%25@[::1]:9000', { user: 'K@:', password: 'S/?#%', host: '[::1]', port: '9000' }],
  ['minio://KEY:a@b:c#d@host', { user: 'KEY', password: 'a@b:c#d', host: 'host' }],
  ['minio://KEY@host', { user: 'KEY', host: 'host' }],
] as const)('parses %s', ([url, parts]) => {
  expect(parse(url)).toEqual(parts);
});

test('returns the scheme in lower case, or undefined', () => {
  expect(schemeOf('MinIO://host')).toBe('minio');
  expect(schemeOf('./path')).toBeUndefined();
  expect(schemeOf('')).toBeUndefined();
});

test.for([
  `minio://KEY:${secret}/x@host`,
  `minio://KEY:${secret}?x@host:9000`,
  `minio://KEY:x/${secret}@host`,
  `minio://KEY:12/${secret}@host`,
  `minio://KEY:12?${secret}=x@host`,
  `minio://KEY:x?${secret}=1@host`,
  `minio://KEY:${secret}%zz@host`,
  `minio://KEY:${secret}@ho st`,
  `minio://KEY:${secret}@host:port`,
  `minio://KEY:${secret}@[::1`,
  `minio://KEY:${secret}`,
  `minio://host:9000?${secret}`,
  `minio://host?a=1&a=${secret}`,
  `minio://host?=${secret}`,
  `minio://host?a=%${secret}`,
  secret,
])('rejects %s without quoting it', async (url) => {
  await fails(() => parse(url), { messageParts: [origin.source, `expected a URL like ${form}`, 'found'] });
});
