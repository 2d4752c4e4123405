import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopyOptions, ReadConditions } from '../../api/options.js';
import type { ObjectInfo } from '../../api/object-info.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

type Outcome = 'ok' | 'NotModified' | 'PreconditionFailed';

const seconds = (info: ObjectInfo, offset: number): Date => new Date(info.lastModified.getTime() + offset * 1000);
const other = 'd41d8cd98f00b204e9800998ecf8427f';

/** Conditions made from an object's info, with what a reader gets. A copy gets `PreconditionFailed` for both failures. */
const rows: Readonly<Record<string, readonly [(info: ObjectInfo) => ReadConditions, Outcome]>> = {
  'if-match': [({ etag }) => ({ ifMatch: etag }), 'ok'],
  'if-match-quoted': [({ etag }) => ({ ifMatch: `"${etag}"` }), 'ok'],
  'if-match-any': [() => ({ ifMatch: '*' }), 'ok'],
  'if-match-other': [() => ({ ifMatch: other }), 'PreconditionFailed'],
  'if-match-other-quoted': [() => ({ ifMatch: `"${other}"` }), 'PreconditionFailed'],
  'if-match-part-of-it': [({ etag }) => ({ ifMatch: etag.slice(0, -1) }), 'PreconditionFailed'],
  'if-match-weak': [({ etag }) => ({ ifMatch: `W/"${etag}"` }), 'PreconditionFailed'],
  'if-match-list': [({ etag }) => ({ ifMatch: `"${etag}", "${other}"` }), 'PreconditionFailed'],
  'if-none-match': [({ etag }) => ({ ifNoneMatch: etag }), 'NotModified'],
  'if-none-match-quoted': [({ etag }) => ({ ifNoneMatch: `"${etag}"` }), 'NotModified'],
  'if-none-match-any': [() => ({ ifNoneMatch: '*' }), 'NotModified'],
  'if-none-match-other': [() => ({ ifNoneMatch: other }), 'ok'],
  'if-none-match-weak': [({ etag }) => ({ ifNoneMatch: `W/"${etag}"` }), 'ok'],
  'if-modified-since-earlier': [(info) => ({ ifModifiedSince: seconds(info, -1) }), 'ok'],
  'if-modified-since-long-ago': [() => ({ ifModifiedSince: new Date('1999-01-01T00:00:00Z') }), 'ok'],
  'if-modified-since-same': [(info) => ({ ifModifiedSince: seconds(info, 0) }), 'NotModified'],
  'if-modified-since-same-second': [(info) => ({ ifModifiedSince: seconds(info, 0.9) }), 'NotModified'],
  'if-modified-since-later': [(info) => ({ ifModifiedSince: seconds(info, 1) }), 'NotModified'],
  'if-modified-since-future': [(info) => ({ ifModifiedSince: seconds(info, 100_000) }), 'NotModified'],
  'if-unmodified-since-earlier': [(info) => ({ ifUnmodifiedSince: seconds(info, -1) }), 'PreconditionFailed'],
  'if-unmodified-since-fraction-earlier': [(info) => ({ ifUnmodifiedSince: seconds(info, -0.1) }), 'PreconditionFailed'],
  'if-unmodified-since-same': [(info) => ({ ifUnmodifiedSince: seconds(info, 0) }), 'ok'],
  'if-unmodified-since-same-second': [(info) => ({ ifUnmodifiedSince: seconds(info, 0.9) }), 'ok'],
  'if-unmodified-since-later': [(info) => ({ ifUnmodifiedSince: seconds(info, 1) }), 'ok'],
  'match-and-time': [(info) => ({ ifMatch: info.etag, ifUnmodifiedSince: seconds(info, 0) }), 'ok'],
  'no-match-and-time': [(info) => ({ ifMatch: other, ifUnmodifiedSince: seconds(info, 1) }), 'PreconditionFailed'],
};

/** Combinations about which servers disagree. */
const together: readonly (keyof ReadConditions)[][] = [
  ['ifMatch', 'ifNoneMatch'],
  ['ifMatch', 'ifModifiedSince'],
  ['ifNoneMatch', 'ifModifiedSince'],
  ['ifNoneMatch', 'ifUnmodifiedSince'],
  ['ifModifiedSince', 'ifUnmodifiedSince'],
  ['ifMatch', 'ifNoneMatch', 'ifUnmodifiedSince'],
  ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'],
];

const values: Required<ReadConditions> = {
  ifMatch: other,
  ifNoneMatch: other,
  ifModifiedSince: new Date(0),
  ifUnmodifiedSince: new Date(0),
};

const malformed: readonly object[] = [
  { ifMatch: '' },
  { ifMatch: 7 },
  { ifMatch: null },
  { ifNoneMatch: '' },
  { ifNoneMatch: ['*'] },
  { ifModifiedSince: '1999-01-01' },
  { ifModifiedSince: 0 },
  { ifModifiedSince: new Date('junk') },
  { ifUnmodifiedSince: new Date(Number.NaN) },
  { ifUnmodifiedSince: true },
];

