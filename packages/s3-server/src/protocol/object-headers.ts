import type { Metadata, ObjectHeaders, ObjectInfo } from '@anybucket/core';
import { decodeMetadataValue, encodeMetadataValue, toHttpDate } from '@anybucket/core/backend';
import { parseHttpDate } from './dates.js';
import { decodeUtf8Header, encodeUtf8Header } from './request-headers.js';
import type { RequestHeaders } from './request-headers.js';
import { S3Error } from './s3-error.js';

const metadataPrefix = 'x-amz-meta-';

/** minio-js sends it with every upload of a file. The core reserves the name; its value is the size of the object. */
const ignoredMetadata = new Set(['x-amz-meta-content-length']);

/** Headers of a request that are stored, with the option of the core. */
const headerOptions = {
  'content-type': 'contentType',
  'cache-control': 'cacheControl',
  'content-disposition': 'contentDisposition',
  'content-encoding': 'contentEncoding',
  'content-language': 'contentLanguage',
} as const;

/** The attributes that a request gives to an object. */
export interface RequestAttributes extends ObjectHeaders {
  readonly metadata: Metadata;
}

/** Reads the attributes of an object from a request. @throws `InvalidArgument` if `Expires` is not a date. */
export function readAttributes(headers: RequestHeaders): RequestAttributes {
  const attributes: Record<string, string | Date> = {};
  const metadata: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (name.startsWith(metadataPrefix)) {
      if (!ignoredMetadata.has(name)) setOwn(metadata, name.slice(metadataPrefix.length), decodeMetadata(value));
    } else if (Object.hasOwn(headerOptions, name)) {
      const stored = name === 'content-encoding' ? withoutTransferEncoding(value) : value;
      if (stored.trim() !== '') attributes[headerOptions[name as keyof typeof headerOptions]] = stored;
    } else if (name === 'expires' && value !== '') {
      attributes['expires'] = requireDate(value);
    }
  }
  return { ...attributes, metadata };
}

/** Returns the headers of a response to GET and HEAD. */
export function objectHeaders(info: ObjectInfo): string[] {
  const headers = ['ETag', `"${info.etag}"`, 'Last-Modified', toHttpDate(info.lastModified), 'Content-Type', info.contentType];
  for (const name in info.metadata) headers.push(metadataPrefix + name, encodeMetadataValue(info.metadata[name] ?? ''));
  if (info.cacheControl !== undefined) headers.push('Cache-Control', info.cacheControl);
  if (info.contentDisposition !== undefined) headers.push('Content-Disposition', info.contentDisposition);
  if (info.contentEncoding !== undefined) headers.push('Content-Encoding', info.contentEncoding);
  if (info.contentLanguage !== undefined) headers.push('Content-Language', info.contentLanguage);
  if (info.expires !== undefined) headers.push('Expires', info.expires.toUTCString());
  if (info.tagCount !== undefined) headers.push('x-amz-tagging-count', String(info.tagCount));
  if (info.versionId !== undefined && info.versionId !== 'null') headers.push('x-amz-version-id', info.versionId);
  return headers;
}

/** Replaces a header of a response. @throws `InvalidArgument` if the value cannot be sent. */
export function replaceHeader(headers: string[], name: string, value: string): void {
  if (/[\0-\x08\n-\x1f\x7f]/.test(value)) throw new S3Error('InvalidArgument');
  const encoded = encodeUtf8Header(value);
  const index = headers.findIndex((entry, position) => position % 2 === 0 && entry === name);
  if (index < 0) headers.push(name, encoded);
  else headers[index + 1] = encoded;
}

/** Removes `aws-chunked`, the encoding of the request and not of the object. */
function withoutTransferEncoding(value: string): string {
  if (!value.includes('aws-chunked')) return value;
  const encodings = value.split(',').map((encoding) => encoding.trim());
  return encodings.filter((encoding) => encoding !== 'aws-chunked').join(', ');
}

const encodedWord = /^=\?utf-8\?(?:(b)|q)\?([^?]*)\?=$/i;

/** Decodes a metadata value: UTF-8, or one encoded word of RFC 2047. */
function decodeMetadata(value: string): string {
  const text = decodeUtf8Header(value);
  if (!text.startsWith('=?')) return text;
  const [, base64, word] = encodedWord.exec(text) ?? [];
  if (word === undefined) return text;
  return base64 === undefined ? decodeQuotedPrintable(word) : decodeMetadataValue(text);
}

function decodeQuotedPrintable(word: string): string {
  const bytes = word.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

/** Not by assignment, which would set the prototype for the name `__proto__`. */
function setOwn(record: Record<string, string>, name: string, value: string): void {
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

function requireDate(value: string): Date {
  const date = parseHttpDate(value);
  if (date === undefined) throw new S3Error('InvalidArgument', { message: 'The Expires header must be an HTTP date' });
  return date;
}
