import fc from 'fast-check';
import type { Client } from '../calls/call.js';

/** The buckets of a program. */
export const bucketNames = ['differ-one', 'differ-two'] as const;

/** Names that are never created: valid names, invalid names, and values of other types. */
const otherNames = [
  'differ-gone',
  'a.b-c',
  '1.2.3',
  'a--b',
  'xn--abc',
  '0x1.2.3.4',
  'minio',
  'crossdomain.xml',
  '.minio.sys',
  'ab',
  'x'.repeat(63),
  'x'.repeat(64),
  'a..b',
  'a.-b',
  'a-.b',
  '-ab',
  'ab-',
  '.ab',
  'ab.',
  'Abc',
  'a_b',
  'a/b',
  'é12',
  '1.2.3.4',
  '999.1.1.1',
  'a\n',
  'abc\n',
  '',
  '..',
  'a b',
  undefined,
  null,
  42,
  {},
] as const;

/** Mostly the first bucket; rarely one that does not exist. */
export const bucket: fc.Arbitrary<string> = fc.oneof(
  { weight: 30, arbitrary: fc.constant('differ-one') },
  { weight: 8, arbitrary: fc.constant('differ-two') },
  { weight: 1, arbitrary: fc.constant('differ-gone') },
);

/** A bucket name as an argument of a datastore method. */
export const bucketName: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...bucketNames) },
  { weight: 1, arbitrary: fc.constantFrom(...otherNames) },
);

/** A bucket name that does not exist. */
export const missingBucketName: fc.Arbitrary<unknown> = fc.constantFrom(...otherNames);

export const client: fc.Arbitrary<Client> = fc.oneof(
  { weight: 60, arbitrary: fc.constant<Client>('first') },
  { weight: 20, arbitrary: fc.constant<Client>('second') },
  { weight: 1, arbitrary: fc.constant<Client>('closed') },
);
