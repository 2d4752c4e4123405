import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyId, sizeOfBodyId, stampTime } from '../src/records/body-id.js';
import { encodeLine, findLine, keyOfRecord, linesOfSize, namesBody, recordHead } from '../src/records/record-line.js';
import type { RecordLine } from '../src/records/record-line.js';

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
  test('comes back as it was, whatever texts it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(lines, { minLength: 1, maxLength: 5 }), (key, all) => {
        const record = recordHead(key) + all.map(encodeLine).join('');
        expect(keyOfRecord(record)).toBe(key);
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

  test('keeps every header', () => {
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
    expect(findLine(recordHead('k') + encodeLine(line), line.body)).toEqual(line);
  });
});

describe('a damaged record', () => {
  const older = { ...plain, etag: 'older' };
  const record = recordHead('k') + encodeLine(older) + encodeLine(plain);

  test('cut off anywhere gives a whole line or none', () => {
    for (let length = 0; length < record.length; length++) {
      expect([undefined, 'older']).toContain(findLine(record.slice(0, length), plain.body)?.etag);
    }
    expect(findLine(record, plain.body)?.etag).toBe('e');
  });

  test('goes on behind a torn line', () => {
    const torn = record.slice(0, -5);
    expect(findLine(torn + encodeLine({ ...plain, etag: 'next' }), plain.body)?.etag).toBe('next');
  });

  test.each(['', '{}', '[]', 'null', '\n\n', 'garbage', '{"anybucket":2,"key":"k"}', '{"anybucket":1,"key":5}'])(
    '%j names no key',
    (content) => {
      expect(keyOfRecord(content)).toBeUndefined();
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
    const written = { body: plain.body, etag: 'x', modified: 1, type: 't', ...change };
    expect(findLine(`${record}\n${JSON.stringify(written)}`, plain.body)?.etag).toBe('e');
  });

  test('lines ended by CR LF are read', () => {
    expect(findLine(record.replaceAll('\n', '\r\n'), plain.body)?.etag).toBe('e');
    expect(keyOfRecord(record.replaceAll('\n', '\r\n'))).toBe('k');
  });
});

test('lines of a size come newest first', () => {
  const record =
    recordHead('k') +
    encodeLine({ ...plain, etag: '1' }) +
    encodeLine({ ...plain, body: '5-9' }) +
    encodeLine({ ...plain, body: '7-14', etag: '2' });
  expect(linesOfSize(record, 14).map((line) => line.etag)).toEqual(['2', '1']);
  expect(namesBody(record, '5-9')).toBe(true);
  expect(namesBody(record, '5-90')).toBe(false);
});

describe('the stamp', () => {
  test.each([1, 100, 1000, 4000, 2_000_000])('with steps of %i µs lies in a tick before the present one', (step) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1.6e15, max: 1.9e15 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (now, random) => {
          const stamp = stampTime(now, step, random);
          expect(stamp % step).toBe(0);
          expect(stamp).toBeLessThanOrEqual(now - 20_000);
          expect(stamp).toBeLessThan(Math.floor(now / step) * step);
          expect(stamp).toBeGreaterThan(now - Math.max(200_000, 40 * step));
        },
      ),
    );
  });

  test('survives the way through milliseconds in a double', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1.6e15, max: 1.9e15 }), fc.nat(), (time, size) => {
        const id = bodyId({ mtimeMs: time / 1000, size });
        expect(id).toBe(`${time}-${size}`);
        expect(sizeOfBodyId(id)).toBe(size);
      }),
    );
  });
});
