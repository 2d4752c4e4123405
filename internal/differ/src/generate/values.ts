import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { BodyLeaf } from '../calls/call.js';
import type { Content } from '../calls/content.js';
import { bytesOf } from '../calls/content.js';

/** Undefined most of the time: `oneIn` says how seldom it is given. */
export function seldom<T>(arbitrary: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** An object of options without those that are undefined. */
export function options<T extends object>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(fields).map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
}

const junk = fc.constantFrom<unknown>(42, -1, 0.5, Number.NaN, '', 'x', null, true, {}, [], new Date(Number.NaN));

/** Now and then an option that nobody knows, or one with a value of any kind. */
export function spoilt(given: fc.Arbitrary<Record<string, unknown>>, names: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const spoiler = fc.tuple(fc.constantFrom(...names, 'unknownOption'), junk);
  return fc
    .tuple(given, seldom(spoiler, 40))
    .map(([record, wrong]) => (wrong === undefined ? record : { ...record, [wrong[0]]: wrong[1] }));
}

const small = fc.constantFrom('', 'x', 'hello', 'arbitrary data', 'é🌍', '\ufeff{}', '0'.repeat(100));
// Around the sizes at which backends take another way.
const sizes = [1, 100, 4095, 4096, 4097, 16_384, 65_536, 65_537, 262_145];

/** The bytes of a body. Mostly few; seldom more than a MiB, or several parts. */
export const content: fc.Arbitrary<Content> = fc.oneof(
  { withCrossShrink: true },
  { weight: 600, arbitrary: small.map((text) => ({ text })) },
  { weight: 200, arbitrary: fc.record({ size: fc.constantFrom(...sizes), fill: fc.nat(255) }) },
  { weight: 4, arbitrary: fc.record({ size: fc.constantFrom(2 ** 20, 2 ** 20 + 1, 3_000_000), fill: fc.nat(255) }) },
  { weight: 2, arbitrary: fc.record({ size: fc.constantFrom(5 * 2 ** 20, 5 * 2 ** 20 + 1, 10 * 2 ** 20), fill: fc.nat(255) }) },
);

const forms = ['string', 'buffer', 'view', 'arrayBuffer', 'blob', 'nodeStream', 'webStream', 'asyncIterable', 'iterable'] as const;

/** The data of a put in any form. */
export const body: fc.Arbitrary<BodyLeaf> = fc
  .record({
    content,
    form: fc.oneof({ weight: 2, arbitrary: fc.constant('buffer' as const) }, { weight: 1, arbitrary: fc.constantFrom(...forms) }),
    chunk: fc.constantFrom(1, 7, 1000, 65_536),
    ends: seldom(fc.constantFrom('throws' as const, 'aborts' as const, 'junk' as const), 30),
  })
  .map(({ content: bytes, form, chunk, ends }): BodyLeaf => {
    // Thousands of chunks of one byte would only take time; and only bytes that are text can be given as text.
    const large = 'size' in bytes && bytes.size > 1000;
    const whole = {
      $: 'body' as const,
      content: bytes,
      form: form === 'string' && 'size' in bytes ? ('buffer' as const) : form,
      chunk: large ? 65_536 : chunk,
    };
    if (ends === undefined) return whole;
    const fails = ends !== 'junk' && (form === 'nodeStream' || form === 'webStream');
    return { ...whole, form: fails ? form : 'asyncIterable', ends };
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
  'x'.repeat(60),
  'constructor',
  '__proto__',
  'a b',
  'é',
  '',
);

/** User metadata; not always what is allowed. */
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

/** Tags; not always what is allowed. */
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
const moments = [0, 1_700_000_000_000, 1_700_000_000_999, Date.UTC(2100, 0, 1), -1000, Date.UTC(9999, 11, 31), 253_402_300_800_000];

/** The headers that are stored with an object. */
export const headers = {
  contentType: seldom(headerText, 4),
  cacheControl: seldom(headerText, 15),
  contentDisposition: seldom(headerText, 15),
  contentEncoding: seldom(headerText, 15),
  contentLanguage: seldom(headerText, 15),
  expires: seldom(
    fc.constantFrom(...moments).map((time) => new Date(time)),
    15,
  ),
};

/** The MD5 of a content, of another one, or none at all. */
export function digestOf(bytes: Content): fc.Arbitrary<string> {
  return fc.constantFrom('right', 'AAAAAAAAAAAAAAAAAAAAAA==', 'junk').map((which) => (which === 'right' ? md5(bytesOf(bytes)) : which));
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64');
}
