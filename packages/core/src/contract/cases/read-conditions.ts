import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopyOptions, ReadConditions } from '../../api/options.js';
import type { ObjectInfo } from '../../api/object-info.js';
import { expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';

type Outcome = 'ok' | 'NotModified' | 'PreconditionFailed';

const seconds = (info: ObjectInfo, offset: number): Date => new Date(info.lastModified.getTime() + offset * 1000);
const other = 'd41d8cd98f00b204e9800998ecf8427f';

interface Row {
  readonly get: string;
  readonly copy: string;
  readonly conditions: (info: ObjectInfo) => ReadConditions;
  /** The outcome of `get`. A copy fails with `PreconditionFailed` instead of `NotModified`. */
  readonly outcome: Outcome;
}

/** Conditions on an object, with the ids of their cases for `get` and for the source of a copy. */
const rows: readonly Row[] = [
  {
    get: 'read-conditions/get/if-match',
    copy: 'read-conditions/copy/if-match',
    conditions: ({ etag }) => ({ ifMatch: etag }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-match-quoted',
    copy: 'read-conditions/copy/if-match-quoted',
    conditions: ({ etag }) => ({ ifMatch: `"${etag}"` }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-match-any',
    copy: 'read-conditions/copy/if-match-any',
    conditions: () => ({ ifMatch: '*' }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-match-other',
    copy: 'read-conditions/copy/if-match-other',
    conditions: () => ({ ifMatch: other }),
    outcome: 'PreconditionFailed',
  },
  {
    get: 'read-conditions/get/if-match-other-quoted',
    copy: 'read-conditions/copy/if-match-other-quoted',
    conditions: () => ({ ifMatch: `"${other}"` }),
    outcome: 'PreconditionFailed',
  },
  {
    get: 'read-conditions/get/if-match-truncated',
    copy: 'read-conditions/copy/if-match-truncated',
    conditions: ({ etag }) => ({ ifMatch: etag.slice(0, -1) }),
    outcome: 'PreconditionFailed',
  },
  {
    get: 'read-conditions/get/if-match-weak',
    copy: 'read-conditions/copy/if-match-weak',
    conditions: ({ etag }) => ({ ifMatch: `W/"${etag}"` }),
    outcome: 'PreconditionFailed',
  },
  {
    get: 'read-conditions/get/if-match-list',
    copy: 'read-conditions/copy/if-match-list',
    conditions: ({ etag }) => ({ ifMatch: `"${etag}", "${other}"` }),
    outcome: 'PreconditionFailed',
  },
  {
    get: 'read-conditions/get/if-none-match',
    copy: 'read-conditions/copy/if-none-match',
    conditions: ({ etag }) => ({ ifNoneMatch: etag }),
    outcome: 'NotModified',
  },
  {
    get: 'read-conditions/get/if-none-match-quoted',
    copy: 'read-conditions/copy/if-none-match-quoted',
    conditions: ({ etag }) => ({ ifNoneMatch: `"${etag}"` }),
    outcome: 'NotModified',
  },
  {
    get: 'read-conditions/get/if-none-match-any',
    copy: 'read-conditions/copy/if-none-match-any',
    conditions: () => ({ ifNoneMatch: '*' }),
    outcome: 'NotModified',
  },
  {
    get: 'read-conditions/get/if-none-match-other',
    copy: 'read-conditions/copy/if-none-match-other',
    conditions: () => ({ ifNoneMatch: other }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-none-match-weak',
    copy: 'read-conditions/copy/if-none-match-weak',
    conditions: ({ etag }) => ({ ifNoneMatch: `W/"${etag}"` }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-modified-since-earlier',
    copy: 'read-conditions/copy/if-modified-since-earlier',
    conditions: (info) => ({ ifModifiedSince: seconds(info, -1) }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-modified-since-1999',
    copy: 'read-conditions/copy/if-modified-since-1999',
    conditions: () => ({ ifModifiedSince: new Date('1999-01-01T00:00:00Z') }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-modified-since-same',
    copy: 'read-conditions/copy/if-modified-since-same',
    conditions: (info) => ({ ifModifiedSince: seconds(info, 0) }),
    outcome: 'NotModified',
  },
  {
    get: 'read-conditions/get/if-modified-since-same-second',
    copy: 'read-conditions/copy/if-modified-since-same-second',
    conditions: (info) => ({ ifModifiedSince: seconds(info, 0.9) }),
    outcome: 'NotModified',
  },
  {
    get: 'read-conditions/get/if-modified-since-later',
    copy: 'read-conditions/copy/if-modified-since-later',
    conditions: (info) => ({ ifModifiedSince: seconds(info, 1) }),
    outcome: 'NotModified',
  },
  {
    get: 'read-conditions/get/if-modified-since-future',
    copy: 'read-conditions/copy/if-modified-since-future',
    conditions: (info) => ({ ifModifiedSince: seconds(info, 100_000) }),
    outcome: 'NotModified',
  },
  {
    get: 'read-conditions/get/if-unmodified-since-earlier',
    copy: 'read-conditions/copy/if-unmodified-since-earlier',
    conditions: (info) => ({ ifUnmodifiedSince: seconds(info, -1) }),
    outcome: 'PreconditionFailed',
  },
  {
    get: 'read-conditions/get/if-unmodified-since-fraction-earlier',
    copy: 'read-conditions/copy/if-unmodified-since-fraction-earlier',
    conditions: (info) => ({ ifUnmodifiedSince: seconds(info, -0.1) }),
    outcome: 'PreconditionFailed',
  },
  {
    get: 'read-conditions/get/if-unmodified-since-same',
    copy: 'read-conditions/copy/if-unmodified-since-same',
    conditions: (info) => ({ ifUnmodifiedSince: seconds(info, 0) }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-unmodified-since-same-second',
    copy: 'read-conditions/copy/if-unmodified-since-same-second',
    conditions: (info) => ({ ifUnmodifiedSince: seconds(info, 0.9) }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-unmodified-since-later',
    copy: 'read-conditions/copy/if-unmodified-since-later',
    conditions: (info) => ({ ifUnmodifiedSince: seconds(info, 1) }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-match-and-if-unmodified-since',
    copy: 'read-conditions/copy/if-match-and-if-unmodified-since',
    conditions: (info) => ({ ifMatch: info.etag, ifUnmodifiedSince: seconds(info, 0) }),
    outcome: 'ok',
  },
  {
    get: 'read-conditions/get/if-match-other-and-if-unmodified-since',
    copy: 'read-conditions/copy/if-match-other-and-if-unmodified-since',
    conditions: (info) => ({ ifMatch: other, ifUnmodifiedSince: seconds(info, 1) }),
    outcome: 'PreconditionFailed',
  },
];

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
  ...rows.map(({ get: id, conditions: toConditions, outcome }) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('k', 'body');
      const conditions = toConditions(await bucket.stat('k'));
      for (const range of [undefined, { start: 1, end: 3 }]) {
        const read = async (): Promise<string> => (await bucket.get('k', { ...conditions, range })).text();
        if (outcome === 'ok') assert.equal(await read(), range === undefined ? 'body' : 'od');
        else await expectError(read, outcome, { operation: 'get', bucket: bucket.name, key: 'k' });
      }
    }),
  ),

  ...rows.map(({ copy: id, conditions: toConditions, outcome }) =>
    contractCase(id, async ({ bucket }) => {
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
