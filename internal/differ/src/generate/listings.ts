import fc from 'fast-check';
import type { Call, TokenPlaceholder } from '../calls/call.js';
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
    [1, bucketCall('listVersions', withOptions(optionsOf({ prefix: optional(fc.constantFrom('', 'a'), 2), signal: abortedSignal })))],
  ];
}
