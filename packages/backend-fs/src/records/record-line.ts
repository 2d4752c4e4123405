import type { Checksum, Metadata, Tags } from '@anybucket/core';
import { maxPartSize, maxParts, minPartSize, normaliseHeaders, normaliseMetadata, normaliseTags } from '@anybucket/core/backend';
import type { StoredAttributes } from '@anybucket/core/backend';
import { isBodyId, sizeOfBodyId } from './body-id.js';
import { decodeChecksum, encodeChecksum } from './checksum-text.js';
import { isPartRuns } from './part-runs.js';
import type { PartRuns } from './part-runs.js';

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
  /** The parts of an object that was uploaded in parts. Excludes `partSize`. */
  readonly parts?: PartRuns | undefined;
  readonly checksum?: Checksum | undefined;
  /** The id of the version: a UUID. Undefined for the version `null`. */
  readonly version?: string | undefined;
  /** The position in the history of the key, counted from 1. Undefined if the object was not stored with versions. */
  readonly seq?: number | undefined;
}

/** The JSON of a line. `body` must be the first field: {@link findLine} searches for it without parsing the other lines. The type
 * must follow those that differ from object to object: the fields from there on are decoded separately. */
export interface SerializedLine {
  body: string;
  etag: string;
  modified: number;
  version?: string | undefined;
  seq?: number | undefined;
  partSize?: number | undefined;
  parts?: PartRuns | undefined;
  checksum?: string | undefined;
  type: string;
  cacheControl?: string | undefined;
  contentDisposition?: string | undefined;
  contentEncoding?: string | undefined;
  contentLanguage?: string | undefined;
  expires?: number | undefined;
  metadata?: Metadata | undefined;
  tags?: Tags | undefined;
}

/** The first second of the year 0. */
const minTimestamp = Date.parse('0000-01-01T00:00:00Z') / 1000;
/** The last second of the year 9999. */
export const maxTimestamp = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;

/** The highest position in a history. */
export const maxSeq = 2 ** 52;

/** The fields of a line from the type on, which many objects have in common. */
export type Description = Pick<RecordLine, 'attributes' | 'tags'>;

/** The fields before the description. */
const precedingFields = ['body', 'etag', 'modified', 'version', 'seq', 'partSize', 'parts', 'checksum'] as const;

/** Descriptions by their JSON, so that each is parsed and validated once. Lines share them, so they must not be modified. */
const descriptions = new Map<string, Description>();
const maxDescriptions = 256;
const maxDescriptionLength = 2048;

/** The version of the record format, in the header of each record. */
const recordVersion = 1;

/** Serializes the first line of a record. */
export function encodeHeader(key: string): string {
  return `{"anybucket":${recordVersion},"key":${JSON.stringify(key)}}`;
}

/** Serializes a line for appending. The line feed comes first, so that the line is readable even after an incomplete one. */
export function encodeLine(line: RecordLine): string {
  return `\n${JSON.stringify(serializeLine(line))}`;
}

/** Converts a line to the object that its JSON describes. */
export function serializeLine(line: RecordLine): SerializedLine {
  const { body, etag, modified, version, seq, partSize, parts, checksum, attributes, tags } = line;
  return {
    body,
    etag,
    modified,
    version,
    seq,
    partSize,
    parts,
    checksum: checksum && encodeChecksum(checksum),
    ...serializeDescription({ attributes, tags }),
  };
}

/** Converts headers, metadata and tags to the object that their JSON describes. */
export function serializeDescription({ attributes, tags }: Description): Pick<SerializedLine, 'type'> {
  const { contentType, metadata, expires, cacheControl, contentDisposition, contentEncoding, contentLanguage } = attributes;
  const fields: Omit<SerializedLine, 'body' | 'etag' | 'modified'> = {
    type: contentType,
    cacheControl,
    contentDisposition,
    contentEncoding,
    contentLanguage,
    expires: expires === undefined ? undefined : expires.getTime() / 1000,
    metadata: isEmpty(metadata) ? undefined : metadata,
    tags: isEmpty(tags) ? undefined : tags,
  };
  return fields;
}

