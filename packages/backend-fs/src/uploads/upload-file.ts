import type { UploadChecksum } from '@anybucket/core';
import { checkUploadChecksum } from '@anybucket/core/backend';
import { isKey } from '../layout/key-paths.js';
import { decodeDescription, isTimestamp, isVersion, parseObject, serializeDescription } from '../records/record-line.js';
import type { Description } from '../records/record-line.js';

/** What was given when an upload began: the content of its `upload.json`. */
export interface UploadStart extends Description {
  readonly key: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The algorithm of the checksums of parts and object, and the type of that of the object. */
  readonly checksum: UploadChecksum | undefined;
  /** The id of the version that the upload creates. Undefined for the version `null`. */
  readonly version: string | undefined;
}

/** The version of the format. */
const uploadVersion = 1;

/** Serializes the beginning of an upload. */
export function encodeUpload({ key, created, checksum, version, attributes, tags }: UploadStart): string {
  const fields = { anybucket: uploadVersion, key, created, checksum: checksum?.algorithm, checksumType: checksum?.type, version };
  return `${JSON.stringify({ upload: fields, ...serializeDescription({ attributes, tags }) })}\n`;
}

/** Parses the result of {@link encodeUpload}. @returns Undefined unless every field is one that this backend might have written. */
export function decodeUpload(text: string): UploadStart | undefined {
  // The description is decoded separately, since many uploads have it in common.
  const end = text.indexOf(',"type":');
  const { anybucket, key, created, checksum, checksumType, version } = Object(parseObject(`${text.slice(0, end)}}`)?.upload) as Partial<
    Record<string, unknown>
  >;
  if (anybucket !== uploadVersion || !isKey(key) || !isTimestamp(created) || created < 0 || !isVersion(version)) return undefined;
  const description = decodeDescription(`{${text.slice(end + 1).trimEnd()}`);
  if (description === undefined) return undefined;
  try {
    const request = checksum === undefined ? undefined : checkUploadChecksum({ algorithm: checksum, type: checksumType });
    return { key, created, checksum: request, version, ...description };
  } catch {
    return undefined;
  }
}