const asSource = ({ ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: ReadConditions): CopyOptions => ({
  sourceIfMatch: ifMatch,
  sourceIfNoneMatch: ifNoneMatch,
  sourceIfModifiedSince: ifModifiedSince,
  sourceIfUnmodifiedSince: ifUnmodifiedSince,
});

/** Conditions on what is read: by `get`, and by the source of a copy. */
export const readConditionCases = [
  ...Object.entries(rows).map(([id, [make, outcome]]) =>
    contractCase(`read-conditions/get/${id}`, async ({ bucket }) => {
      await bucket.put('k', 'body');
      const conditions = make(await bucket.stat('k'));
      for (const range of [undefined, { start: 1, end: 3 }]) {
        const read = async (): Promise<string> => (await bucket.get('k', { ...conditions, range })).text();
        if (outcome === 'ok') assert.equal(await read(), range === undefined ? 'body' : 'od');
        else await fails(read, outcome, { operation: 'get', bucket: bucket.name, key: 'k' });
      }
    }),
  ),

  ...Object.entries(rows).map(([id, [make, outcome]]) =>
    contractCase(`read-conditions/copy/${id}`, async ({ bucket }) => {
      await bucket.put('k', 'body');
      await bucket.put('target', 'old');
      const conditions = asSource(make(await bucket.stat('k')));
      for (const options of [conditions, { ...conditions, metadata: { a: 'b' } }]) {
        const copy = (): Promise<unknown> => bucket.fcopyTo(bucket.name, 'target', 'k', options);
        if (outcome === 'ok') await copy();
        else await fails(copy, 'PreconditionFailed', { operation: 'fcopyTo', bucket: bucket.name, key: 'k' });
        assert.equal(await (await bucket.get('target')).text(), outcome === 'ok' ? 'body' : 'old');
      }
    }),
  ),

  contractCase('read-conditions/match-but-modified', async ({ bucket }) => {
    // For a reader the ETag says more than the time; for a copy both must hold.
    await bucket.put('k', 'body');
    const info = await bucket.stat('k');
    const conditions = { ifMatch: info.etag, ifUnmodifiedSince: seconds(info, -1) };
    assert.equal(await (await bucket.get('k', conditions)).text(), 'body');
    await fails(() => bucket.fcopyTo(bucket.name, 'target', 'k', asSource(conditions)), 'PreconditionFailed', { operation: 'fcopyTo' });
    assert.equal(await bucket.exists('target'), false);
  }),

  contractCase('read-conditions/on-a-missing-key', async ({ bucket }) => {
    for (const conditions of [
      { ifMatch: '*' },
      { ifMatch: other },
      { ifNoneMatch: '*' },
      { ifNoneMatch: other },
      { ifModifiedSince: new Date() },
      { ifUnmodifiedSince: new Date(0) },
    ]) {
      await fails(() => bucket.get('k', conditions), 'NoSuchKey', { operation: 'get', key: 'k' });
      await fails(() => bucket.fcopyTo(bucket.name, 'target', 'k', asSource(conditions)), 'NoSuchKey', { operation: 'fcopyTo', key: 'k' });
    }
  }),

  contractCase('read-conditions/before-the-range', async ({ bucket }) => {
    const { etag } = await bucket.put('k', 'body');
    const range = { start: 99 };
    await fails(() => bucket.get('k', { ifMatch: other, range }), 'PreconditionFailed');
    await fails(() => bucket.get('k', { ifNoneMatch: etag, range }), 'NotModified');
    await fails(() => bucket.get('k', { ifMatch: etag, range }), 'InvalidRange');
    const empty = await bucket.put('empty', '');
    await fails(() => bucket.get('empty', { ifMatch: '0'.repeat(32), range }), 'PreconditionFailed');
    await fails(() => bucket.get('empty', { ifNoneMatch: empty.etag, range }), 'NotModified');
    await fails(() => bucket.get('empty', { ifMatch: empty.etag, range }), 'InvalidRange');
  }),

  contractCase('read-conditions/together', async ({ bucket }) => {
    await bucket.put('k', 'body');
    for (const names of together) {
      const conditions: ReadConditions = Object.fromEntries(names.map((name) => [name, values[name]]));
      await fails(() => bucket.get('k', conditions), 'InvalidArgument', { operation: 'get', key: 'k' });
      await fails(() => bucket.fcopyTo(bucket.name, 'target', 'k', asSource(conditions)), 'InvalidArgument', { operation: 'fcopyTo' });
    }
  }),

  contractCase('read-conditions/malformed', async ({ bucket }) => {
    await bucket.put('k', 'body');
    for (const conditions of malformed) {
      await fails(() => bucket.get('k', conditions), 'InvalidArgument', { operation: 'get', key: 'k' });
      await fails(() => bucket.fcopyTo(bucket.name, 'target', 'k', asSource(conditions)), 'InvalidArgument');
    }
  }),

  contractCase('read-conditions/fget', async ({ bucket, folder }) => {
    const { etag } = await bucket.put('k', 'new');
    const path = join(await folder(), 'file');
    await fails(() => bucket.fget('k', path, { ifNoneMatch: etag }), 'NotModified', { operation: 'fget', key: 'k' });
    await assert.rejects(access(path));
    await writeFile(path, 'old');
    await fails(() => bucket.fget('k', path, { ifMatch: other }), 'PreconditionFailed');
    assert.equal(await readFile(path, 'utf8'), 'old');
    await bucket.fget('k', path, { ifMatch: etag });
    assert.equal(await readFile(path, 'utf8'), 'new');
  }),
];
