import {
  checkPartChecksum,
  evaluateSourceConditions,
  joinChecksums,
  multipartEtag,
  resolveCopyRange,
  selectParts,
} from '@anybucket/core/backend';
import type {
  CompletedPart,
  CompleteUploadCall,
  CopyPartCall,
  CopySource,
  CreateUploadCall,
  DriverCall,
  DriverPartsPage,
  DriverUploadsPage,
  ListPartsCall,
  ListUploadsCall,
  PartChecksum,
  PutBody,
  PutPartCall,
  UploadDriver,
  UploadedPart,
} from '@anybucket/core/backend';
import type { PutResult } from '@anybucket/core';
import { toPutResult } from './bucket.js';
import { JoinedContent } from './store/content.js';
import type { Content } from './store/content.js';
import { plainEtag, receiveBytes, receiveStream, receivedChecksum, sliceContent } from './store/receive.js';
import type { NewVersion, Store } from './store/store.js';
import { pageOfParts, toUploadedPart } from './store/upload-index.js';
import type { StoredUpload, UploadPart } from './store/upload-index.js';

/** The primitives of uploads in parts. */
export class MemoryUploadDriver implements UploadDriver {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async createUpload(bucket: string, key: string, { attributes, tags, checksum }: CreateUploadCall): Promise<string> {
    return this.#store.createUpload(bucket, { key, attributes, tags, checksum });
  }

  async putPart(
    bucket: string,
    key: string,
    uploadId: string,
    partNumber: number,
    body: PutBody,
    { checksum, signal }: PutPartCall,
  ): Promise<UploadedPart> {
    // Checked before the body is read; the upload may end meanwhile.
    checkPartChecksum(this.#upload(bucket, key, uploadId).checksum, checksum);
    const { content, size, etag } = body.bytes === undefined ? await receiveStream(body, Infinity) : receiveBytes(body.bytes, Infinity);
    signal?.throwIfAborted();
    return this.#storePart(this.#upload(bucket, key, uploadId), {
      partNumber,
      content,
      size,
      etag,
      checksum: receivedChecksum(body, checksum),
    });
  }

  async copyPart(
    bucket: string,
    key: string,
    uploadId: string,
    partNumber: number,
    source: CopySource,
    { range }: CopyPartCall,
  ): Promise<UploadedPart> {
    const from = this.#store.object(source.bucket, source.key, source.versionId);
    evaluateSourceConditions(source, from);
    const { start, end } = resolveCopyRange(range, from.size);
    const upload = this.#upload(bucket, key, uploadId);
    checkPartChecksum(upload.checksum, undefined);
    const content = sliceContent(from.content, start, end);
    return this.#storePart(upload, { partNumber, content, size: end - start, etag: plainEtag(content), checksum: undefined });
  }

  async listParts(bucket: string, key: string, uploadId: string, call: ListPartsCall): Promise<DriverPartsPage> {
    return pageOfParts(this.#upload(bucket, key, uploadId), call);
  }

  async completeUpload(
    bucket: string,
    key: string,
    uploadId: string,
    parts: readonly CompletedPart[],
    { conditions }: CompleteUploadCall,
  ): Promise<PutResult> {
    return toPutResult(this.#store.completeUpload(bucket, key, uploadId, (upload) => join(upload, parts), conditions));
  }

  async abortUpload(bucket: string, key: string, uploadId: string, _call: DriverCall): Promise<void> {
    this.#store.bucket(bucket).uploads.delete(key, uploadId);
  }

  async listUploads(bucket: string, call: ListUploadsCall): Promise<DriverUploadsPage> {
    return this.#store.bucket(bucket).uploads.page(call);
  }

  #upload(bucket: string, key: string, uploadId: string): StoredUpload {
    return this.#store.bucket(bucket).uploads.get(key, uploadId);
  }

  #storePart({ parts }: StoredUpload, part: Omit<UploadPart, 'lastModified'>): UploadedPart {
    const stored = { ...part, lastModified: this.#store.time() };
    parts.set(part.partNumber, stored);
    return toUploadedPart(stored);
  }
}

/** Returns the object that the parts of an upload make. @throws `InvalidPart`, `EntityTooSmall` */
function join({ attributes, tags, checksum, parts: stored }: StoredUpload, requested: readonly CompletedPart[]): NewVersion {
  const parts = selectParts(stored, requested);
  const content = joinContents(parts.map((part) => part.content));
  return {
    content,
    size: parts.reduce((size, part) => size + part.size, 0),
    etag: multipartEtag(parts.map(({ etag }) => Buffer.from(etag, 'hex'))),
    attributes,
    tags,
    checksum: checksum === undefined ? undefined : joinChecksums(checksum.algorithm, parts.map(toPartChecksum), checksum.type),
    parts: parts.map(({ partNumber, size }) => ({ partNumber, size })),
  };
}

function toPartChecksum({ size, checksum }: UploadPart): PartChecksum {
  return { size, value: checksum?.value ?? '' };
}

function joinContents(contents: readonly Content[]): Content {
  const [first] = contents;
  return contents.length === 1 && first !== undefined ? first : new JoinedContent(contents);
}
