import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopyOptions, ReadConditions } from '../../api/options.js';
import type { ObjectInfo } from '../../api/object-info.js';
import { expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

type Outcome = 'ok' | 'NotModified' | 'PreconditionFailed';

const seconds = (info: ObjectInfo, offset: number): Date => new Date(info.lastModified.getTime() + offset * 1000);
const other = 'd41d8cd98f00b204e9800998ecf8427f';

type Row = readonly [conditions: (info: ObjectInfo) => ReadConditions, outcome: Outcome, outcomeOfCopy?: Outcome];

/**
 * Conditions on an object, with the outcome of `get`. A copy fails with `PreconditionFailed` instead of `NotModified`, and supports no weak
 * ETags.
 */
const rows = {
  ifMatch: [({ etag }) => ({ ifMatch: etag }), 'ok'],
  ifMatchQuoted: [({ etag }) => ({ ifMatch: `"${etag}"` }), 'ok'],
  ifMatchAny: [() => ({ ifMatch: '*' }), 'ok'],
  ifMatchOther: [() => ({ ifMatch: other }), 'PreconditionFailed'],
  ifMatchOtherQuoted: [() => ({ ifMatch: `"${other}"` }), 'PreconditionFailed'],
  ifMatchTruncated: [({ etag }) => ({ ifMatch: etag.slice(0, -1) }), 'PreconditionFailed'],
  ifMatchWeak: [({ etag }) => ({ ifMatch: `W/"${etag}"` }), 'PreconditionFailed'],
  ifMatchList: [({ etag }) => ({ ifMatch: `"${etag}", "${other}"` }), 'PreconditionFailed'],
  ifNoneMatch: [({ etag }) => ({ ifNoneMatch: etag }), 'NotModified'],
  ifNoneMatchQuoted: [({ etag }) => ({ ifNoneMatch: `"${etag}"` }), 'NotModified'],
  ifNoneMatchAny: [() => ({ ifNoneMatch: '*' }), 'NotModified'],
  ifNoneMatchOther: [() => ({ ifNoneMatch: other }), 'ok'],
  ifNoneMatchWeak: [({ etag }) => ({ ifNoneMatch: `W/"${etag}"` }), 'NotModified', 'ok'],
  ifModifiedSinceEarlier: [(info) => ({ ifModifiedSince: seconds(info, -1) }), 'ok'],
  ifModifiedSince1999: [() => ({ ifModifiedSince: new Date('1999-01-01T00:00:00Z') }), 'ok'],
  ifModifiedSinceSame: [(info) => ({ ifModifiedSince: seconds(info, 0) }), 'NotModified'],
  ifModifiedSinceSameSecond: [(info) => ({ ifModifiedSince: seconds(info, 0.9) }), 'NotModified'],
  ifModifiedSinceLater: [(info) => ({ ifModifiedSince: seconds(info, 1) }), 'NotModified'],
  ifModifiedSinceFuture: [(info) => ({ ifModifiedSince: seconds(info, 100_000) }), 'NotModified'],
  ifUnmodifiedSinceEarlier: [(info) => ({ ifUnmodifiedSince: seconds(info, -1) }), 'PreconditionFailed'],
  ifUnmodifiedSinceFractionEarlier: [(info) => ({ ifUnmodifiedSince: seconds(info, -0.1) }), 'PreconditionFailed'],
  ifUnmodifiedSinceSame: [(info) => ({ ifUnmodifiedSince: seconds(info, 0) }), 'ok'],
  ifUnmodifiedSinceSameSecond: [(info) => ({ ifUnmodifiedSince: seconds(info, 0.9) }), 'ok'],
  ifUnmodifiedSinceLater: [(info) => ({ ifUnmodifiedSince: seconds(info, 1) }), 'ok'],
  ifMatchAndIfUnmodifiedSince: [(info) => ({ ifMatch: info.etag, ifUnmodifiedSince: seconds(info, 0) }), 'ok'],
  ifMatchOtherAndIfUnmodifiedSince: [(info) => ({ ifMatch: other, ifUnmodifiedSince: seconds(info, 1) }), 'PreconditionFailed'],
} as const satisfies Readonly<Record<string, Row>>;

type RowName = keyof typeof rows;

const getCaseIds: Readonly<Record<RowName, string>> = {
  ifMatch: 'read-conditions/get/if-match',
  ifMatchQuoted: 'read-conditions/get/if-match-quoted',
  ifMatchAny: 'read-conditions/get/if-match-any',
  ifMatchOther: 'read-conditions/get/if-match-other',
  ifMatchOtherQuoted: 'read-conditions/get/if-match-other-quoted',
  ifMatchTruncated: 'read-conditions/get/if-match-truncated',
  ifMatchWeak: 'read-conditions/get/if-match-weak',
  ifMatchList: 'read-conditions/get/if-match-list',
  ifNoneMatch: 'read-conditions/get/if-none-match',
  ifNoneMatchQuoted: 'read-conditions/get/if-none-match-quoted',
  ifNoneMatchAny: 'read-conditions/get/if-none-match-any',
  ifNoneMatchOther: 'read-conditions/get/if-none-match-other',
  ifNoneMatchWeak: 'read-conditions/get/if-none-match-weak',
  ifModifiedSinceEarlier: 'read-conditions/get/if-modified-since-earlier',
  ifModifiedSince1999: 'read-conditions/get/if-modified-since-1999',
  ifModifiedSinceSame: 'read-conditions/get/if-modified-since-same',
  ifModifiedSinceSameSecond: 'read-conditions/get/if-modified-since-same-second',
  ifModifiedSinceLater: 'read-conditions/get/if-modified-since-later',
  ifModifiedSinceFuture: 'read-conditions/get/if-modified-since-future',
  ifUnmodifiedSinceEarlier: 'read-conditions/get/if-unmodified-since-earlier',
  ifUnmodifiedSinceFractionEarlier: 'read-conditions/get/if-unmodified-since-fraction-earlier',
  ifUnmodifiedSinceSame: 'read-conditions/get/if-unmodified-since-same',
  ifUnmodifiedSinceSameSecond: 'read-conditions/get/if-unmodified-since-same-second',
  ifUnmodifiedSinceLater: 'read-conditions/get/if-unmodified-since-later',
  ifMatchAndIfUnmodifiedSince: 'read-conditions/get/if-match-and-if-unmodified-since',
  ifMatchOtherAndIfUnmodifiedSince: 'read-conditions/get/if-match-other-and-if-unmodified-since',
};

const copyCaseIds: Readonly<Record<RowName, string>> = {
  ifMatch: 'read-conditions/copy/if-match',
  ifMatchQuoted: 'read-conditions/copy/if-match-quoted',
  ifMatchAny: 'read-conditions/copy/if-match-any',
  ifMatchOther: 'read-conditions/copy/if-match-other',
  ifMatchOtherQuoted: 'read-conditions/copy/if-match-other-quoted',
  ifMatchTruncated: 'read-conditions/copy/if-match-truncated',
  ifMatchWeak: 'read-conditions/copy/if-match-weak',
  ifMatchList: 'read-conditions/copy/if-match-list',
  ifNoneMatch: 'read-conditions/copy/if-none-match',
  ifNoneMatchQuoted: 'read-conditions/copy/if-none-match-quoted',
  ifNoneMatchAny: 'read-conditions/copy/if-none-match-any',
  ifNoneMatchOther: 'read-conditions/copy/if-none-match-other',
  ifNoneMatchWeak: 'read-conditions/copy/if-none-match-weak',
  ifModifiedSinceEarlier: 'read-conditions/copy/if-modified-since-earlier',
  ifModifiedSince1999: 'read-conditions/copy/if-modified-since-1999',
  ifModifiedSinceSame: 'read-conditions/copy/if-modified-since-same',
  ifModifiedSinceSameSecond: 'read-conditions/copy/if-modified-since-same-second',
  ifModifiedSinceLater: 'read-conditions/copy/if-modified-since-later',
  ifModifiedSinceFuture: 'read-conditions/copy/if-modified-since-future',
  ifUnmodifiedSinceEarlier: 'read-conditions/copy/if-unmodified-since-earlier',
  ifUnmodifiedSinceFractionEarlier: 'read-conditions/copy/if-unmodified-since-fraction-earlier',
  ifUnmodifiedSinceSame: 'read-conditions/copy/if-unmodified-since-same',
  ifUnmodifiedSinceSameSecond: 'read-conditions/copy/if-unmodified-since-same-second',
  ifUnmodifiedSinceLater: 'read-conditions/copy/if-unmodified-since-later',
  ifMatchAndIfUnmodifiedSince: 'read-conditions/copy/if-match-and-if-unmodified-since',
  ifMatchOtherAndIfUnmodifiedSince: 'read-conditions/copy/if-match-other-and-if-unmodified-since',
};

/** Combinations that servers handle differently. */
const unsupportedCombinations: readonly (keyof ReadConditions)[][] = [
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

/** Conditions of `get`, and of the source of a copy. */
export const readConditionCases = [
  ...entriesOf(getCaseIds).map(([name, id]) =>
    contractCase(id, async ({ bucket }) => {
      const [toConditions, outcome]: Row = rows[name];
      await bucket.put('k', 'body');
      const conditions = toConditions(await bucket.stat('k'));
      for (const range of [undefined, { start: 1, end: 3 }]) {
        const read = async (): Promise<string> => (await bucket.get('k', { ...conditions, range })).text();
        if (outcome === 'ok') assert.equal(await read(), range === undefined ? 'body' : 'od');
        else await expectError(read, outcome, { operation: 'get', bucket: bucket.name, key: 'k' });
      }
    }),
  ),

  ...entriesOf(copyCaseIds).map(([name, id]) =>
    contractCase(id, async ({ bucket }) => {
      const [toConditions, outcomeOfGet, outcome = outcomeOfGet]: Row = rows[name];
      await bucket.put('k', 'body');
      await bucket.put('target', 'old');
      const conditions = asSource(toConditions(await bucket.stat('k')));
      for (const options of [conditions, { ...conditions, metadata: { a: 'b' } }]) {
        const copy = (): Promise<unknown> => bucket.fcopyTo(bucket.name, 'target', 'k', options);
        if (outcome === 'ok') await copy();
        else await expectError(copy, 'PreconditionFailed', { operation: 'fcopyTo', bucket: bucket.name, key: 'k' });
        assert.equal(await (await bucket.get('target')).text(), outcome === 'ok' ? 'body' : 'old');
      }
    }),
  ),

  contractCase('read-conditions/if-match-but-modified-since', async ({ bucket }) => {
    // For `get`, `ifMatch` takes precedence over `ifUnmodifiedSince`; for a copy, both must hold.
    await bucket.put('k', 'body');
    const info = await bucket.stat('k');
    const conditions = { ifMatch: info.etag, ifUnmodifiedSince: seconds(info, -1) };
    assert.equal(await (await bucket.get('k', conditions)).text(), 'body');
    await expectError(() => bucket.fcopyTo(bucket.name, 'target', 'k', asSource(conditions)), 'PreconditionFailed', {
      operation: 'fcopyTo',
    });
    assert.equal(await bucket.exists('target'), false);
  }),

  contractCase('read-conditions/missing-key', async ({ bucket }) => {
    for (const conditions of [
      { ifMatch: '*' },
      { ifMatch: other },
      { ifNoneMatch: '*' },
      { ifNoneMatch: other },
      { ifModifiedSince: new Date() },
      { ifUnmodifiedSince: new Date(0) },
    ]) {
      await expectError(() => bucket.get('k', conditions), 'NoSuchKey', { operation: 'get', key: 'k' });
      await expectError(() => bucket.fcopyTo(bucket.name, 'target', 'k', asSource(conditions)), 'NoSuchKey', {
        operation: 'fcopyTo',
        key: 'k',
      });
    }
  }),

  contractCase('read-conditions/evaluated-before-range', async ({ bucket }) => {
    const { etag } = await bucket.put('k', 'body');
    const range = { start: 99 };
    await expectError(() => bucket.get('k', { ifMatch: other, range }), 'PreconditionFailed');
    await expectError(() => bucket.get('k', { ifNoneMatch: etag, range }), 'NotModified');
    await expectError(() => bucket.get('k', { ifMatch: etag, range }), 'InvalidRange');
    const empty = await bucket.put('empty', '');
    await expectError(() => bucket.get('empty', { ifMatch: '0'.repeat(32), range }), 'PreconditionFailed');
    await expectError(() => bucket.get('empty', { ifNoneMatch: empty.etag, range }), 'NotModified');
    await expectError(() => bucket.get('empty', { ifMatch: empty.etag, range }), 'InvalidRange');
  }),

  contractCase('read-conditions/unsupported-combinations', async ({ bucket }) => {
    await bucket.put('k', 'body');
    for (const names of unsupportedCombinations) {
      const conditions: ReadConditions = Object.fromEntries(names.map((name) => [name, values[name]]));
      await expectError(() => bucket.get('k', conditions), 'InvalidArgument', { operation: 'get', key: 'k' });
      await expectError(() => bucket.fcopyTo(bucket.name, 'target', 'k', asSource(conditions)), 'InvalidArgument', {
        operation: 'fcopyTo',
      });
    }
  }),

  contractCase('read-conditions/malformed', async ({ bucket }) => {
    await bucket.put('k', 'body');
    for (const conditions of malformed) {
      await expectError(() => bucket.get('k', conditions), 'InvalidArgument', { operation: 'get', key: 'k' });
      await expectError(() => bucket.fcopyTo(bucket.name, 'target', 'k', asSource(conditions)), 'InvalidArgument');
    }
  }),

  contractCase('read-conditions/fget', async ({ bucket, createTempFolder }) => {
    const { etag } = await bucket.put('k', 'new');
    const path = join(await createTempFolder(), 'file');
    await expectError(() => bucket.fget('k', path, { ifNoneMatch: etag }), 'NotModified', { operation: 'fget', key: 'k' });
    await assert.rejects(access(path));
    await writeFile(path, 'old');
    await expectError(() => bucket.fget('k', path, { ifMatch: other }), 'PreconditionFailed');
    assert.equal(await readFile(path, 'utf8'), 'old');
    await bucket.fget('k', path, { ifMatch: etag });
    assert.equal(await readFile(path, 'utf8'), 'new');
  }),
];
