import fc from 'fast-check';
import type { Call, MarkerPlaceholder, TokenPlaceholder, VersionPlaceholder } from '../calls/call.js';
import { abortedSignal, bucketCall, mergeOptions, withOptions } from './call-builders.js';
import type { Options, WeightedCall } from './call-builders.js';
import { prefixFrom } from './keys.js';
import { optional, optionsOf } from './values.js';

const slot = fc.nat(1);
const token = fc.oneof(
  { weight: 8, arbitrary: slot.map((one): TokenPlaceholder | string => ({ $: 'token', slot: one })) },
  { weight: 1, arbitrary: fc.constantFrom<TokenPlaceholder | string>('', 'junk', 'e30') },
);
const pageSize = optional(fc.constantFrom(1, 2, 3, 1000, 5000), 2);
const limit = optional(fc.constantFrom(0, 1, 2, 5, 1000), 4);
const metadata = optional(fc.boolean(), 2);

/** Returns calls that list objects, with all options. */
export function listings(keyPool: readonly string[]): readonly WeightedCall[] {
  const prefix = prefixFrom(keyPool);
  const common = optionsOf({
    prefix: optional(prefix, 2),
    startAfter: optional(prefix, 3),
    delimiter: optional(fc.constantFrom('/', '/', 'a', '-', '🌍', 'b/', '\ud83c', ''), 4),
    recursive: optional(fc.boolean(), 4),
    signal: abortedSignal,
  });
  const listing = (own: Options, ...names: readonly string[]) =>
    withOptions(mergeOptions([...names, 'prefix', 'startAfter', 'delimiter', 'recursive', 'signal'], common, own));
  const filenameOptions = optionsOf({
    limit,
    contains: optional(fc.constantFrom('', 'a', '/', '🌍', 'zz'), 3),
    returnType: optional(fc.constantFrom('array', 'str', 'x'), 4),
  });
  const page = bucketCall(
    'listPage',
    listing(optionsOf({ metadata, pageSize, token: optional(token, 2) }), 'metadata', 'pageSize', 'token'),
  );
  return [
    [8, bucketCall('list', listing(optionsOf({ metadata, limit }), 'metadata', 'limit'))],
    [4, bucketCall('iterate', listing(optionsOf({ metadata, limit, pageSize }), 'metadata', 'limit', 'pageSize'))],
    [6, fc.tuple(page, slot).map(([call, tokenSlot]): Call => ({ ...call, tokenSlot }))],
    [4, bucketCall('listFilename', listing(filenameOptions, 'limit', 'contains', 'returnType'))],
    [
      4,
      bucketCall(
        'listVersions',
        withOptions(mergeOptions(['prefix', 'signal'], optionsOf({ prefix: optional(prefix, 2), signal: abortedSignal }))),
      ),
    ],
    [5, fc.tuple(versionsPage(keyPool), slot).map(([call, tokenSlot]): Call => ({ ...call, tokenSlot }))],
  ];
}

/** Returns calls of `listVersionsPage`, mostly from the start or from the position after the previous page. */
function versionsPage(keyPool: readonly string[]): fc.Arbitrary<Call> {
  const prefix = prefixFrom(keyPool);
  const after: fc.Arbitrary<unknown> = fc.oneof(
    { weight: 5, arbitrary: slot.map((one): MarkerPlaceholder => ({ $: 'marker', slot: one })) },
    { weight: 2, arbitrary: prefix.map((key) => ({ key })) },
    {
      weight: 2,
      arbitrary: fc.record({ key: fc.constantFrom(...keyPool), index: fc.nat(3) }).map(({ key, index }) => {
        const versionId: VersionPlaceholder = { $: 'version', role: 'target', index, key };
        return { key, versionId };
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom<unknown>({ key: 42 }, 'a', { key: 'a', junk: 1 }) },
  );
  const options = optionsOf({
    prefix: optional(prefix, 3),
    delimiter: optional(fc.constantFrom('/', '/', 'a', '-'), 4),
    pageSize: optional(fc.constantFrom(1, 2, 3, 1000, 5000), 2),
    after: optional(after, 2),
    signal: abortedSignal,
  });
  return bucketCall('listVersionsPage', withOptions(mergeOptions(['prefix', 'delimiter', 'pageSize', 'signal'], options)));
}
