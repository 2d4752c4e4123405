import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Bucket } from '@anybucket/core';
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
  | { readonly kind: 'copy'; readonly key: string; readonly sourceKey: string }
  | { readonly kind: 'tag'; readonly key: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'delete'; readonly key: string };

/** The expected object of each of a writer's keys. */
export type WriterModel = Map<string, ObjectSpec>;

/** Applies a write to a model. */
export function applyWrite(model: WriterModel, write: Write): void {
  const { key } = write;
  if (write.kind === 'put') model.set(key, write.spec);
  if (write.kind === 'delete') model.delete(key);
  const source = model.get(write.kind === 'copy' ? write.sourceKey : key);
  if (write.kind === 'copy' && source !== undefined) model.set(key, source);
  if (write.kind === 'tag' && source !== undefined) model.set(key, { ...source, tags: write.tags });
}

/** Returns a body that differs from those of all other IDs in every 64 bytes. */
export function bodyOf({ id, size }: ObjectSpec): Buffer {
  const block = createHash('sha512').update(String(id)).digest();
  return Buffer.alloc(size, block);
}

/** Returns the options of a put. */
export function attributesOf({ id, size, tags }: ObjectSpec): {
  contentType: string;
  metadata: Record<string, string>;
  tags: Record<string, string>;
} {
  return { contentType: `x/${id}`, metadata: { id: String(id), size: String(size) }, tags: { ...tags } };
}

/** Reads the spec of an object; undefined when it does not exist. Throws when body, content type and metadata are from different puts. */
export async function readSpec(bucket: Bucket, key: string): Promise<ObjectSpec | undefined> {
  try {
    const object = await bucket.get(key);
    const { contentType, metadata, size } = object.info;
    const spec = { id: Number(metadata.id), size, tags: await bucket.tags(key) };
    assert.equal(contentType, `x/${spec.id}`, `${key}: content type and metadata are from different puts`);
    assert.equal(metadata.size, String(size), `${key}: size and metadata are from different puts`);
    assert.ok((await object.bytes()).equals(bodyOf(spec)), `${key}: body and metadata are from different puts`);
    return spec;
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
