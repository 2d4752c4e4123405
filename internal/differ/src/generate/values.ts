import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { BodyPlaceholder } from '../calls/call.js';
import type { Content } from '../calls/content.js';
import { contentBytes } from '../calls/content.js';

/** Returns a value once in `oneIn` times, otherwise undefined. */
export function optional<T>(arbitrary: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** Returns options without those that are undefined. */
export function optionsOf<T extends object>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(fields).map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
}

const invalidValue = fc.constantFrom<unknown>(42, -1, 0.5, Number.NaN, '', 'x', null, true, {}, [], new Date(Number.NaN));

/** Sometimes adds an unknown option, or one with a value of any type. */
export function sometimesInvalid(
  options: fc.Arbitrary<Record<string, unknown>>,
  names: readonly string[],
): fc.Arbitrary<Record<string, unknown>> {
  const invalidOption = fc.tuple(fc.constantFrom(...names, 'unknownOption'), invalidValue);
  return fc
    .tuple(options, optional(invalidOption, 40))
    .map(([record, invalid]) => (invalid === undefined ? record : { ...record, [invalid[0]]: invalid[1] }));
}

const small = fc.constantFrom('', 'x', 'hello', 'arbitrary data', 'é🌍', '\ufeff{}', '0'.repeat(100));
// Around the sizes at which backends switch to another code path.
const sizes = [1, 100, 4095, 4096, 4097, 16_384, 65_536, 65_537, 262_145];

/** The bytes of a body: mostly small, rarely more than a MiB or several parts. */
export const content: fc.Arbitrary<Content> = fc.oneof(
  { withCrossShrink: true },
  { weight: 600, arbitrary: small.map((text) => ({ text })) },
  { weight: 200, arbitrary: fc.record({ size: fc.constantFrom(...sizes), patternOffset: fc.nat(255) }) },
  { weight: 4, arbitrary: fc.record({ size: fc.constantFrom(2 ** 20, 2 ** 20 + 1, 3_000_000), patternOffset: fc.nat(255) }) },
  { weight: 2, arbitrary: fc.record({ size: fc.constantFrom(5 * 2 ** 20, 5 * 2 ** 20 + 1, 10 * 2 ** 20), patternOffset: fc.nat(255) }) },
);

const forms = ['string', 'buffer', 'view', 'arrayBuffer', 'blob', 'nodeStream', 'webStream', 'asyncIterable', 'iterable'] as const;

/** The data of a put, in any form. */
export const body: fc.Arbitrary<BodyPlaceholder> = fc
  .record({
    content,
    form: fc.oneof({ weight: 2, arbitrary: fc.constant('buffer' as const) }, { weight: 1, arbitrary: fc.constantFrom(...forms) }),
    chunkBytes: fc.constantFrom(1, 7, 1000, 65_536),
    failure: optional(fc.constantFrom('throws' as const, 'aborts' as const, 'yieldsNonBytes' as const), 30),
  })
  .map(({ content: bytes, form, chunkBytes, failure }): BodyPlaceholder => {
    // Thousands of one-byte chunks would only be slow.
    const isLarge = 'size' in bytes && bytes.size > 1000;
    const placeholder = {
      $: 'body' as const,
      content: bytes,
      // Pattern bytes are not valid UTF-8, so they cannot be given as a string.
      form: form === 'string' && 'size' in bytes ? ('buffer' as const) : form,
      chunkBytes: isLarge ? 65_536 : chunkBytes,
    };
    if (failure === undefined) return placeholder;
    const canFail = failure !== 'yieldsNonBytes' && (form === 'nodeStream' || form === 'webStream');
    return { ...placeholder, form: canFail ? form : 'asyncIterable', failure };
  });

const text = fc.constantFrom(
  'v',
  '',
  ' trimmed ',
  'two  blanks',
  '\tx\t',
  'é',
  '中🌍',
  '=?UTF-8?B?eA==?=',
  'a =?x',
  '"quoted"',
  'a,b;c=d',
  '\n',
  '007',
  "<&>'",
  'x'.repeat(900),
  '%41+',
);
const metadataName = fc.constantFrom(
  'a',
  'B',
  'b_b',
  '0',
  '1.50',
  '-',
  'content-type',
  'x-amz-meta-a',
  'x'.repeat(60),
  'constructor',
  '__proto__',
  'a b',
  'é',
  '',
);

/** User metadata, not always valid. */
export const metadata: fc.Arbitrary<Record<string, string>> = fc
  .array(fc.tuple(metadataName, text), { maxLength: 3 })
  .map((entries) => Object.fromEntries(entries));

const tagText = fc.constantFrom(
  't',
  'T',
  'k',
  '',
  ' ',
  'a b',
  'a+b=c',
  'x-._:/@',
  'aws:x',
  'k'.repeat(128),
  'v'.repeat(256),
  'é',
  'a&b',
  '__proto__',
);

/** Tags, not always valid. */
export const tags: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 20, arbitrary: fc.array(fc.tuple(tagText, tagText), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)) },
  { weight: 1, arbitrary: fc.constant(Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`t${index}`, 'v']))) },
);

const headerText = fc.constantFrom(
  'text/plain',
  'text/html; charset=utf-8',
  'no-store',
  'attachment; filename="a b.txt"',
  'gzip',
  'aws-chunked',
  'aws-chunked,gzip',
  'de, en',
  ' x ',
  'a  b',
  '',
  ' ',
  'é',
  'a\nb',
  'h'.repeat(3000),
);
const expiryTimes = [0, 1_700_000_000_000, 1_700_000_000_999, Date.UTC(2100, 0, 1), -1000, Date.UTC(9999, 11, 31), 253_402_300_800_000];

/** The headers stored with an object, not always valid. */
export const headers = {
  contentType: optional(headerText, 4),
  cacheControl: optional(headerText, 15),
  contentDisposition: optional(headerText, 15),
  contentEncoding: optional(headerText, 15),
  contentLanguage: optional(headerText, 15),
  expires: optional(
    fc.constantFrom(...expiryTimes).map((time) => new Date(time)),
    15,
  ),
};

/** Returns the base64 MD5 of a content, the MD5 of another content, or an invalid MD5. */
export function contentMd5(bytes: Content): fc.Arbitrary<string> {
  return fc
    .constantFrom('correct', 'AAAAAAAAAAAAAAAAAAAAAA==', 'junk')
    .map((which) => (which === 'correct' ? md5(contentBytes(bytes)) : which));
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64');
}

const checksumAlgorithm = fc.constantFrom('CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256');

/** The algorithm of a checksum, without an expected value; rarely an invalid one. */
export const checksumRequest: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 30, arbitrary: checksumAlgorithm.map((algorithm): unknown => ({ algorithm })) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>({ algorithm: 'MD5' }, {}, 'CRC32', { algorithm: 'CRC32', junk: 1 }) },
);

/** The expected CRC32 of a content: correct, that of another content, or malformed. */
export function expectedCrc32(bytes: Content): fc.Arbitrary<unknown> {
  const correct = Buffer.alloc(4);
  correct.writeUInt32BE(crc32(contentBytes(bytes)));
  return fc.constantFrom(correct.toString('base64'), 'AAAAAA==', 'AAAA', 'junk').map((value) => ({ algorithm: 'CRC32', value }));
}
