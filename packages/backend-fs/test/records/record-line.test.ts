import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeKey, encodeHeader, encodeLine, findLine, findLinesOfSize, hasLineFor } from '../../src/records/record-line.js';
import type { RecordLine } from '../../src/records/record-line.js';

/** Returns an ETag that is easy to tell from others. */
const etagOf = (digit: number): string => String(digit).repeat(32);
const plain: RecordLine = {
  body: '1763848099123456-14',
  etag: etagOf(1),
  modified: 1763848099,
  attributes: { contentType: 'text/plain', metadata: {} },
  tags: {},
  partSize: undefined,
};
const name = fc.stringMatching(/^[a-z0-9._-]{1,20}$/);
const header = fc.stringMatching(/^[!-~]{1,20}$/);
const tag = fc.stringMatching(/^[a-zA-Z0-9+\-=._:/@]{1,20}$/);
const value = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.toWellFormed().trim());
const lines: fc.Arbitrary<RecordLine> = fc
  .record({
    time: fc.nat(),
    size: fc.nat({ max: 3 }),
    etag: fc.stringMatching(/^[0-9a-f]{32}$/),
    type: header,
    metadata: fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }),
    tags: fc.dictionary(tag, tag, { maxKeys: 5, noNullPrototype: true }),
  })
  .map(({ time, size, etag, type, metadata, tags }) => ({
    body: `${time}-${size}`,
    etag,
    modified: time,
    attributes: { contentType: type, metadata },
    tags,
    partSize: undefined,
  }));

describe('a line', () => {
  test('is decoded as it was encoded, whatever strings it contains', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(lines, { minLength: 1, maxLength: 5 }), (key, all) => {
        const record = encodeHeader(key) + all.map(encodeLine).join('');
        expect(decodeKey(record)).toBe(key);
        for (const { body } of all) {
          const { metadata, ...headers } = findLine(record, body)?.attributes ?? {};
          const last = all.findLast((line) => line.body === body);
          expect(headers).toEqual({ contentType: last?.attributes.contentType });
          expect({ ...metadata }).toEqual({ ...last?.attributes.metadata });
          expect(findLine(record, body)).toMatchObject({ body, etag: last?.etag, modified: last?.modified });
        }
      }),
    );
  });

  test('preserves metadata with the name of a header, which earlier versions accepted', () => {
    const line = { ...plain, attributes: { contentType: 'text/plain', metadata: { 'content-type': 'v' } } };
    expect(findLine(encodeHeader('k') + encodeLine(line), plain.body)).toEqual(line);
  });

  test('preserves every header', () => {
    const attributes = {
      contentType: 'text/html; charset=utf-8',
      cacheControl: 'no-cache',
      contentDisposition: 'attachment; filename="a\\".txt"',
      contentEncoding: 'gzip',
      contentLanguage: 'de',
      expires: new Date(1e12),
      metadata: { a: 'b' },
    };
    const line = { ...plain, body: '1-20000000', etag: `${etagOf(1)}-2`, attributes, tags: { t: 'u' }, partSize: 16 * 2 ** 20 };
    expect(findLine(encodeHeader('k') + encodeLine(line), line.body)).toEqual(line);
  });
});

describe('a damaged record', () => {
  const older = { ...plain, etag: etagOf(2) };
  const record = encodeHeader('k') + encodeLine(older) + encodeLine(plain);

  test('that is truncated anywhere yields a complete line or none', () => {
    for (let length = 0; length < record.length; length++) {
      expect([undefined, etagOf(2)]).toContain(findLine(record.slice(0, length), plain.body)?.etag);
    }
    expect(findLine(record, plain.body)?.etag).toBe(etagOf(1));
  });

  test('is readable after an incomplete line', () => {
    const truncated = record.slice(0, -5);
    expect(findLine(truncated + encodeLine({ ...plain, etag: etagOf(3) }), plain.body)?.etag).toBe(etagOf(3));
  });

  test.each(['', '{}', '[]', 'null', '\n\n', 'garbage', '{"anybucket":2,"key":"k"}', '{"anybucket":1,"key":5}'])(
    '%j contains no key',
    (content) => {
      expect(decodeKey(content)).toBeUndefined();
    },
  );

  test.each([
    { etag: 5 },
    { modified: 'x' },
    { modified: -1 },
    { type: undefined },
    { metadata: [] },
    { metadata: { a: 1 } },
    { tags: 'x' },
    { partSize: -1 },
    { expires: 'soon' },
    { expires: 1e300 },
    { expires: 0.5 },
    { partSize: 0 },
    { partSize: 1 },
    { partSize: 5 * 2 ** 20 },
    { partSize: 2 ** 53 },
    { etag: `${'a'.repeat(32)}-2`, partSize: 5 * 2 ** 20 },
    { etag: '' },
    { etag: 'x'.repeat(5000) },
    { modified: 1e300 },
    { modified: 253_402_300_800 },
    { type: 'text/plain\r\nx: y' },
    { type: '' },
    { cacheControl: 5 },
    { contentEncoding: '\0' },
    { metadata: { a: 'b'.repeat(3000) } },
    { metadata: { 'a b': 'c' } },
    { metadata: { a: '\ud800' } },
    { tags: { a: 'b'.repeat(300) } },
    { tags: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`${index}`, ''])) },
  ])('a line with %j is ignored', (change) => {
    const line = { body: plain.body, etag: etagOf(4), modified: 1, type: 't', ...change };
    expect(findLine(`${record}\n${JSON.stringify(line)}`, plain.body)?.etag).toBe(etagOf(1));
  });

  test('a line with the same field in both halves is ignored', () => {
    const line = encodeLine({ ...plain, etag: etagOf(4) });
    for (const field of [`"body":"${plain.body}"`, '"etag":5', '"modified":5', '"partSize":5'])
      expect(findLine(`${record}${line.slice(0, -1)},${field}}`, plain.body)?.etag).toBe(etagOf(1));
  });

  test('with CRLF line endings is read', () => {
    expect(findLine(record.replaceAll('\n', '\r\n'), plain.body)?.etag).toBe(etagOf(1));
    expect(decodeKey(record.replaceAll('\n', '\r\n'))).toBe('k');
  });
});

test('finds the lines for a size, newest first', () => {
  const record =
    encodeHeader('k') +
    encodeLine({ ...plain, etag: etagOf(1) }) +
    encodeLine({ ...plain, body: '5-9' }) +
    encodeLine({ ...plain, body: '7-14', etag: etagOf(2) });
  expect(findLinesOfSize(record, 14).map((line) => line.etag)).toEqual([etagOf(2), etagOf(1)]);
  expect(hasLineFor(record, '5-9')).toBe(true);
  expect(hasLineFor(record, '5-90')).toBe(false);
});
