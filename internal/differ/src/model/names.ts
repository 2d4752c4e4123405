import { isWellFormed } from './bytes.js';
import type { PartialError } from './failure.js';

const blanks = new Set([' ', '\t', '\n', '\v', '\f', '\r']);
const reservedBucketNames = ['minio', '.minio.sys', 'crossdomain.xml'];

/** Returns the errors of an invalid key. */
export function keyErrors(key: unknown): PartialError[] {
  const field = typeof key === 'string' ? { key } : {};
  return keyErrorCodes(key).map((code) => ({ code, ...field }));
}

/** Returns the errors of an invalid bucket name. */
export function bucketNameErrors(name: unknown): PartialError[] {
  if (typeof name !== 'string') return [{ code: 'InvalidArgument' }];
  if (reservedBucketNames.includes(name)) return [{ code: 'AllAccessDisabled', bucket: name }];
  return isBucketName(name) ? [] : [{ code: 'InvalidBucketName', bucket: name }];
}

function keyErrorCodes(key: unknown): string[] {
  if (typeof key !== 'string') return ['InvalidArgument'];
  if (key === '' || !isWellFormed(key)) return ['InvalidKey'];
  const codes = new Set<string>();
  if (Buffer.byteLength(key) > 1024) codes.add('KeyTooLongError');
  const segments = key.split('/');
  const isFolder = key.endsWith('/');
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === '' && !(isLast && index > 0)) codes.add('InvalidKey');
    // MinIO stores a trailing slash as an 8-byte suffix of the file name.
    const maxBytes = isFolder && index === segments.length - 2 ? 247 : 255;
    if (Buffer.byteLength(segment) > maxBytes) codes.add('InvalidKey');
    if (segment.includes('\0') || segment.endsWith('__XLDIR__')) codes.add('InvalidKey');
    // MinIO also splits at backslashes, and ignores whitespace around dots.
    if (segment.split('\\').some((part) => ['.', '..'].includes(trim(part)))) codes.add('InvalidKey');
  });
  return [...codes];
}

/** Trims ASCII whitespace only, unlike `String.prototype.trim`. */
function trim(text: string): string {
  const characters = Array.from(text);
  while (blanks.has(characters.at(-1) ?? '')) characters.pop();
  while (blanks.has(characters[0] ?? '')) characters.shift();
  return characters.join('');
}

function isBucketName(name: string): boolean {
  if (name.length < 3 || name.length > 63) return false;
  if (Array.from(name).some((character) => !'abcdefghijklmnopqrstuvwxyz0123456789.-'.includes(character))) return false;
  // Each label starts and ends with a letter or a digit.
  const labels = name.split('.');
  if (labels.some((label) => label === '' || label.startsWith('-') || label.endsWith('-'))) return false;
  return !(labels.length === 4 && labels.every((label) => Array.from(label).every((digit) => digit >= '0' && digit <= '9')));
}
