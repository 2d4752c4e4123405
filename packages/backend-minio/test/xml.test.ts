import { expect, test } from 'vitest';
import { childrenOf, escapeXml, isXmlText, parseXml, textOf } from '../src/s3/xml.js';

test('values keep their text and spaces', () => {
  const document = parseXml(
    '<?xml version="1.0"?>\n<A xmlns="x"><V>007</V><V>1.50</V><V> a  b </V><V></V><V/><V>&lt;&#34;&#xD;&amp;amp;&apos;</V></A>\n',
  );
  expect(childrenOf(document, 'V').map(({ text }) => text)).toEqual(['007', '1.50', ' a  b ', '', '', '<"\r&amp;\'']);
});

test('element names that are not XML names do not affect other elements', () => {
  const document = parseXml("<A><X-A'b>1</X-A'b><X->2</X-><X-$|&>3</X-$|&><__proto__>4</__proto__><Then>5</Then></A>");
  expect(document.children.map(({ name, text }) => [name, text])).toEqual([
    ["X-A'b", '1'],
    ['X-', '2'],
    ['X-$|&', '3'],
    ['__proto__', '4'],
    ['Then', '5'],
  ]);
});

test.each(['', 'hello', '<A>', '<A><B></A>', '</A>', '{"a":1}', '<!doctype html>'])('rejects a malformed document: %j', (text) => {
  expect(() => parseXml(text)).toThrow(SyntaxError);
});

test.each(['a&b<c>"', 'r\rn\nt\t', 'é🌍', ' '])('%j survives escaping and parsing', (text) => {
  expect(textOf(parseXml(`<A><B>${escapeXml(text)}</B></A>`), 'B')).toBe(text);
});

test('isXmlText rejects the characters that XML 1.0 cannot represent', () => {
  expect(['\u0001', '\u0008', '\u000b', '\u001f', '\ufffe', '\uffff'].map(isXmlText)).toEqual(Array(6).fill(false));
  expect(['\t', '\n', '\r', ' ', '\u007f', '\u0085', '\ud7ff', '\ue000', '\ufffd', '🌍'].map(isXmlText)).toEqual(Array(10).fill(true));
});
