import type { Metadata, Tags } from '@anybucket/core';
import type { StoredAttributes } from '@anybucket/core/backend';
import { sizeOfBodyId } from './body-id.js';

/** The metadata of one version of an object. */
export interface RecordLine {
  /** The version of the body that the line describes: a `bodyId`. */
  readonly body: string;
  readonly etag: string;
  /** The object's `lastModified`, in seconds since 1970. It is independent of the file's modification time. */
  readonly modified: number;
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  /** Bytes per part. Undefined when the ETag is the plain MD5. */
  readonly partSize?: number | undefined;
}

/** The JSON of a line. `body` must be the first field: {@link findLine} searches for it without parsing the other lines. */
interface SerializedLine {
  body: string;
  etag: string;
  modified: number;
  partSize?: number | undefined;
  type: string;
  cacheControl?: string | undefined;
  contentDisposition?: string | undefined;
  contentEncoding?: string | undefined;
  contentLanguage?: string | undefined;
  expires?: number | undefined;
  metadata?: Metadata | undefined;
  tags?: Tags | undefined;
}

/** The version of the record format, in the header of each record. */
const recordVersion = 1;

/** Serializes the first line of a record. */
export function encodeHeader(key: string): string {
  return JSON.stringify({ anybucket: recordVersion, key });
}

/** Serializes a line for appending. The line feed comes first, so that the line is readable even after an incomplete one. */
export function encodeLine({ body, etag, modified, partSize, attributes, tags }: RecordLine): string {
  const { contentType, metadata, expires, cacheControl, contentDisposition, contentEncoding, contentLanguage } = attributes;
  const line: SerializedLine = {
    body,
    etag,
    modified,
    partSize,
    type: contentType,
    cacheControl,
    contentDisposition,
    contentEncoding,
    contentLanguage,
    expires: expires === undefined ? undefined : expires.getTime() / 1000,
    metadata: isEmpty(metadata) ? undefined : metadata,
    tags: isEmpty(tags) ? undefined : tags,
  };
  return `\n${JSON.stringify(line)}`;
}

/** Returns the key in the header of a record, or undefined when the header is damaged or has another version. */
export function decodeKey(record: string): string | undefined {
  const header = parseObject(lineAt(record, 0));
  return header?.anybucket === recordVersion && typeof header.key === 'string' ? header.key : undefined;
}

/** Finds the last complete line for one version of the body. */
export function findLine(record: string, body: string): RecordLine | undefined {
  const start = `\n{"body":"${body}",`;
  for (let index = record.lastIndexOf(start); index >= 0; index = index === 0 ? -1 : record.lastIndexOf(start, index - 1)) {
    const line = decodeLine(lineAt(record, index + 1));
    if (line !== undefined) return line;
  }
  return undefined;
}

/** Returns whether any line, even an incomplete one, is for this version of the body. */
export function hasLineFor(record: string, body: string): boolean {
  return record.includes(`\n{"body":"${body}"`);
}

/** Returns all complete lines for bodies of a size, newest first. One of them may describe a body that was copied here. */
export function findLinesOfSize(record: string, size: number): RecordLine[] {
  return record
    .split('\n')
    .filter((text) => text.startsWith('{"body":"'))
    .map(decodeLine)
    .filter((line) => line !== undefined && sizeOfBodyId(line.body) === size)
    .reverse() as RecordLine[];
}

function lineAt(record: string, start: number): string {
  const end = record.indexOf('\n', start);
  return record.slice(start, end < 0 ? undefined : end);
}

function decodeLine(text: string): RecordLine | undefined {
  const line = parseObject(text) as Partial<Record<keyof SerializedLine, unknown>> | undefined;
  if (line === undefined) return undefined;
  const { body, etag, modified, partSize, type, expires, metadata = {}, tags = {}, ...headers } = line;
  if (typeof body !== 'string' || typeof etag !== 'string' || !isNonNegativeInteger(modified) || typeof type !== 'string') return undefined;
  if ((partSize !== undefined && !isNonNegativeInteger(partSize)) || (expires !== undefined && !Number.isSafeInteger(expires)))
    return undefined;
  if (!isStringRecord(metadata) || !isStringRecord(tags)) return undefined;
  const attributes = {
    contentType: type,
    ...pickHeaders(headers),
    ...(expires === undefined ? {} : { expires: new Date(Number(expires) * 1000) }),
    metadata,
  };
  return { body, etag, modified, partSize, attributes, tags };
}

/** Picks the optional headers from the fields of a line. Invalid and unknown ones are ignored. */
function pickHeaders({
  cacheControl,
  contentDisposition,
  contentEncoding,
  contentLanguage,
}: Partial<Record<keyof SerializedLine, unknown>>): Record<string, string> {
  return {
    ...(typeof cacheControl === 'string' && { cacheControl }),
    ...(typeof contentDisposition === 'string' && { contentDisposition }),
    ...(typeof contentEncoding === 'string' && { contentEncoding }),
    ...(typeof contentLanguage === 'string' && { contentLanguage }),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((entry) => typeof entry === 'string')
  );
}

function isNonNegativeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isEmpty(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return false;
  return true;
}
