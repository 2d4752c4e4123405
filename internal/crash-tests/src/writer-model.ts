import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Bucket, PutResult, Upload } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';

/** Determines an object: its body, content type, metadata and tags. */
export interface ObjectSpec {
  readonly id: number;
  /** In bytes. */
  readonly size: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A write to one of a writer's own keys. */
export type Write =
  | { readonly kind: 'put'; readonly key: string; readonly spec: ObjectSpec }
  /** An upload in parts, which is completed. */
  | { readonly kind: 'upload'; readonly key: string; readonly spec: ObjectSpec }
  /** An upload in parts, which is aborted. */
  | { readonly kind: 'abort'; readonly key: string; readonly spec: ObjectSpec }
  | { readonly kind: 'copy'; readonly key: string; readonly sourceKey: string }
  | { readonly kind: 'tag'; readonly key: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'delete'; readonly key: string };

/** The expected object of each of a writer's keys. */
export type WriterModel = Map<string, ObjectSpec>;

/** Applies a write to a model. */
export function applyWrite(model: WriterModel, write: Write): void {
  const { key } = write;
  if (write.kind === 'put' || write.kind === 'upload') model.set(key, write.spec);
  if (write.kind === 'delete') model.delete(key);
  const source = model.get(write.kind === 'copy' ? write.sourceKey : key);
  if (write.kind === 'copy' && source !== undefined) model.set(key, source);
  if (write.kind === 'tag' && source !== undefined) model.set(key, { ...source, tags: write.tags });
}

/** Returns a body that differs from those of all other IDs in every 64 bytes. */
function bodyOf({ id, size }: ObjectSpec): Buffer {
  const block = createHash('sha512').update(String(id)).digest();
  return Buffer.alloc(size, block);
}

/** Returns the options of a put. */
function attributesOf({ id, size, tags }: ObjectSpec): {
  contentType: string;
  metadata: Record<string, string>;
  tags: Record<string, string>;
} {
  return { contentType: `x/${id}`, metadata: { id: String(id), size: String(size) }, tags: { ...tags } };
}

/** Reads the spec of an object; undefined when it does not exist. Throws when body, content type and metadata are from different puts. */
export async function readSpec(bucket: Bucket, key: string, versionId?: string): Promise<ObjectSpec | undefined> {
  try {
    const object = await bucket.get(key, { versionId });
    const { contentType, metadata, size } = object.info;
    const spec = { id: Number(metadata.id), size, tags: await bucket.tags(key, { versionId }) };
    assert.equal(contentType, `x/${spec.id}`, `${key}: content type and metadata are from different puts`);
    assert.equal(metadata.size, String(size), `${key}: size and metadata are from different puts`);
    assert.ok((await object.bytes()).equals(bodyOf(spec)), `${key}: body and metadata are from different puts`);
    return spec;
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey') || isStorageError(error, 'NoSuchVersion')) return undefined;
    throw error;
  }
}

const sizes = [0, 1, 100, 4096, 20_000, 300_000, 2_000_000];

/** Returns a random object. */
export function randomSpec(): ObjectSpec {
  return { id: Math.floor(Math.random() * 2 ** 40), size: pick(sizes), tags: { first: 'yes' } };
}

/** Puts an object, a large one as a stream. */
export async function putSpec(bucket: Bucket, key: string, spec: ObjectSpec): Promise<PutResult> {
  const body = bodyOf(spec);
  const source = spec.size > 100_000 ? Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]) : body;
  return bucket.put(key, source, attributesOf(spec));
}

/** Returns a random choice. */
export function pick<T>(choices: readonly T[]): T {
  const choice = choices[Math.floor(Math.random() * choices.length)];
  if (choice === undefined) throw new Error('there are no choices');
  return choice;
}

/** The minimum size of all parts of an upload but the last. */
export const minPartBytes = 5 * 2 ** 20;

/** Begins an upload, and stores its parts. Some of them are stored twice. */
export async function putParts(bucket: Bucket, key: string, spec: ObjectSpec): Promise<Upload> {
  const upload = await bucket.createUpload(key, attributesOf(spec));
  const body = bodyOf(spec);
  const last = spec.size > minPartBytes ? 2 : 1;
  if (last === 2) await upload.putPart(1, body.subarray(0, minPartBytes));
  if (spec.id % 3 === 0) await upload.putPart(last, 'replaced');
  await upload.putPart(last, last === 2 ? body.subarray(minPartBytes) : body);
  return upload;
}
