import fc from 'fast-check';
import type { Client, EtagLeaf, Role, SignalLeaf, TimeLeaf } from '../calls/call.js';
import { seldom } from './values.js';

/** The buckets that a program works with. */
export const bucketNames = ['differ-one', 'differ-two'] as const;

/** Names that are never made: good ones, bad ones, and what is no name. */
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

/** The first bucket mostly; seldom one that is missing. */
export const bucket: fc.Arbitrary<string> = fc.oneof(
  { weight: 30, arbitrary: fc.constant('differ-one') },
  { weight: 8, arbitrary: fc.constant('differ-two') },
  { weight: 1, arbitrary: fc.constant('differ-gone') },
);

/** What is given to a datastore as a bucket's name. */
export const givenName: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...bucketNames) },
  { weight: 1, arbitrary: fc.constantFrom(...otherNames) },
);

/** The names under which nothing is found: not to be made. */
export const foreignName: fc.Arbitrary<unknown> = fc.constantFrom(...otherNames);

export const client: fc.Arbitrary<Client> = fc.oneof(
  { weight: 60, arbitrary: fc.constant<Client>('first') },
  { weight: 20, arbitrary: fc.constant<Client>('second') },
  { weight: 1, arbitrary: fc.constant<Client>('closed') },
);

/** A signal that is aborted already, seldom. */
export const abortedSignal: fc.Arbitrary<SignalLeaf | undefined> = seldom(fc.constant<SignalLeaf>({ $: 'signal', aborted: true }), 80);

const stale = ['*', '"*"', 'd41d8cd98f00b204e9800998ecf84270', '"d41d8cd98f00b204e9800998ecf84270"', 'W/"x"', 'x-2', '""', '', 'a, b', 'é'];

/** An ETag to compare with: mostly that of the object, also one that it never had, or `*`. */
function someEtag(of: Role): fc.Arbitrary<EtagLeaf | string> {
  const present = fc.boolean().map((quoted): EtagLeaf => ({ $: 'etag', of, quoted }));
  return fc.oneof({ weight: 3, arbitrary: present }, { weight: 2, arbitrary: fc.constantFrom(...stale) });
}

/** A time around that of the object's last change, or far from it. */
function someTime(of: Role): fc.Arbitrary<TimeLeaf | Date> {
  const near = fc.constantFrom(0, 1, 999, 1000, -1, -999, -1000, -1001).map((offset): TimeLeaf => ({ $: 'time', of, offset }));
  const far = fc.constantFrom(0, Date.UTC(2000, 0, 1), Date.UTC(2100, 0, 1), Number.NaN).map((time) => new Date(time));
  return fc.oneof({ weight: 4, arbitrary: near }, { weight: 1, arbitrary: far });
}

/** Conditions of a reader, or on the source of a copy; a combination that is refused, seldom. */
export function readConditions(of: Role, oneIn: number): fc.Arbitrary<Record<string, unknown>> {
  const etag = someEtag(of);
  const time = someTime(of);
  const given: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
    { weight: 3, arbitrary: etag.map((ifMatch) => ({ ifMatch })) },
    { weight: 3, arbitrary: etag.map((ifNoneMatch) => ({ ifNoneMatch })) },
    { weight: 3, arbitrary: time.map((ifModifiedSince) => ({ ifModifiedSince })) },
    { weight: 3, arbitrary: time.map((ifUnmodifiedSince) => ({ ifUnmodifiedSince })) },
    { weight: 2, arbitrary: fc.record({ ifMatch: etag, ifUnmodifiedSince: time }) },
    { weight: 1, arbitrary: fc.record({ ifNoneMatch: etag, ifModifiedSince: time }) },
  );
  const prefixed = (name: string) => (of === 'source' ? name.replace('if', 'sourceIf') : name);
  return seldom(given, oneIn).map((conditions) =>
    Object.fromEntries(Object.entries(conditions ?? {}).map(([name, value]) => [prefixed(name), value])),
  );
}

/** Conditions of a writer. */
export function writeConditions(oneIn: number): fc.Arbitrary<Record<string, unknown>> {
  const etag = someEtag('target');
  const given: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
    { weight: 4, arbitrary: etag.map((ifMatch) => ({ ifMatch })) },
    { weight: 4, arbitrary: etag.map((ifNoneMatch) => ({ ifNoneMatch })) },
    { weight: 1, arbitrary: fc.record({ ifMatch: etag, ifNoneMatch: etag }) },
  );
  return seldom(given, oneIn).map((conditions) => conditions ?? {});
}
