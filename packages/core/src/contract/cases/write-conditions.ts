import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import type { PutData, WriteConditions } from '../../api/options.js';
import { MiB, inChunks, pattern, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

type BodyKind = 'bytes' | 'stream' | 'parts';
type Outcome = 'ok' | 'NoSuchKey' | 'PreconditionFailed';

const other = 'd41d8cd98f00b204e9800998ecf8427f';
const partSize = 5 * MiB;

interface Row {
  readonly put: Readonly<Record<BodyKind, string>>;
  readonly copy: string;
  readonly conditions: (etag: string) => WriteConditions;
  /** The outcome if the object exists. */
  readonly existing: Outcome;
  readonly missing: Outcome;
}

/** Conditions on the overwritten object, with the ids of their cases for `put` and for the target of a copy. */
const rows: readonly Row[] = [
  {
    put: {
      bytes: 'write-conditions/put/if-none-match-any/bytes',
      stream: 'write-conditions/put/if-none-match-any/stream',
      parts: 'write-conditions/put/if-none-match-any/parts',
    },
    copy: 'write-conditions/copy/if-none-match-any',
    conditions: () => ({ ifNoneMatch: '*' }),
    existing: 'PreconditionFailed',
    missing: 'ok',
  },
  {
    put: {
      bytes: 'write-conditions/put/if-none-match/bytes',
      stream: 'write-conditions/put/if-none-match/stream',
      parts: 'write-conditions/put/if-none-match/parts',
    },
    copy: 'write-conditions/copy/if-none-match',
    conditions: (etag) => ({ ifNoneMatch: etag }),
    existing: 'PreconditionFailed',
    missing: 'ok',
  },
  {
    put: {
      bytes: 'write-conditions/put/if-none-match-quoted/bytes',
      stream: 'write-conditions/put/if-none-match-quoted/stream',
      parts: 'write-conditions/put/if-none-match-quoted/parts',
    },
    copy: 'write-conditions/copy/if-none-match-quoted',
    conditions: (etag) => ({ ifNoneMatch: `"${etag}"` }),
    existing: 'PreconditionFailed',
    missing: 'ok',
  },
  {
    put: {
      bytes: 'write-conditions/put/if-none-match-other/bytes',
      stream: 'write-conditions/put/if-none-match-other/stream',
      parts: 'write-conditions/put/if-none-match-other/parts',
    },
    copy: 'write-conditions/copy/if-none-match-other',
    conditions: () => ({ ifNoneMatch: other }),
    existing: 'ok',
    missing: 'ok',
  },
  {
    put: {
      bytes: 'write-conditions/put/if-match-any/bytes',
      stream: 'write-conditions/put/if-match-any/stream',
      parts: 'write-conditions/put/if-match-any/parts',
    },
    copy: 'write-conditions/copy/if-match-any',
    conditions: () => ({ ifMatch: '*' }),
    existing: 'ok',
    missing: 'NoSuchKey',
  },
  {
    put: {
      bytes: 'write-conditions/put/if-match/bytes',
      stream: 'write-conditions/put/if-match/stream',
      parts: 'write-conditions/put/if-match/parts',
    },
    copy: 'write-conditions/copy/if-match',
    conditions: (etag) => ({ ifMatch: etag }),
    existing: 'ok',
    missing: 'NoSuchKey',
  },
  {
    put: {
      bytes: 'write-conditions/put/if-match-quoted/bytes',
      stream: 'write-conditions/put/if-match-quoted/stream',
      parts: 'write-conditions/put/if-match-quoted/parts',
    },
    copy: 'write-conditions/copy/if-match-quoted',
    conditions: (etag) => ({ ifMatch: `"${etag}"` }),
    existing: 'ok',
    missing: 'NoSuchKey',
  },
  {
    put: {
      bytes: 'write-conditions/put/if-match-other/bytes',
      stream: 'write-conditions/put/if-match-other/stream',
      parts: 'write-conditions/put/if-match-other/parts',
    },
    copy: 'write-conditions/copy/if-match-other',
    conditions: () => ({ ifMatch: other }),
    existing: 'PreconditionFailed',
    missing: 'NoSuchKey',
  },
  {
    put: {
      bytes: 'write-conditions/put/if-match-weak/bytes',
      stream: 'write-conditions/put/if-match-weak/stream',
      parts: 'write-conditions/put/if-match-weak/parts',
    },
    copy: 'write-conditions/copy/if-match-weak',
    conditions: (etag) => ({ ifMatch: `W/"${etag}"` }),
    existing: 'PreconditionFailed',
    missing: 'NoSuchKey',
  },
];

/** Bodies that a backend may store in different ways. */
const bodies: Readonly<Record<BodyKind, () => PutData>> = {
  bytes: () => 'the new body',
  stream: () => inChunks(pattern(100_000), 1000),
  parts: () => inChunks(pattern(partSize + 1), MiB),
};

const malformed: readonly object[] = [
  { ifMatch: 'a', ifNoneMatch: '*' },
  { ifMatch: '' },
  { ifNoneMatch: '' },
  { ifMatch: 7 },
  { ifNoneMatch: null },
  { ifNoneMatch: true },
];

async function expectOldObject(bucket: Bucket, etag: string): Promise<void> {
  const info = await bucket.stat('existing');
  assert.deepEqual([info.etag, info.contentType, { ...info.metadata }], [etag, 'text/plain', { old: 'yes' }]);
  assert.equal(await readText(bucket, 'existing'), 'the old body');
}

async function putOldObject(bucket: Bucket): Promise<string> {
  return (await bucket.put('existing', 'the old body', { contentType: 'text/plain', metadata: { old: 'yes' } })).etag;
}

/** Conditions on the object that `put`, `fcopyTo` or `delete` replaces. */
export const writeConditionCases = [
  ...rows.flatMap(({ put: ids, conditions, existing, missing }) =>
    entriesOf(ids).map(([kind, id]) =>
      contractCase(
        id,
        async ({ bucket }) => {
          const etag = await putOldObject(bucket);
          const put = (key: string): Promise<{ etag: string }> =>
            bucket.put(key, bodies[kind](), { ...conditions(etag), partSize, metadata: { new: 'yes' } });
          if (missing === 'ok') assert.equal((await put('missing')).etag, (await bucket.stat('missing')).etag);
          else await expectError(() => put('missing'), missing, { operation: 'put', bucket: bucket.name, key: 'missing' });
          assert.equal(await bucket.exists('missing'), missing === 'ok');
          if (existing === 'ok') {
            const result = await put('existing');
            const info = await bucket.stat('existing');
            assert.deepEqual([info.etag, { ...info.metadata }], [result.etag, { new: 'yes' }]);
            assert.notEqual(info.etag, etag);
          } else {
            await expectError(() => put('existing'), existing, { operation: 'put', bucket: bucket.name, key: 'existing' });
            await expectOldObject(bucket, etag);
          }
        },
        { requires: ['conditionalPut'] },
      ),
    ),
  ),

  ...rows.map(({ copy: id, conditions, existing, missing }) =>
    contractCase(
      id,
      async ({ bucket }) => {
        const etag = await putOldObject(bucket);
        await bucket.put('source', 'the new body');
        const copy = (key: string): Promise<unknown> => bucket.fcopyTo(bucket.name, key, 'source', conditions(etag));
        if (missing === 'ok') await copy('missing');
        else await expectError(() => copy('missing'), missing, { operation: 'fcopyTo' });
        assert.equal(await bucket.exists('missing'), missing === 'ok');
        if (existing === 'ok') {
          await copy('existing');
          assert.equal(await readText(bucket, 'existing'), 'the new body');
        } else {
          await expectError(() => copy('existing'), existing, { operation: 'fcopyTo', bucket: bucket.name, key: 'existing' });
          await expectOldObject(bucket, etag);
        }
      },
      { requires: ['conditionalCopy'] },
    ),
  ),

  contractCase(
    'write-conditions/delete',
    async ({ bucket }) => {
      const etag = await putOldObject(bucket);
      await expectError(() => bucket.delete('existing', { ifMatch: other }), 'PreconditionFailed', {
        operation: 'delete',
        bucket: bucket.name,
        key: 'existing',
      });
      await expectError(() => bucket.delete('missing', { ifMatch: etag }), 'NoSuchKey', { operation: 'delete', key: 'missing' });
      await expectError(() => bucket.delete('missing', { ifMatch: '*' }), 'NoSuchKey');
      await expectOldObject(bucket, etag);
      await bucket.delete('existing', { ifMatch: etag });
      assert.equal(await bucket.exists('existing'), false);
      for (const toIfMatch of [(etagNow: string) => `"${etagNow}"`, () => '*']) {
        await bucket.delete('existing', { ifMatch: toIfMatch(await putOldObject(bucket)) });
        assert.equal(await bucket.exists('existing'), false);
      }
    },
    { requires: ['conditionalDelete'] },
  ),

  contractCase(
    'write-conditions/folder-key',
    async ({ bucket }) => {
      await expectError(() => bucket.put('a/', 'new', { ifMatch: other }), 'NoSuchKey', { operation: 'put', key: 'a/' });
      await bucket.put('a/', 'new', { ifNoneMatch: '*' });
      await expectError(() => bucket.put('a/', 'newer', { ifNoneMatch: '*' }), 'PreconditionFailed');
      assert.equal(await readText(bucket, 'a/'), 'new');
    },
    { requires: ['conditionalPut'] },
  ),

  contractCase(
    'write-conditions/after-delete',
    async ({ bucket }) => {
      const etag = await putOldObject(bucket);
      await bucket.delete('existing');
      await expectError(() => bucket.put('existing', 'new', { ifMatch: etag }), 'NoSuchKey');
      await bucket.put('existing', 'new', { ifNoneMatch: '*' });
      assert.equal(await readText(bucket, 'existing'), 'new');
    },
    { requires: ['conditionalPut'] },
  ),

  contractCase(
    'write-conditions/multipart-etag',
    async ({ bucket }) => {
      const { etag } = await bucket.put('k', pattern(partSize + 1), { partSize });
      await expectError(() => bucket.put('k', 'new', { ifNoneMatch: etag }), 'PreconditionFailed');
      await bucket.put('k', 'new', { ifMatch: etag });
      assert.equal(await readText(bucket, 'k'), 'new');
    },
    { requires: ['conditionalPut'] },
  ),

  contractCase('write-conditions/malformed', async ({ bucket }) => {
    await bucket.put('source', 'body');
    for (const conditions of malformed) {
      await expectError(() => bucket.put('k', 'body', conditions), 'InvalidArgument', { operation: 'put', key: 'k' });
      await expectError(() => bucket.fcopyTo(bucket.name, 'k', 'source', conditions), 'InvalidArgument', { operation: 'fcopyTo' });
    }
    await expectError(() => bucket.delete('source', { ifMatch: '' }), 'InvalidArgument', { operation: 'delete' });
    assert.deepEqual(await bucket.listFilename(), ['source']);
  }),
];
