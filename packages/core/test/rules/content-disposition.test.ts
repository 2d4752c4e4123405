import { expect, test } from 'vitest';
import { contentDisposition } from '../../src/rules/content-disposition.js';
import { codeOf } from '../failure.js';

test.each([
  ['attachment', 'a.txt', 'attachment; filename="a.txt"'],
  ['inline', 'a b;c.txt', 'inline; filename="a b;c.txt"'],
  ['attachment', 'a"b\\c', 'attachment; filename="a\\"b\\\\c"'],
  ['attachment', '50%.txt', 'attachment; filename="50%.txt"'],
  ['attachment', 'a%41.txt', `attachment; filename="a%41.txt"; filename*=UTF-8''a%2541.txt`],
  ['attachment', 'naïve.txt', `attachment; filename="na?ve.txt"; filename*=UTF-8''na%C3%AFve.txt`],
  ['attachment', '日本.txt', `attachment; filename="??.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt`],
  ['inline', '🎉 (1).png', `inline; filename="? (1).png"; filename*=UTF-8''%F0%9F%8E%89%20%281%29.png`],
  ['attachment', "é*'%", `attachment; filename="?*'%"; filename*=UTF-8''%C3%A9%2A%27%25`],
] as const)('%s of %s', (type, filename, expected) => {
  expect(contentDisposition(type, filename)).toBe(expected);
});

test.each(['a\nb', 'a\rb', 'a\0b', 'a\u007fb', 'a\ud800b'])('rejects %j', (filename) => {
  expect(codeOf(() => contentDisposition('attachment', filename))).toBe('InvalidArgument');
});
