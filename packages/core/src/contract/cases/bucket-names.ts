import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Bucket } from '../../api/datastore.js';
import { expectError } from '../assertions.js';
import { calls, callsIn, entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

/** Valid bucket names with a random part. */
const valid: Readonly<Record<string, (random: string) => string>> = {
  'bucket-names/valid/shortest': (random) => random.slice(0, 3),
  'bucket-names/valid/longest': (random) => random.repeat(4).slice(0, 63),
  'bucket-names/valid/dots': (random) => `a.b.${random}`,
  'bucket-names/valid/digits-first': (random) => `1${random}`,
  'bucket-names/valid/digits-only': (random) => BigInt(`0x${random}`).toString(),
  'bucket-names/valid/like-an-ip-address': (random) => `1.2.3.${random}x`,
  'bucket-names/valid/two-hyphens': (random) => `a--${random}`,
};

/** Invalid bucket names. */
const invalid: Readonly<Record<string, string>> = {
  'bucket-names/invalid/empty': '',
  'bucket-names/invalid/too-short': 'ab',
  'bucket-names/invalid/too-long': 'a'.repeat(64),
  'bucket-names/invalid/upper-case': 'Photos',
  'bucket-names/invalid/underscore': 'my_photos',
  'bucket-names/invalid/space': 'my photos',
  'bucket-names/invalid/not-ascii': 'fotoés',
  'bucket-names/invalid/slash': 'a/bcd',
  'bucket-names/invalid/parent-folder': '../photos',
  'bucket-names/invalid/dots-only': '...',
  'bucket-names/invalid/two-dots': 'a..bcd',
  'bucket-names/invalid/dot-hyphen': 'a.-bcd',
  'bucket-names/invalid/hyphen-dot': 'a-.bcd',
  'bucket-names/invalid/hyphen-first': '-abcd',
  'bucket-names/invalid/hyphen-last': 'abcd-',
  'bucket-names/invalid/dot-first': '.abcd',
  'bucket-names/invalid/dot-last': 'abcd.',
  'bucket-names/invalid/ip-address': '192.168.1.1',
  'bucket-names/invalid/ip-address-out-of-range': '999.1.1.1',
  'bucket-names/invalid/newline': 'abcd\n',
};

/** Names that MinIO reserves. */
const reserved: Readonly<Record<string, string>> = {
  'bucket-names/reserved/minio': 'minio',
  'bucket-names/reserved/minio-sys': '.minio.sys',
};

/** Returns calls with a bucket name as an argument, by the operation that errors report. */
function callsWithName(bucket: Bucket, bucketName: string): [operation: string, call: () => unknown][] {
  const { datastore } = bucket;
  return [
    ['bucket', () => datastore.bucket(bucketName)],
    ...callsIn('bucket-name', datastore).map((name): [string, () => unknown] => {
      const { operation, run } = calls[name];
      return [operation, () => run({ bucket, bucketName, key: 'k', folder: '' })];
    }),
  ];
}

/** The rules for bucket names. */
export const bucketNameCases = [
  ...entriesOf(valid).map(([id, toName]) =>
    contractCase(id, async ({ datastore, createBucket }) => {
      let name = toName(randomBytes(8).toString('hex'));
      // A bucket with a name of three characters may exist already.
      for (let tries = 0; !(await createBucket(name)) && tries < 20; tries++) name = toName(randomBytes(8).toString('hex'));
      assert.equal(await datastore.bucketExists(name), true);
      assert.ok((await datastore.list()).includes(name));
      await datastore.bucket(name).put('k', 'body');
      assert.deepEqual(await datastore.bucket(name).listFilename(), ['k']);
    }),
  ),

  ...entriesOf(invalid).map(([id, name]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('k', 'body');
      for (const [operation, call] of callsWithName(bucket, name)) await expectError(call, 'InvalidBucketName', { operation });
      await expectError(() => bucket.fcopyTo(name, 'k', 'k'), 'InvalidBucketName', { operation: 'fcopyTo' });
    }),
  ),

  ...entriesOf(reserved).map(([id, name]) =>
    contractCase(id, async ({ bucket }) => {
      for (const [, call] of callsWithName(bucket, name)) await expectError(call, 'AllAccessDisabled');
    }),
  ),

  contractCase('bucket-names/not-a-string', async ({ bucket }) => {
    for (const name of [undefined, null, 12345, {}, ['abc']]) {
      for (const [, call] of callsWithName(bucket, name as never)) await expectError(call, 'InvalidArgument');
    }
  }),
];
