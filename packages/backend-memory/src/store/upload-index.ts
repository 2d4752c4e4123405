import { StorageError, compareKeys } from '@anybucket/core/backend';
import type { DriverPartsPage, DriverUploadsPage, ListPartsCall, ListUploadsCall, StoredAttributes } from '@anybucket/core/backend';
import type { Checksum, UploadChecksum, Tags, UploadedPart } from '@anybucket/core';
import { loadSortedBtree } from '../load.cjs';
import type { Content } from './content.js';
import type { SortedTree } from './sorted-tree.js';

/** What was given when an upload began. */
export interface UploadStart {
  readonly key: string;
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  /** The algorithm of the checksums of parts and object. */
  readonly checksum: UploadChecksum | undefined;
  /** The version that the upload will create. Undefined for the version `null`. */
  readonly versionId: string | undefined;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly initiated: number;
}

/** A stored part. Immutable: a change replaces it. */
export interface UploadPart {
  readonly partNumber: number;
  readonly etag: string;
  /** Size in bytes. */
  readonly size: number;
  readonly content: Content;
  readonly checksum: Checksum | undefined;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly lastModified: number;
}

/** An open upload. */
export interface StoredUpload extends UploadStart {
  readonly id: string;
  /** The parts by number. */
  readonly parts: SortedTree<number, UploadPart>;
}

/** The open uploads of one bucket. */
export class UploadIndex {
  readonly #byId = new Map<string, StoredUpload>();

  /** @param uploads the initial contents, which must not change later. */
  constructor(uploads: Iterable<StoredUpload> = []) {
    for (const upload of uploads) this.#byId.set(upload.id, { ...upload, parts: upload.parts.clone() });
  }

  /** Returns the current state. */
  freeze(): readonly StoredUpload[] {
    return Array.from(this.#byId.values(), (upload) => ({ ...upload, parts: upload.parts.clone() }));
  }

  /** Adds an upload without parts. */
  add(id: string, start: UploadStart): void {
    const { default: BTree } = loadSortedBtree();
    this.#byId.set(id, { ...start, id, parts: new BTree<number, UploadPart>() });
  }

  /** @throws `NoSuchUpload` */
  get(key: string, id: string): StoredUpload {
    const upload = this.#byId.get(id);
    if (upload?.key !== key) throw new StorageError({ code: 'NoSuchUpload', message: 'the upload does not exist' });
    return upload;
  }

  /** Removes an upload, if the key has it. */
  delete(key: string, id: string): void {
    if (this.#byId.get(id)?.key === key) this.#byId.delete(id);
  }

  /** Returns one page, ordered by key, then by id: ids of later uploads are greater. */
  page({ prefix, after, maxUploads }: ListUploadsCall): DriverUploadsPage {
    const uploads = [...this.#byId.values()]
      .filter(({ key, id }) => key.startsWith(prefix) && (after === undefined || isAfter(key, id, after)))
      .sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.id, b.id));
    return {
      uploads: uploads.slice(0, maxUploads).map(({ key, id, initiated }) => ({ key, id, initiated: new Date(initiated) })),
      truncated: uploads.length > maxUploads,
    };
  }
}

/** Returns one page of the parts of an upload, ordered by number. */
export function pageOfParts({ parts }: StoredUpload, { after, maxParts }: ListPartsCall): DriverPartsPage {
  const page: UploadedPart[] = [];
  for (const part of parts.values(after + 1)) {
    if (page.length === maxParts) return { parts: page, truncated: true };
    page.push(toUploadedPart(part));
  }
  return { parts: page, truncated: false };
}

/** Returns the public form of a part. */
export function toUploadedPart({ partNumber, etag, size, lastModified, checksum }: UploadPart): UploadedPart {
  const part = { partNumber, etag, size, lastModified: new Date(lastModified) };
  return checksum === undefined ? part : { ...part, checksum: { ...checksum } };
}

function isAfter(key: string, id: string, after: { readonly key: string; readonly id?: string | undefined }): boolean {
  const order = compareKeys(key, after.key);
  return order > 0 || (order === 0 && after.id !== undefined && id > after.id);
}
