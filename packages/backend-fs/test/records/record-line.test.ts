import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeKey, encodeHeader, encodeLine, findLine, findLinesOfSize, hasLineFor } from '../../src/records/record-line.js';
import type { RecordLine } from '../../src/records/record-line.js';

const plain: RecordLine = {
  body: '1763848099123456-14',
  etag: 'e',
  modified: 1763848099,
  attributes: { contentType: 'text/plain', metadata: {} },
  tags: {},
  partSize: undefined,
};
const text = fc.string({ unit: 'binary', maxLength: 20 });
const lines: fc.Arbitrary<RecordLine> = fc
  .record({
    time: fc.nat(),
    size: fc.nat({ max: 3 }),
    etag: text,
    type: text,
    metadata: fc.dictionary(text, text),
    tags: fc.dictionary(text, text),
    partSize: fc.option(fc.nat(), { nil: undefined }),
  })
  .map(({ time, size, etag, type, metadata, tags, partSize }) => ({
    body: `${time}-${size}`,
    etag,
    modified: time,
    attributes: { contentType: type, metadata },
    tags,
    partSize,
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

  test('preserves every header', () => {
    const attributes = {
      contentType: 'text/html; charset=utf-8',
      cacheControl: 'no-cache',
      contentDisposition: 'attachment; filename="ä.txt"',
      contentEncoding: 'gzip',
      contentLanguage: 'de',
      expires: new Date(1e12),
      metadata: { a: 'b' },
    };
    const line = { ...plain, attributes, tags: { t: 'u' }, partSize: 5 };
    expect(findLine(encodeHeader('k') + encodeLine(line), line.body)).toEqual(line);
  });
});

describe('a damaged record', () => {
  const older = { ...plain, etag: 'older' };
  const record = encodeHeader('k') + encodeLine(older) + encodeLine(plain);

  test('that is truncated anywhere yields a complete line or none', () => {
    for (let length = 0; length < record.length; length++) {
      expect([undefined, 'older']).toContain(findLine(record.slice(0, length), plain.body)?.etag);
    }
    expect(findLine(record, plain.body)?.etag).toBe('e');
  });

  test('is readable after an incomplete line', () => {
    const truncated = record.slice(0, -5);
    expect(findLine(truncated + encodeLine({ ...plain, etag: 'next' }), plain.body)?.etag).toBe('next');
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
  ])('a line with %j is ignored', (change) => {
    const line = { body: plain.body, etag: 'x', modified: 1, type: 't', ...change };
    expect(findLine(`${record}\n${JSON.stringify(line)}`, plain.body)?.etag).toBe('e');
  });

  test('with CRLF line endings is read', () => {
    expect(findLine(record.replaceAll('\n', '\r\n'), plain.body)?.etag).toBe('e');
    expect(decodeKey(record.replaceAll('\n', '\r\n'))).toBe('k');
  });
});

test('finds the lines for a size, newest first', () => {
  const record =
    encodeHeader('k') +
    encodeLine({ ...plain, etag: '1' }) +
    encodeLine({ ...plain, body: '5-9' }) +
    encodeLine({ ...plain, body: '7-14', etag: '2' });
  expect(findLinesOfSize(record, 14).map((line) => line.etag)).toEqual(['2', '1']);
  expect(hasLineFor(record, '5-9')).toBe(true);
  expect(hasLineFor(record, '5-90')).toBe(false);
});
