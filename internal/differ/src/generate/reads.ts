import fc from 'fast-check';
import { missingVersion } from '../calls/call.js';
import type { Call, FilePlaceholder, ReadMode, VersionPlaceholder } from '../calls/call.js';
import {
  abortedSignal,
  bucketCall,
  fileName,
  mergeOptions,
  signalOptions,
  validSignalOptions,
  versionId,
  versionOptions,
  withOptions,
} from './call-builders.js';
import type { Options, WeightedCall } from './call-builders.js';
import { readConditions } from './conditions.js';
import { content, optional, optionsOf } from './values.js';

const otherRanges = [
  { start: 0 },
  { start: 5 },
  { suffix: 0 },
  { suffix: 2 },
  { suffix: 1_000_000 },
  { start: 1, suffix: 2 },
  { start: -1 },
  { end: 3 },
  {},
  'bytes=0-2',
  'bytes=3-',
  'bytes=-2',
  'Bytes= 1-1',
  'bytes=-0',
  'bytes=4-2',
  'bytes=0-1,3-4',
  'bytes=a-b',
  'bytes=-',
  '',
  'items=0-1',
  'bytes=9999999999999999999-',
];
const range: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ start: fc.constantFrom(0, 2, 4, 14, 5000), end: fc.constantFrom(0, 1, 3, 5, 14, 1_000_000) }),
  fc.constantFrom(...otherRanges),
);

const getOptions = mergeOptions(
  ['range', 'partNumber', 'ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince', 'native', 'signal'],
  readConditions('target', 3),
  fc.oneof(
    { weight: 8, arbitrary: optionsOf({ range: optional(range, 3), versionId, signal: abortedSignal }) },
    { weight: 1, arbitrary: fc.constantFrom(1, 2, 3, 10_000).map((partNumber) => ({ partNumber })) },
  ),
);

const wholeReads = ['bytes', 'text', 'arrayBuffer', 'blob', 'toNodeStream', 'toWebStream', 'cancel'] as const;
const slot = fc.nat(1);
const readMode: fc.Arbitrary<ReadMode> = fc.oneof(
  fc.constantFrom(...wholeReads).map((as) => ({ as })),
  fc.constantFrom(1, 3, 4096, 100_000).map((chunkSize) => ({ as: 'stream' as const, chunkSize })),
  slot.map((one) => ({ as: 'hold' as const, slot: one })),
);

const presignedVersion = fc.oneof<fc.WeightedArbitrary<VersionPlaceholder | string>[]>(
  { weight: 6, arbitrary: fc.nat(4).map((index): VersionPlaceholder => ({ $: 'version', role: 'target', index })) },
  { weight: 1, arbitrary: fc.constantFrom('null', missingVersion) },
);

/** Options of a presigned URL that is requested. */
const presignedOptions: Options = fc.oneof(
  {
    weight: 3,
    arbitrary: optionsOf({
      method: fc.constantFrom('GET', 'HEAD'),
      versionId: optional(presignedVersion, 3),
      response: optional(fc.record({ contentType: fc.constantFrom('text/x', 'a/b; c=d'), cacheControl: fc.constant('no-store') }), 3),
    }),
  },
  {
    weight: 3,
    arbitrary: optionsOf({
      method: fc.constant('PUT'),
      contentType: optional(fc.constantFrom('text/plain', 'a/b'), 2),
      metadata: optional(fc.constantFrom({ a: 'v' }, { a: 'x y', b: '1' }), 3),
    }),
  },
  { weight: 2, arbitrary: optionsOf({ method: fc.constant('DELETE'), versionId: optional(presignedVersion, 2) }) },
);

/** Returns calls that read objects. */
export function reads(key: fc.Arbitrary<unknown>): readonly WeightedCall[] {
  const keyOrKeys = fc.oneof({ weight: 4, arbitrary: key }, { weight: 1, arbitrary: fc.array(key, { maxLength: 4 }) });
  const get = fc.tuple(bucketCall('get', withOptions(getOptions, key)), readMode);
  const file = fileName.map((name): FilePlaceholder => ({ $: 'file', name }));
  const methods = optionsOf({ method: optional(fc.constantFrom('GET', 'HEAD', 'PUT', 'DELETE', 'POST'), 2) });
  const presignOptions = mergeOptions(['expiresIn', 'contentType', 'method'], methods, validSignalOptions);
  return [
    [14, get.map(([call, mode]): Call => ({ ...call, readMode: mode }))],
    [2, slot.map((one): Call => ({ client: 'first', method: 'read', args: [one] }))],
    [8, bucketCall('stat', withOptions(versionOptions, keyOrKeys))],
    [3, bucketCall('exists', withOptions(signalOptions, key))],
    [2, bucketCall('fget', withOptions(getOptions, key, file))],
    [4, bucketCall('tags', withOptions(versionOptions, key))],
    [1, bucketCall('presign', withOptions(presignOptions, key))],
    [
      4,
      fc
        .tuple(bucketCall('presign', withOptions(presignedOptions, key)), content)
        .map(([call, bytes]): Call => ({ ...call, request: { content: bytes } })),
    ],
    [1, bucketCall('versioning', withOptions(signalOptions))],
  ];
}
