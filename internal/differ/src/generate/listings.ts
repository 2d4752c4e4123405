import fc from 'fast-check';
import type { Call, TokenLeaf } from '../calls/call.js';
import { merged, onBucket, withOptions } from './building.js';
import type { Options, Weighted } from './building.js';
import { somePrefix } from './keys.js';
import { abortedSignal } from './places.js';
import { options, seldom } from './values.js';

const slot = fc.nat(1);
const token = fc.oneof(
  { weight: 8, arbitrary: slot.map((one): TokenLeaf | string => ({ $: 'token', slot: one })) },
  { weight: 1, arbitrary: fc.constantFrom<TokenLeaf | string>('', 'junk', 'e30') },
);
const pageSize = seldom(fc.constantFrom(1, 2, 3, 1000, 5000), 2);
const limit = seldom(fc.constantFrom(0, 1, 2, 5, 1000), 4);
const metadata = seldom(fc.boolean(), 2);

/** Calls that list what is there, with every option. */
export function listings(pool: readonly string[]): readonly Weighted[] {
  const prefix = somePrefix(pool);
  const common = options({
    prefix: seldom(prefix, 2),
    startAfter: seldom(prefix, 3),
    delimiter: seldom(fc.constantFrom('/', '/', 'a', '-', '🌍', 'b/', '\ud83c', ''), 4),
    recursive: seldom(fc.boolean(), 4),
    signal: abortedSignal,
  });
  const listing = (own: Options, ...names: readonly string[]) =>
    withOptions(merged([...names, 'prefix', 'startAfter', 'delimiter', 'recursive', 'signal'], common, own));
  const nameOptions = options({
    limit,
    contains: seldom(fc.constantFrom('', 'a', '/', '🌍', 'zz'), 3),
    returnType: seldom(fc.constantFrom('array', 'str', 'x'), 4),
  });
  const page = onBucket('listPage', listing(options({ metadata, pageSize, token: seldom(token, 2) }), 'metadata', 'pageSize', 'token'));
  return [
    [8, onBucket('list', listing(options({ metadata, limit }), 'metadata', 'limit'))],
    [4, onBucket('iterate', listing(options({ metadata, limit, pageSize }), 'metadata', 'limit', 'pageSize'))],
    [6, fc.tuple(page, slot).map(([call, keepToken]): Call => ({ ...call, keepToken }))],
    [4, onBucket('listFilename', listing(nameOptions, 'limit', 'contains', 'returnType'))],
    [1, onBucket('listVersions', withOptions(options({ prefix: seldom(fc.constantFrom('', 'a'), 2), signal: abortedSignal })))],
  ];
}