/** Returns whether a record is that of a key. */
export function isRecordOf(record: string, key: string): boolean {
  const header = encodeHeader(key);
  if (!record.startsWith(header)) return false;
  const end = record[header.length] === '\r' ? header.length + 1 : header.length;
  return end === record.length ? end === header.length : record[end] === '\n';
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

/** Returns the last complete line. */
export function findLastLine(record: string): RecordLine | undefined {
  for (let end = record.length; end > 0;) {
    const start = record.lastIndexOf('\n', end - 1);
    const line = start < 0 ? undefined : decodeLine(record.slice(start + 1, end));
    if (line !== undefined) return line;
    end = start;
  }
  return undefined;
}

function lineAt(record: string, start: number): string {
  const end = record.indexOf('\n', start);
  return record.slice(start, end < 0 ? undefined : end);
}

/** Decodes a line. @returns Undefined unless every field is one that this backend might have written. */
export function decodeLine(text: string): RecordLine | undefined {
  const end = text.indexOf(',"type":');
  const line = parseObject(`${text.slice(0, end)}}`) as Partial<Record<keyof SerializedLine, unknown>> | undefined;
  if (end < 0 || line === undefined) return undefined;
  const { body, etag, modified, version, seq, partSize, parts, checksum } = line;
  if (!isBodyId(body) || typeof etag !== 'string' || !isTimestamp(modified) || modified < 0) return undefined;
  if (!isEtag(etag, sizeOfBodyId(body), { partSize, parts }) || !isVersion(version) || !isOptionalSeq(seq)) return undefined;
  const description = decodeDescription(`{${text.slice(end + 1)}`);
  if (description === undefined) return undefined;
  try {
    const layout = { partSize, parts } as Pick<RecordLine, 'partSize' | 'parts'>;
    return { body, etag, modified, version, seq, ...layout, checksum: optional(checksum, decodeChecksum), ...description };
  } catch {
    return undefined;
  }
}

/** Decodes the second half of a line, or another object with the result of {@link serializeDescription}. */
export function decodeDescription(json: string): Description | undefined {
  const known = descriptions.get(json);
  if (known !== undefined) return known;
  const fields = parseObject(json) as Partial<Record<keyof SerializedLine, unknown>> | undefined;
  if (fields === undefined || precedingFields.some((name) => name in fields)) return undefined;
  try {
    const description = { attributes: decodeAttributes(fields), tags: normaliseTags(fields.tags as Tags | undefined) };
    if (descriptions.size === maxDescriptions) descriptions.clear();
    if (json.length <= maxDescriptionLength) descriptions.set(json, description);
    return description;
  } catch {
    // A header, metadata or tags that no put accepts.
    return undefined;
  }
}

/** @throws `StorageError` for an invalid attribute. */
function decodeAttributes(line: Partial<Record<keyof SerializedLine, unknown>>): StoredAttributes {
  const { type, expires, metadata } = line;
  if (typeof type !== 'string' || (expires !== undefined && !isTimestamp(expires))) throw new TypeError('invalid attributes');
  const { cacheControl, contentDisposition, contentEncoding, contentLanguage } = line as Partial<Record<string, string>>;
  const headers = normaliseHeaders({
    contentType: type,
    cacheControl,
    contentDisposition,
    contentEncoding,
    contentLanguage,
    expires: expires === undefined ? undefined : new Date(expires * 1000),
  });
  // Earlier versions accepted the names of headers as metadata.
  return { ...headers, metadata: normaliseMetadata(undefined, metadata as Metadata | undefined) };
}

/** Whether an ETag and parts may be those of a body. The parts must be bounded, since they determine the cost of computing an ETag. */
function isEtag(etag: string, size: number, { partSize, parts }: { readonly partSize?: unknown; readonly parts?: unknown }): boolean {
  const match = /^[0-9a-f]{32}(?:-(\d{1,5}))?$/.exec(etag);
  if (match === null) return false;
  if (match[1] === undefined) return partSize === undefined && parts === undefined;
  const count = Number(match[1]);
  if (parts !== undefined) return partSize === undefined && isPartRuns(parts, size, count);
  if (!Number.isSafeInteger(partSize) || Number(partSize) < minPartSize || Number(partSize) > maxPartSize) return false;
  return count === Math.ceil(size / Number(partSize)) && count <= maxParts;
}

function optional<T>(value: unknown, decode: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : decode(value);
}

/** Whether a value is a version id in the form in which this backend creates them; undefined for the version `null`. */
export function isVersion(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value));
}

function isOptionalSeq(value: unknown): value is number | undefined {
  return value === undefined || isSeq(value);
}

/** Whether a value is a position in a history. Later ones must fit into a number, too. */
export function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= maxSeq;
}

/** Parses a JSON object. @returns Undefined for any other text. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is a time in seconds since 1970, with a year of four digits. */
export function isTimestamp(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= minTimestamp && Number(value) <= maxTimestamp;
}

function isEmpty(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return false;
  return true;
}
