import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import type { PutData, WriteConditions } from '../../api/options.js';
import { MiB, inChunks, pattern, textOf } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

type Outcome = 'ok' | 'NoSuchKey' | 'PreconditionFailed';

const other = 'd41d8cd98f00b204e9800998ecf8427f';
const partSize = 5 * MiB;

/** Conditions on a write, with the outcome where there is an object, and where there is none. */
const rows: Readonly<Record<string, readonly [(etag: string) => WriteConditions, Outcome, Outcome]>> = {
  'if-none-match-any': [() => ({ ifNoneMatch: '*' }), 'PreconditionFailed', 'ok'],
  'if-none-match': [(etag) => ({ ifNoneMatch: etag }), 'PreconditionFailed', 'ok'],
  'if-none-match-quoted': [(etag) => ({ ifNoneMatch: `"${etag}"` }), 'PreconditionFailed', 'ok'],
  'if-none-match-other': [() => ({ ifNoneMatch: other }), 'ok', 'ok'],
  'if-match-any': [() => ({ ifMatch: '*' }), 'ok', 'NoSuchKey'],
  'if-match': [(etag) => ({ ifMatch: etag }), 'ok', 'NoSuchKey'],
  'if-match-quoted': [(etag) => ({ ifMatch: `"${etag}"` }), 'ok', 'NoSuchKey'],
  'if-match-other': [() => ({ ifMatch: other }), 'PreconditionFailed', 'NoSuchKey'],
  'if-match-weak': [(etag) => ({ ifMatch: `W/"${etag}"` }), 'PreconditionFailed', 'NoSuchKey'],
};

/** Bodies as a backend may treat them differently. */
const bodies: Readonly<Record<string, () => PutData>> = {
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

async function isOld(bucket: Bucket, etag: string): Promise<void> {
  const info = await bucket.stat('there');
  assert.deepEqual([info.etag, info.contentType, { ...info.metadata }], [etag, 'text/plain', { old: 'yes' }]);
  assert.equal(await textOf(bucket, 'there'), 'the old body');
}

async function putOld(bucket: Bucket): Promise<string> {
  return (await bucket.put('there', 'the old body', { contentType: 'text/plain', metadata: { old: 'yes' } })).etag;
}

/** Conditions on what is overwritten: by `put`, `fcopyTo` and `delete`. */
export const writeConditionCases = [
  ...Object.entries(rows).flatMap(([id, [make, there, missing]]) =>
    Object.entries(bodies).map(([kind, body]) =>
      contractCase(
        `write-conditions/put/${id}/${kind}`,
        async ({ bucket }) => {
          const etag = await putOld(bucket);
          const put = (key: string): Promise<{ etag: string }> =>
            bucket.put(key, body(), { ...make(etag), partSize, metadata: { new: 'yes' } });
          if (missing === 'ok') assert.equal((await put('missing')).etag, (await bucket.stat('missing')).etag);
          else await fails(() => put('missing'), missing, { operation: 'put', bucket: bucket.name, key: 'missing' });
          assert.equal(await bucket.exists('missing'), missing === 'ok');
          if (there === 'ok') {
            const result = await put('there');
            const info = await bucket.stat('there');
            assert.deepEqual([info.etag, { ...info.metadata }], [result.etag, { new: 'yes' }]);
            assert.notEqual(info.etag, etag);
          } else {
            await fails(() => put('there'), there, { operation: 'put', bucket: bucket.name, key: 'there' });
            await isOld(bucket, etag);
          }
        },
        { needs: ['conditionalPut'] },
      ),
    ),
  ),

  ...Object.entries(rows).map(([id, [make, there, missing]]) =>
    contractCase(
      `write-conditions/copy/${id}`,
      async ({ bucket }) => {
        const etag = await putOld(bucket);
        await bucket.put('source', 'the new body');
        const copy = (key: string): Promise<unknown> => bucket.fcopyTo(bucket.name, key, 'source', make(etag));
        if (missing === 'ok') await copy('missing');
        else await fails(() => copy('missing'), missing, { operation: 'fcopyTo' });
        assert.equal(await bucket.exists('missing'), missing === 'ok');
        if (there === 'ok') {
          await copy('there');
          assert.equal(await textOf(bucket, 'there'), 'the new body');
        } else {
          await fails(() => copy('there'), there, { operation: 'fcopyTo', bucket: bucket.name, key: 'there' });
          await isOld(bucket, etag);
        }
      },
      { needs: ['conditionalCopy'] },
    ),
  ),

  contractCase(
    'write-conditions/delete',
    async ({ bucket }) => {
      const etag = await putOld(bucket);
      await fails(() => bucket.delete('there', { ifMatch: other }), 'PreconditionFailed', {
        operation: 'delete',
        bucket: bucket.name,
        key: 'there',
      });
      await fails(() => bucket.delete('missing', { ifMatch: etag }), 'NoSuchKey', { operation: 'delete', key: 'missing' });
      await fails(() => bucket.delete('missing', { ifMatch: '*' }), 'NoSuchKey');
      await isOld(bucket, etag);
      await bucket.delete('there', { ifMatch: etag });
      assert.equal(await bucket.exists('there'), false);
      for (const make of [(now: string) => `"${now}"`, () => '*']) {
        await bucket.delete('there', { ifMatch: make(await putOld(bucket)) });
        assert.equal(await bucket.exists('there'), false);
      }
    },
    { needs: ['conditionalDelete'] },
  ),

  contractCase(
    'write-conditions/missing-folder-key',
    async ({ bucket }) => {
      await fails(() => bucket.put('a/', 'new', { ifMatch: other }), 'NoSuchKey', { operation: 'put', key: 'a/' });
      await bucket.put('a/', 'new', { ifNoneMatch: '*' });
      await fails(() => bucket.put('a/', 'newer', { ifNoneMatch: '*' }), 'PreconditionFailed');
      assert.equal(await textOf(bucket, 'a/'), 'new');
    },
    { needs: ['conditionalPut'] },
  ),

  contractCase(
    'write-conditions/after-delete',
    async ({ bucket }) => {
      const etag = await putOld(bucket);
      await bucket.delete('there');
      await fails(() => bucket.put('there', 'new', { ifMatch: etag }), 'NoSuchKey');
      await bucket.put('there', 'new', { ifNoneMatch: '*' });
      assert.equal(await textOf(bucket, 'there'), 'new');
    },
    { needs: ['conditionalPut'] },
  ),

  contractCase(
    'write-conditions/etag-of-parts',
    async ({ bucket }) => {
      const { etag } = await bucket.put('k', pattern(partSize + 1), { partSize });
      await fails(() => bucket.put('k', 'new', { ifNoneMatch: etag }), 'PreconditionFailed');
      await bucket.put('k', 'new', { ifMatch: etag });
      assert.equal(await textOf(bucket, 'k'), 'new');
    },
    { needs: ['conditionalPut'] },
  ),

  contractCase('write-conditions/malformed', async ({ bucket }) => {
    await bucket.put('source', 'body');
    for (const conditions of malformed) {
      await fails(() => bucket.put('k', 'body', conditions), 'InvalidArgument', { operation: 'put', key: 'k' });
      await fails(() => bucket.fcopyTo(bucket.name, 'k', 'source', conditions), 'InvalidArgument', { operation: 'fcopyTo' });
    }
    await fails(() => bucket.delete('source', { ifMatch: '' }), 'InvalidArgument', { operation: 'delete' });
    assert.deepEqual(await bucket.listFilename(), ['source']);
  }),
];
