import { isUnicode } from './bytes.js';
import { isDate, isObject } from './kinds.js';
import type { Headers } from './world.js';

const headerNames = ['contentType', 'cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage'] as const;
const nameCharacters = new Set('abcdefghijklmnopqrstuvwxyz0123456789._-');
const tagCharacters = new Set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 +-=._:/@');

/** Tells whether any stored header is among the options. */
export function givesHeaders(options: Record<string, unknown>): boolean {
  return [...headerNames, 'expires'].some((name) => options[name] !== undefined);
}

/** What is wrong with the headers among the options. */
export function headerCodes(options: Record<string, unknown>): string[] {
  const given = headerNames.map((name) => options[name]).filter((value) => value !== undefined);
  if (given.some((value) => typeof value !== 'string' || value.trim() === '' || !isPrintable(value))) return ['InvalidArgument'];
  if (options['expires'] !== undefined && !isDate(options['expires'])) return ['InvalidArgument'];
  return stored(options).reduce((sum, [, value]) => sum + value.length, 0) > 4096 ? ['MetadataTooLarge'] : [];
}

/** Headers as they come back. */
export function headersOf(options: Record<string, unknown>): Headers {
  const headers: Headers = { contentType: 'binary/octet-stream' };
  for (const [name, value] of stored(options)) if (value !== '') headers[name] = value;
  const { expires } = options;
  if (expires instanceof Date) headers.expires = new Date(Math.floor(expires.getTime() / 1000) * 1000);
  return headers;
}

/** What is wrong with user metadata. */
export function metadataCodes(metadata: unknown): string[] {
  if (metadata === undefined) return [];
  if (!isObject(metadata)) return ['InvalidArgument'];
  const names = Object.keys(metadata).map((name) => name.toLowerCase());
  if (new Set(names).size < names.length) return ['InvalidArgument'];
  if (names.some((name) => name === '' || Array.from(name).some((character) => !nameCharacters.has(character)))) return ['InvalidArgument'];
  const values = Object.values(metadata);
  if (values.some((value) => typeof value !== 'string' || !isUnicode(value))) return ['InvalidArgument'];
  const bytes = Object.entries(metadataOf(metadata)).reduce(
    (sum, [name, value]) => sum + 'x-amz-meta-'.length + name.length + wireLength(value),
    0,
  );
  return bytes > 2048 ? ['MetadataTooLarge'] : [];
}

/** Metadata as it comes back. */
export function metadataOf(metadata: unknown): Record<string, string> {
  const entries = Object.entries((metadata ?? {}) as Record<string, string>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '')]));
}

/** What is wrong with tags. */
export function tagCodes(tags: unknown): string[] {
  if (tags === undefined) return [];
  if (!isObject(tags) || Object.values(tags).some((value) => typeof value !== 'string')) return ['InvalidArgument'];
  const entries = Object.entries(tags as Record<string, string>);
  const bad = entries.some(([key, value]) => key === '' || key.length > 128 || value.length > 256 || !isTag(key) || !isTag(value));
  return bad ? ['InvalidTag'] : entries.length > 10 ? ['BadRequest'] : [];
}

function stored(options: Record<string, unknown>): [(typeof headerNames)[number], string][] {
  return headerNames.flatMap((name): [(typeof headerNames)[number], string][] => {
    const value = options[name];
    if (typeof value !== 'string') return [];
    return [[name, name === 'contentEncoding' ? withoutTransport(value) : value.trim()]];
  });
}

/** `aws-chunked` says how a body travels, not how it is stored. */
function withoutTransport(encoding: string): string {
  const parts = encoding.split(',');
  return parts
    .filter((part) => part.trim() !== 'aws-chunked')
    .join(',')
    .trim();
}

function isPrintable(text: string): boolean {
  return Array.from(text).every((character) => character >= ' ' && character <= '~');
}

function isTag(text: string): boolean {
  return Array.from(text).every((character) => tagCharacters.has(character));
}

/** What a value takes in a header: as it is, or in base64 between `=?UTF-8?B?` and `?=`. */
function wireLength(value: string): number {
  if (isPrintable(value) && !value.includes('=?')) return value.length;
  return 12 + Math.ceil(Buffer.byteLength(value) / 3) * 4;
}
