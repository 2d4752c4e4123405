import { isUnicode } from './bytes.js';
import type { Finding } from './refusal.js';

const blanks = new Set([' ', '\t', '\n', '\v', '\f', '\r']);
const serverNames = ['minio', '.minio.sys', 'crossdomain.xml'];

/** What is wrong with a key. */
export function keyFindings(key: unknown): Finding[] {
  const named = typeof key === 'string' ? { key } : {};
  return keyCodes(key).map((code) => ({ code, ...named }));
}

/** What is wrong with a bucket's name. */
export function bucketNameFindings(name: unknown): Finding[] {
  if (typeof name !== 'string') return [{ code: 'InvalidArgument' }];
  if (serverNames.includes(name)) return [{ code: 'AllAccessDisabled', bucket: name }];
  return isBucketName(name) ? [] : [{ code: 'InvalidBucketName', bucket: name }];
}

function keyCodes(key: unknown): string[] {
  if (typeof key !== 'string') return ['InvalidArgument'];
  if (key === '') return ['InvalidKey'];
  if (!isUnicode(key)) return ['InvalidKey'];
  const codes = new Set<string>();
  if (Buffer.byteLength(key) > 1024) codes.add('KeyTooLongError');
  const segments = key.split('/');
  const folder = key.endsWith('/');
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === '' && !(last && index > 0)) codes.add('InvalidKey');
    // The server keeps a trailing slash as a mark of 8 bytes at the end of the name.
    const limit = folder && index === segments.length - 2 ? 247 : 255;
    if (Buffer.byteLength(segment) > limit) codes.add('InvalidKey');
    if (segment.includes('\0') || segment.endsWith('__XLDIR__')) codes.add('InvalidKey');
    // To the server a backslash parts segments too, and blanks around dots don't count.
    if (segment.split('\\').some((part) => ['.', '..'].includes(trimmed(part)))) codes.add('InvalidKey');
  });
  return [...codes];
}

function trimmed(text: string): string {
  const characters = Array.from(text);
  while (blanks.has(characters.at(-1) ?? '')) characters.pop();
  while (blanks.has(characters[0] ?? '')) characters.shift();
  return characters.join('');
}

function isBucketName(name: string): boolean {
  if (name.length < 3 || name.length > 63) return false;
  if (Array.from(name).some((character) => !'abcdefghijklmnopqrstuvwxyz0123456789.-'.includes(character))) return false;
  // Each label begins and ends with a letter or digit.
  const labels = name.split('.');
  if (labels.some((label) => label === '' || label.startsWith('-') || label.endsWith('-'))) return false;
  return !(labels.length === 4 && labels.every((label) => Array.from(label).every((digit) => digit >= '0' && digit <= '9')));
}
