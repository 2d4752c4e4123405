import { expect, test } from 'vitest';
import { childrenOf, escapeXml, fitsXml, parseXml, textOf } from '../src/wire/xml.js';

test('text stays text', () => {
  const document = parseXml(
    '<?xml version="1.0"?>\n<A xmlns="x"><V>007</V><V>1.50</V><V> a  b </V><V></V><V/><V>&lt;&#34;&#xD;&amp;amp;&apos;</V></A>\n',
  );
  expect(childrenOf(document, 'V').map(({ text }) => text)).toEqual(['007', '1.50', ' a  b ', '', '', '<"\r&amp;\'']);
});

test('elements whose names are no XML break nothing', () => {
  const document = parseXml("<A><X-A'b>1</X-A'b><X->2</X-><X-$|&>3</X-$|&><__proto__>4</__proto__><Then>5</Then></A>");
  expect(document.children.map(({ name, text }) => [name, text])).toEqual([
    ["X-A'b", '1'],
    ['X-', '2'],
    ['X-$|&', '3'],
    ['__proto__', '4'],
    ['Then', '5'],
  ]);
});

test.each(['', 'hello', '<A>', '<A><B></A>', '</A>', '{"a":1}', '<!doctype html>'])('what is no XML is refused: %j', (text) => {
  expect(() => parseXml(text)).toThrow(SyntaxError);
});

test.each(['a&b<c>"', 'r\rn\nt\t', 'é🌍', ' '])('%j comes back as it was', (text) => {
  expect(textOf(parseXml(`<A><B>${escapeXml(text)}</B></A>`), 'B')).toBe(text);
});

test('XML has no form for some characters', () => {
  expect(['\u0001', '\u0008', '\u000b', '\u001f', '\ufffe', '\uffff'].map(fitsXml)).toEqual(Array(6).fill(false));
  expect(['\t', '\n', '\r', ' ', '\u007f', '\u0085', '\ud7ff', '\ue000', '\ufffd', '🌍'].map(fitsXml)).toEqual(Array(10).fill(true));
});
