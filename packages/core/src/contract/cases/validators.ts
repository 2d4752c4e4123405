import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectInfo } from '../../api/object-info.js';
import type { GetOptions } from '../../api/options.js';
import { pattern } from '../bodies.js';
import { assertSameBytes, expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

const other = 'd41d8cd98f00b204e9800998ecf8427f';
const seconds = ({ lastModified }: ObjectInfo, offset: number): Date => new Date(lastModified.getTime() + offset * 1000);

/** Values of `ifRange`, and whether they describe the object. */
const ifRanges: Readonly<Record<string, readonly [value: (info: ObjectInfo) => string | Date, matches: boolean]>> = {
  'if-range/etag': [({ etag }) => etag, true],
  'if-range/etag-quoted': [({ etag }) => `"${etag}"`, true],
  'if-range/other-etag': [() => `"${other}"`, false],
  'if-range/weak-etag': [({ etag }) => `W/"${etag}"`, false],
  'if-range/etag-in-upper-case': [({ etag }) => `"${etag.toUpperCase()}"`, false],
  'if-range/etag-list': [({ etag }) => `"${other}", "${etag}"`, false],
  'if-range/time': [(info) => seconds(info, 0), true],
  'if-range/time-in-the-same-second': [(info) => seconds(info, 0.9), true],
  'if-range/earlier-time': [(info) => seconds(info, -1), false],
  'if-range/later-time': [(info) => seconds(info, 1), false],
  'if-range/http-date': [(info) => info.lastModified.toUTCString(), true],
  'if-range/other-http-date': [(info) => seconds(info, 1).toUTCString(), false],
};

/** Lists of ETags, and whether the object has one of them. */
const etagLists: Readonly<Record<string, readonly [list: (etag: string) => string, matches: boolean]>> = {
  'etag-lists/first': [(etag) => `"${etag}", "${other}"`, true],
  'etag-lists/last': [(etag) => `"${other}", "x", "${etag}"`, true],
  'etag-lists/none': [() => `"${other}", "x"`, false],
  'etag-lists/weak-member': [(etag) => `"${other}", W/"${etag}"`, true],
  'etag-lists/all-weak': [(etag) => `W/"${etag}", W/"${other}"`, true],
  'etag-lists/other-weak': [() => `W/"${other}", W/"x"`, false],
  'etag-lists/one-weak': [(etag) => `W/"${etag}"`, true],
  'etag-lists/one-other-weak': [() => `W/"${other}"`, false],
  'etag-lists/without-blanks': [(etag) => `"${other}","${etag}"`, true],
  'etag-lists/more-blanks': [(etag) => ` "${other}" ,  "${etag}" `, true],
  'etag-lists/without-quotes': [(etag) => `${other}, ${etag}`, true],
  'etag-lists/quoted-asterisk': [() => `"*", "${other}"`, false],
  'etag-lists/comma-in-an-etag': [(etag) => `"${other},${etag}", "x"`, false],
  'etag-lists/other-case': [(etag) => `"${etag.toUpperCase()}", "${other}"`, false],
};

/** Validators of reads that servers do not evaluate: `ifRange`, and lists of ETags. */
export const validatorCases = [
  ...entriesOf(ifRanges).map(([id, [value, matches]]) =>
    contractCase(id, async ({ bucket }) => {
      const body = pattern(200_000);
      for (const [key, data] of [
        ['small', 'body'],
        ['large', body],
      ] as const) {
        await bucket.put(key, data);
        const info = await bucket.stat(key);
        const bytes = Buffer.from(data);
        const object = await bucket.get(key, { range: { start: 1, end: 3 }, ifRange: value(info) });
        assert.deepEqual(
          object.range === undefined ? undefined : { ...object.range },
          matches ? { start: 1, end: 3, size: bytes.length } : undefined,
        );
        assertSameBytes(await object.bytes(), matches ? bytes.subarray(1, 3) : bytes);
        assert.deepEqual(object.info, info);
      }
    }),
  ),

  contractCase('if-range/after-overwrite', async ({ bucket }) => {
    const { etag } = await bucket.put('k', 'the old body');
    await bucket.put('k', 'new');
    // The range of the old body is beyond the new one.
    const object = await bucket.get('k', { range: 'bytes=8-', ifRange: etag });
    assert.deepEqual([object.range, await object.text()], [undefined, 'new']);
  }),

  contractCase('if-range/range-past-end', async ({ bucket }) => {
    const { etag } = await bucket.put('k', 'body');
    await expectError(() => bucket.get('k', { range: { start: 4 }, ifRange: etag }), 'InvalidRange', { operation: 'get', key: 'k' });
  }),

  contractCase('if-range/missing-key', async ({ bucket }) => {
    await expectError(() => bucket.get('k', { range: { start: 0 }, ifRange: other }), 'NoSuchKey', { operation: 'get', key: 'k' });
  }),

  contractCase('if-range/with-condition', async ({ bucket }) => {
    const { etag } = await bucket.put('k', 'body');
    const range = { start: 1 };
    await expectError(() => bucket.get('k', { range, ifRange: etag, ifNoneMatch: etag }), 'NotModified');
    await expectError(() => bucket.get('k', { range, ifRange: other, ifMatch: other }), 'PreconditionFailed');
    assert.equal(await (await bucket.get('k', { range, ifRange: other, ifMatch: etag })).text(), 'body');
    assert.equal(await (await bucket.get('k', { range, ifRange: etag, ifMatch: etag })).text(), 'ody');
  }),

  contractCase('if-range/requires-range', async ({ bucket }) => {
    const { etag } = await bucket.put('k', 'body');
    await expectError(() => bucket.get('k', { ifRange: etag }), 'InvalidArgument', { operation: 'get', key: 'k' });
    await expectError(() => bucket.get('k', { ifRange: etag, partNumber: 1 }), 'InvalidArgument');
  }),

  contractCase('if-range/malformed', async ({ bucket }) => {
    await bucket.put('k', 'body');
    for (const ifRange of ['', '""', '*', 7, null, ['x'], 'é', 'a\nb', new Date(Number.NaN)]) {
      const options = { range: { start: 0 }, ifRange } as GetOptions;
      await expectError(() => bucket.get('k', options), 'InvalidArgument', { operation: 'get', key: 'k' });
    }
  }),

  contractCase('if-range/fget', async ({ bucket, createTempFolder }) => {
    const { etag } = await bucket.put('k', 'body');
    const path = join(await createTempFolder(), 'file');
    await bucket.fget('k', path, { range: 'bytes=2-', ifRange: etag });
    assert.equal(await readFile(path, 'utf8'), 'dy');
    await bucket.fget('k', path, { range: 'bytes=2-', ifRange: other });
    assert.equal(await readFile(path, 'utf8'), 'body');
  }),

  ...entriesOf(etagLists).map(([id, [list, matches]]) =>
    contractCase(id, async ({ bucket }) => {
      for (const [key, data] of [
        ['small', Buffer.from('body')],
        ['large', pattern(200_000)],
      ] as const) {
        const { etag } = await bucket.put(key, data);
        const ifNoneMatch = list(etag);
        for (const range of [undefined, { start: 1, end: 3 }]) {
          const read = async (): Promise<Buffer> => (await bucket.get(key, { ifNoneMatch, range })).bytes();
          if (matches) await expectError(read, 'NotModified', { operation: 'get', bucket: bucket.name, key });
          else assertSameBytes(await read(), range === undefined ? data : data.subarray(1, 3));
        }
      }
    }),
  ),

  contractCase('etag-lists/evaluated-before-range', async ({ bucket }) => {
    const { etag } = await bucket.put('k', 'body');
    const range = { start: 99 };
    await expectError(() => bucket.get('k', { ifNoneMatch: `"${other}", "${etag}"`, range }), 'NotModified');
    await expectError(() => bucket.get('k', { ifNoneMatch: `"${other}", "x"`, range }), 'InvalidRange');
  }),

  contractCase('etag-lists/missing-key', async ({ bucket }) => {
    await expectError(() => bucket.get('k', { ifNoneMatch: `"${other}", "x"` }), 'NoSuchKey', { operation: 'get', key: 'k' });
  }),

  contractCase('etag-lists/with-another-condition', async ({ bucket }) => {
    await bucket.put('k', 'body');
    const ifNoneMatch = `"${other}", "x"`;
    for (const condition of [{ ifMatch: other }, { ifModifiedSince: new Date(0) }, { ifUnmodifiedSince: new Date() }])
      await expectError(() => bucket.get('k', { ifNoneMatch, ...condition }), 'InvalidArgument', { operation: 'get', key: 'k' });
  }),

  contractCase('etag-lists/asterisk', async ({ bucket }) => {
    await bucket.put('k', 'body');
    for (const ifNoneMatch of [`*, "${other}"`, `"${other}", *`])
      await expectError(() => bucket.get('k', { ifNoneMatch }), 'InvalidArgument', { operation: 'get', key: 'k' });
  }),

  contractCase('etag-lists/many-times', async ({ bucket }) => {
    // The body of an object that was not modified is released.
    const { etag } = await bucket.put('k', pattern(500_000));
    for (let i = 0; i < 60; i++) await expectError(() => bucket.get('k', { ifNoneMatch: `"${other}", "${etag}"` }), 'NotModified');
    assert.equal((await bucket.stat('k')).size, 500_000);
  }),

  contractCase('etag-lists/fget', async ({ bucket, createTempFolder }) => {
    const { etag } = await bucket.put('k', 'body');
    const path = join(await createTempFolder(), 'file');
    await expectError(() => bucket.fget('k', path, { ifNoneMatch: `W/"${other}", W/"${etag}"` }), 'NotModified', { operation: 'fget' });
    await assert.rejects(access(path));
    await bucket.fget('k', path, { ifNoneMatch: `"${other}", "x"` });
    assert.equal(await readFile(path, 'utf8'), 'body');
  }),
];
