import { createHash } from 'node:crypto';
import type { Bucket } from '../api/datastore.js';
import type { Upload, UploadedPart } from '../api/uploads.js';
import { KiB, MiB, pattern } from './bodies.js';
import { contractCase } from './contract-case.js';
import type { ContractCase } from './contract-case.js';
import type { Requirement } from './contract-context.js';
import type { Fixture } from './fixture.js';

/** Creates a case that requires uploads. */
export const uploadCase = (id: string, check: (fixture: Fixture) => Promise<void>, ...requires: Requirement[]): ContractCase =>
  contractCase(id, check, { requires: ['uploads', ...requires] });

/** The minimum size of all parts but the last. */
export const minPartBytes = 5 * MiB;

/** Returns the hex MD5 of a body. */
export const md5 = (bytes: Uint8Array | string): string => createHash('md5').update(bytes).digest('hex');

/** Returns the ETag of an object that was uploaded in parts. */
export function etagOfParts(...parts: readonly (Uint8Array | string)[]): string {
  return `${md5(Buffer.concat(parts.map((part) => createHash('md5').update(part).digest())))}-${parts.length}`;
}

/** Returns an upload that was aborted. */
export async function endedUpload(bucket: Bucket, key: string): Promise<Upload> {
  const upload = await bucket.createUpload(key);
  await upload.abort();
  return upload;
}

/** Returns the numbers of parts. */
export const numbersOf = (parts: readonly UploadedPart[]): number[] => parts.map(({ partNumber }) => partNumber);

/** Uploads an object of two parts, with the numbers 1 and 3. Returns the bodies of the parts. */
export async function uploadTwoParts(bucket: Bucket, key: string): Promise<[first: Buffer, second: Buffer]> {
  const [first, second] = [pattern(minPartBytes), pattern(100 * KiB, 2)];
  const upload = await bucket.createUpload(key);
  await upload.putPart(3, second);
  await upload.putPart(1, first);
  await upload.complete();
  return [first, second];
}
