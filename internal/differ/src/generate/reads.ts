import fc from 'fast-check';
import type { Call, FileLeaf, Reading } from '../calls/call.js';
import { fileName, merged, onBucket, plain, signalOnly, versionId, versioned, withOptions } from './building.js';
import type { Weighted } from './building.js';
import { abortedSignal, readConditions } from './places.js';
import { options, seldom } from './values.js';

const oddRanges = [
  { start: 0 },
  { start: 5 },
  { suffix: 0 },
  { suffix: 2 },
  { suffix: 1_000_000 },
  { start: 1, suffix: 2 },
  { start: -1 },
  { end: 3 },
  {},
];
const range: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ start: fc.constantFrom(0, 2, 4, 14, 5000), end: fc.constantFrom(0, 1, 3, 5, 14, 1_000_000) }),
  fc.constantFrom(...oddRanges),
);

const getOptions = merged(
  ['range', 'ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince', 'native', 'signal'],
  readConditions('target', 3),
  options({ range: seldom(range, 3), versionId, signal: abortedSignal }),
);

const whole = ['bytes', 'text', 'arrayBuffer', 'blob', 'toNodeStream', 'toWebStream', 'cancel'] as const;
const slot = fc.nat(1);
const reading: fc.Arbitrary<Reading> = fc.oneof(
  fc.constantFrom(...whole).map((as) => ({ as })),
  fc.constantFrom(1, 3, 4096, 100_000).map((chunkSize) => ({ as: 'stream' as const, chunkSize })),
  slot.map((one) => ({ as: 'hold' as const, slot: one })),
);

/** Calls that change nothing. */
export function reads(key: fc.Arbitrary<unknown>): readonly Weighted[] {
  const keyOrKeys = fc.oneof({ weight: 4, arbitrary: key }, { weight: 1, arbitrary: fc.array(key, { maxLength: 4 }) });
  const get = fc.tuple(onBucket('get', withOptions(getOptions, key)), reading);
  const file = fileName.map((name): FileLeaf => ({ $: 'file', name }));
  const presignOptions = merged(['expiresIn', 'contentType'], signalOnly);
  return [
    [14, get.map(([call, how]): Call => ({ ...call, reading: how }))],
    [2, slot.map((one): Call => ({ client: 'first', method: 'read', args: [one] }))],
    [8, onBucket('stat', withOptions(versioned, keyOrKeys))],
    [3, onBucket('exists', withOptions(plain, key))],
    [2, onBucket('fget', withOptions(getOptions, key, file))],
    [4, onBucket('tags', withOptions(versioned, key))],
    [1, onBucket('presign', withOptions(presignOptions, fc.constantFrom('GET', 'PUT', 'HEAD'), key))],
    [1, onBucket('versioning', withOptions(plain))],
  ];
}
