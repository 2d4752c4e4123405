import type { Metadata, Tags } from '@anybucket/core';
import type { StoredAttributes } from '@anybucket/core/backend';
import { sizeOfBodyId } from './body-id.js';

/** What is known of one state of a body. */
export interface RecordLine {
  /** The state that this belongs to: a `bodyId`. */
  readonly body: string;
  readonly etag: string;
  /** The time that users see, in seconds since 1970. */
  readonly modified: number;
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  /** Bytes a part, where the ETag is that of parts. */
  readonly partSize?: number | undefined;
}

/** The form in which a line stands in the file. `body` comes first: lines are found by it without reading the others. */
interface WrittenLine {
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

/** The version of the record format, in each file's first line. */
const version = 1;

/** The first line of a record. */
export function recordHead(key: string): string {
  return JSON.stringify({ anybucket: version, key });
}

/** A line as it is appended: with the line feed in front, so that a torn line before it spoils nothing. */
export function encodeLine({ body, etag, modified, partSize, attributes, tags }: RecordLine): string {
  const { contentType, metadata, expires, cacheControl, contentDisposition, contentEncoding, contentLanguage } = attributes;
  const line: WrittenLine = {
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

/** The key that a record is of; undefined when its first line is torn, foreign or of another version. */
export function keyOfRecord(record: string): string | undefined {
  const end = record.indexOf('\n');
  const head = parse(end < 0 ? record : record.slice(0, end));
  return head?.anybucket === version && typeof head.key === 'string' ? head.key : undefined;
}

/** The last whole line about one state of the body. */
export function findLine(record: string, body: string): RecordLine | undefined {
  const start = `\n{"body":"${body}",`;
  for (let at = record.lastIndexOf(start); at >= 0; at = at === 0 ? -1 : record.lastIndexOf(start, at - 1)) {
    const line = decodeLine(lineAt(record, at + 1));
    if (line !== undefined) return line;
  }
  return undefined;
}

/** Tells whether any line, whole or torn, names this state of the body. */
export function namesBody(record: string, body: string): boolean {
  return record.includes(`\n{"body":"${body}"`);
}

/** All whole lines about bodies of a size, the newest first: one of them may have described a body that was copied here. */
export function linesOfSize(record: string, size: number): RecordLine[] {
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
  const line = parse(text) as Partial<Record<keyof WrittenLine, unknown>> | undefined;
  if (line === undefined) return undefined;
  const { body, etag, modified, partSize, type, expires, metadata = {}, tags = {}, ...headers } = line;
  if (typeof body !== 'string' || typeof etag !== 'string' || !isCount(modified) || typeof type !== 'string') return undefined;
  if ((partSize !== undefined && !isCount(partSize)) || (expires !== undefined && !Number.isSafeInteger(expires))) return undefined;
  if (!isTexts(metadata) || !isTexts(tags)) return undefined;
  const attributes = {
    contentType: type,
    ...textHeaders(headers),
    ...(expires === undefined ? {} : { expires: new Date(Number(expires) * 1000) }),
    metadata,
  };
  return { body, etag, modified, partSize, attributes, tags };
}

/** The headers among a line's fields; what is no text, or unknown, is left out. */
function textHeaders({
  cacheControl,
  contentDisposition,
  contentEncoding,
  contentLanguage,
}: Partial<Record<keyof WrittenLine, unknown>>): Record<string, string> {
  return {
    ...(typeof cacheControl === 'string' && { cacheControl }),
    ...(typeof contentDisposition === 'string' && { contentDisposition }),
    ...(typeof contentEncoding === 'string' && { contentEncoding }),
    ...(typeof contentLanguage === 'string' && { contentLanguage }),
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((one) => typeof one === 'string')
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isEmpty(texts: Readonly<Record<string, string>>): boolean {
  for (const _ in texts) return false;
  return true;
}
