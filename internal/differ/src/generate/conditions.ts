import fc from 'fast-check';
import type { EtagPlaceholder, ObjectRole, TimePlaceholder } from '../calls/call.js';
import { optional } from './values.js';

const otherEtags = [
  '*',
  '"*"',
  'd41d8cd98f00b204e9800998ecf84270',
  '"d41d8cd98f00b204e9800998ecf84270"',
  'W/"x"',
  'x-2',
  '""',
  '',
  'a, b',
  'é',
];

/** An ETag for a condition: mostly that of the object, otherwise one that no object has, an invalid one, or `*`. */
function etagFor(role: ObjectRole): fc.Arbitrary<EtagPlaceholder | string> {
  const current = fc.boolean().map((quoted): EtagPlaceholder => ({ $: 'etag', role, quoted }));
  return fc.oneof({ weight: 3, arbitrary: current }, { weight: 2, arbitrary: fc.constantFrom(...otherEtags) });
}

/** A time for a condition: mostly close to the object's last-modified time, otherwise far from it or invalid. */
function timeFor(role: ObjectRole): fc.Arbitrary<TimePlaceholder | Date> {
  const near = fc.constantFrom(0, 1, 999, 1000, -1, -999, -1000, -1001).map((offsetMs): TimePlaceholder => ({ $: 'time', role, offsetMs }));
  const far = fc.constantFrom(0, Date.UTC(2000, 0, 1), Date.UTC(2100, 0, 1), Number.NaN).map((time) => new Date(time));
  return fc.oneof({ weight: 4, arbitrary: near }, { weight: 1, arbitrary: far });
}

/** Read conditions, or conditions on the source of a copy; rarely an invalid combination. */
export function readConditions(role: ObjectRole, oneIn: number): fc.Arbitrary<Record<string, unknown>> {
  const etag = etagFor(role);
  const time = timeFor(role);
  const given: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
    { weight: 3, arbitrary: etag.map((ifMatch) => ({ ifMatch })) },
    { weight: 3, arbitrary: etag.map((ifNoneMatch) => ({ ifNoneMatch })) },
    { weight: 3, arbitrary: time.map((ifModifiedSince) => ({ ifModifiedSince })) },
    { weight: 3, arbitrary: time.map((ifUnmodifiedSince) => ({ ifUnmodifiedSince })) },
    { weight: 2, arbitrary: fc.record({ ifMatch: etag, ifUnmodifiedSince: time }) },
    { weight: 1, arbitrary: fc.record({ ifNoneMatch: etag, ifModifiedSince: time }) },
  );
  const optionName = (name: string) => (role === 'source' ? name.replace('if', 'sourceIf') : name);
  return optional(given, oneIn).map((conditions) =>
    Object.fromEntries(Object.entries(conditions ?? {}).map(([name, value]) => [optionName(name), value])),
  );
}

/** Write conditions; rarely an invalid combination. */
export function writeConditions(oneIn: number): fc.Arbitrary<Record<string, unknown>> {
  const etag = etagFor('target');
  const given: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
    { weight: 4, arbitrary: etag.map((ifMatch) => ({ ifMatch })) },
    { weight: 4, arbitrary: etag.map((ifNoneMatch) => ({ ifNoneMatch })) },
    { weight: 1, arbitrary: fc.record({ ifMatch: etag, ifNoneMatch: etag }) },
  );
  return optional(given, oneIn).map((conditions) => conditions ?? {});
}
