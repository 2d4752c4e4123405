import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Datastore } from '../../api/datastore.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

/** Bucket names that everyone takes, made around some random letters. */
const good: Readonly<Record<string, (random: string) => string>> = {
  shortest: (random) => random.slice(0, 3),
  longest: (random) => random.repeat(4).slice(0, 63),
  dots: (random) => `a.b.${random}`,
  'digits-first': (random) => `1${random}`,
  'digits-only': (random) => BigInt(`0x${random}`).toString(),
  'like-an-address': (random) => `1.2.3.${random}x`,
  'two-hyphens': (random) => `a--${random}`,
};

/** Names that are refused, by what is wrong with them. */
const bad: Readonly<Record<string, string>> = {
  empty: '',
  'too-short': 'ab',
  'too-long': 'a'.repeat(64),
  'upper-case': 'Photos',
  underscore: 'my_photos',
  space: 'my photos',
  'not-ascii': 'fotoés',
  slash: 'a/bcd',
  'parent-folder': '../photos',
  'dots-only': '...',
  'two-dots': 'a..bcd',
  'dot-hyphen': 'a.-bcd',
  'hyphen-dot': 'a-.bcd',
  'hyphen-first': '-abcd',
  'hyphen-last': 'abcd-',
  'dot-first': '.abcd',
  'dot-last': 'abcd.',
  address: '192.168.1.1',
  'address-out-of-range': '999.1.1.1',
  newline: 'abcd\n',
};

const reserved = ['minio', '.minio.sys'];

/** Everything that takes a bucket name, apart from `fcopyTo`. */
const uses: Readonly<Record<string, (datastore: Datastore, name: string) => unknown>> = {
  createBucket: (datastore, name) => datastore.createBucket(name),
  removeBucket: (datastore, name) => datastore.removeBucket(name),
  bucketExists: (datastore, name) => datastore.bucketExists(name),
  getBucket: (datastore, name) => datastore.getBucket(name),
  bucket: (datastore, name) => datastore.bucket(name),
};

/** The grammar of bucket names. */
export const bucketNameCases = [
  ...Object.entries(good).map(([id, make]) =>
    contractCase(`bucket-names/good/${id}`, async ({ datastore, create }) => {
      let name = make(randomBytes(8).toString('hex'));
      // Three letters may be someone's already.
      for (let tries = 0; !(await create(name)) && tries < 20; tries++) name = make(randomBytes(8).toString('hex'));
      assert.equal(await datastore.bucketExists(name), true);
      assert.ok((await datastore.list()).includes(name));
      await datastore.bucket(name).put('k', 'body');
      assert.deepEqual(await datastore.bucket(name).listFilename(), ['k']);
    }),
  ),

  ...Object.entries(bad).map(([id, name]) =>
    contractCase(`bucket-names/bad/${id}`, async ({ datastore, bucket }) => {
      await bucket.put('k', 'body');
      for (const [operation, use] of Object.entries(uses)) await fails(() => use(datastore, name), 'InvalidBucketName', { operation });
      await fails(() => bucket.fcopyTo(name, 'k', 'k'), 'InvalidBucketName', { operation: 'fcopyTo' });
    }),
  ),

  ...reserved.map((name) =>
    contractCase(`bucket-names/reserved/${name}`, async ({ datastore }) => {
      for (const use of Object.values(uses)) await fails(() => use(datastore, name), 'AllAccessDisabled');
    }),
  ),

  contractCase('bucket-names/no-string', async ({ datastore }) => {
    for (const name of [undefined, null, 12345, {}, ['abc']]) {
      for (const use of Object.values(uses)) await fails(() => use(datastore, name as never), 'InvalidArgument');
    }
  }),
];
