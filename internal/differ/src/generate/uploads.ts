import fc from 'fast-check';
import type { BodyPlaceholder, Call, PartEtagPlaceholder } from '../calls/call.js';
import { contentSize } from '../calls/content.js';
import { abortedSignal, appendOptions, bucketCall, mergeOptions, signalOptions, versionOf, withOptions } from './call-builders.js';
import type { WeightedCall } from './call-builders.js';
import { readConditions, writeConditions } from './conditions.js';
import { prefixFrom } from './keys.js';
import { bucket } from './targets.js';
import { body, checksumRequest, contentMd5, expectedCrc32, headers, metadata, optional, optionsOf, tags } from './values.js';

const createOptions = mergeOptions(
  ['metadata', 'tags', 'signal'],
  optionsOf(headers),
  optionsOf({
    metadata: optional(metadata, 5),
    tags: optional(tags, 8),
    checksum: optional(checksumRequest, 4),
    signal: abortedSignal,
  }),
);

const partNumber: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom<unknown>(1, 1, 1, 2, 2, 3, 10_000) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(0, -1, 10_001, 1.5, '1', undefined) },
);

/** A part: mostly small, so that it can only be the last one; sometimes of the minimum size of the others. */
const partBody: fc.Arbitrary<BodyPlaceholder> = fc.oneof(
  { weight: 3, arbitrary: body },
  {
    weight: 1,
    arbitrary: fc.nat(255).map((patternOffset): BodyPlaceholder => {
      return { $: 'body', content: { size: 5 * 2 ** 20, patternOffset }, form: 'buffer', chunkBytes: 65_536 };
    }),
  },
);

const putPartArguments: fc.Arbitrary<readonly unknown[]> = partBody.chain((data) =>
  fc
    .record({
      number: partNumber,
      sizeDifference: optional(fc.constantFrom(0, 0, 0, 1, -1), 8),
      contentMD5: optional(contentMd5(data.content), 12),
      checksum: optional(fc.oneof({ weight: 4, arbitrary: checksumRequest }, { weight: 1, arbitrary: expectedCrc32(data.content) }), 6),
      signal: abortedSignal,
    })
    .map(({ number, sizeDifference, ...given }) => {
      const size = sizeDifference === undefined ? undefined : Math.max(0, contentSize(data.content) + sizeDifference);
      const signal = data.failure === 'aborts' ? { $: 'signal', aborted: false } : given.signal;
      const options = Object.entries({ ...given, size, signal }).filter(([, value]) => value !== undefined);
      return appendOptions([number, data], Object.fromEntries(options));
    }),
);

const copyRanges = [
  { start: 0 },
  { start: 1, end: 3 },
  { start: 0, end: 5 },
  { start: 2, end: 1_000_000 },
  { suffix: 2 },
  { start: 5000 },
  {},
  'bytes=0-1',
];
const copyPartOptions = mergeOptions(
  ['sourceIfMatch', 'range', 'signal'],
  readConditions('source', 5),
  optionsOf({
    bucket: optional(bucket, 4),
    range: optional(fc.constantFrom<unknown>(...copyRanges), 3),
    sourceVersionId: optional(versionOf('source'), 6),
    signal: abortedSignal,
  }),
);

/** Parts in their order: mostly with the right ETag. */
const requestedParts: fc.Arbitrary<unknown> = fc.subarray([1, 2, 3, 10_000], { minLength: 0 }).chain((numbers) =>
  fc.tuple(
    ...numbers.map((number) =>
      fc.record({
        partNumber: fc.constant(number),
        etag: fc.oneof<fc.WeightedArbitrary<PartEtagPlaceholder | string>[]>(
          { weight: 15, arbitrary: fc.boolean().map((quoted): PartEtagPlaceholder => ({ $: 'partEtag', partNumber: number, quoted })) },
          { weight: 1, arbitrary: fc.constantFrom('d41d8cd98f00b204e9800998ecf84270', '') },
        ),
      }),
    ),
  ),
);
const anyParts: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<unknown>(undefined) },
  { weight: 8, arbitrary: requestedParts },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      'x',
      [42],
      [{ partNumber: 0, etag: 'x' }],
      [
        { partNumber: 2, etag: { $: 'partEtag', partNumber: 2, quoted: false } },
        { partNumber: 1, etag: { $: 'partEtag', partNumber: 1, quoted: false } },
      ],
    ),
  },
);
const completeOptions = mergeOptions(['ifMatch', 'ifNoneMatch', 'signal'], uploadConditions(), optionsOf({ signal: abortedSignal }));

/** Write conditions without the ETag of the object: the call does not name its key. */
function uploadConditions(): fc.Arbitrary<Record<string, unknown>> {
  return writeConditions(4).map((conditions) =>
    Object.fromEntries(Object.entries(conditions).map(([name, value]) => [name, typeof value === 'string' ? value : '*'])),
  );
}

/** Returns calls of uploads in parts. */
export function uploads(key: fc.Arbitrary<unknown>, keyPool: readonly string[]): readonly WeightedCall[] {
  const inSlot = (call: fc.Arbitrary<Call>) => fc.tuple(call, fc.nat(1)).map(([one, uploadSlot]): Call => ({ ...one, uploadSlot }));
  const listOptions = mergeOptions(['prefix', 'signal'], optionsOf({ prefix: optional(prefixFrom(keyPool), 2), signal: abortedSignal }));
  return [
    [3, inSlot(bucketCall('createUpload', withOptions(createOptions, key)))],
    [8, inSlot(bucketCall('putPart', putPartArguments))],
    [3, inSlot(bucketCall('copyPart', withOptions(copyPartOptions, partNumber, key)))],
    [2, inSlot(bucketCall('listParts', withOptions(signalOptions)))],
    [4, inSlot(bucketCall('complete', withOptions(completeOptions, anyParts)))],
    [1, inSlot(bucketCall('abort', withOptions(signalOptions)))],
    [2, bucketCall('listUploads', withOptions(listOptions))],
  ];
}
