import { isStorageError } from '@anybucket/core';
import type { Bucket, PutOptions } from '@anybucket/core';
import { isAllowedType, toContentType } from './content-type.js';
import { baseName } from './file-name.js';
import type { FormFile } from './form-reader.js';
import type { StoredUpload, UploadFile, UploadOptions } from './options.js';
import { Gate } from './gate.js';
import { UploadError, isUploadError } from './upload-error.js';

/** Attributes of a file that come from the request as a whole, for a raw body. */
type RequestAttributes = Pick<PutOptions, 'size' | 'contentEncoding'>;

/**
 * Stores the files of one request. The body of each `put` stays open until the whole request was received, so that the objects appear only
 * then, or not at all.
 */
export class UploadBatch {
  readonly #bucket: Bucket;
  readonly #options: UploadOptions;
  readonly #maxFileSize: number;
  readonly #fields: URLSearchParams;
  readonly #abort = new AbortController();
  readonly #puts: Promise<StoredUpload | undefined>[] = [];
  /** For each file, settled when its content was read to the end, or has failed. */
  readonly #contents: Promise<unknown>[] = [];
  readonly #keys = new Set<string>();
  readonly #complete = new Gate();
  #failure: { readonly error: unknown } | undefined;

  constructor(bucket: Bucket, options: UploadOptions, maxFileSize: number, fields: URLSearchParams) {
    this.#bucket = bucket;
    this.#options = options;
    this.#maxFileSize = maxFileSize;
    this.#fields = fields;
  }

  /** Aborted when a file fails; the reason is the failure. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Begins to store a file. A failure aborts the signal. */
  add(file: FormFile, attributes: RequestAttributes = {}): void {
    const content = new Gate();
    const put = this.#store(file, this.#puts.length, attributes, () => content.open());
    this.#puts.push(put);
    this.#contents.push(content.passed);
    put.catch((error: unknown) => this.fail(error)).finally(() => content.open());
  }

  /** Completes the objects, once the request was received. @returns the files in the order of the request. */
  async commit(): Promise<StoredUpload[]> {
    await Promise.all(this.#contents);
    if (this.#failure === undefined) this.#complete.open();
    const stored = await Promise.all(this.#puts);
    return stored.filter((file) => file !== undefined);
  }

  /** Records the first failure, and stops every `put`. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    // The error of the content is the cause of that of the `put`.
    const cause = isStorageError(error) && isUploadError(error.cause) ? error.cause : error;
    this.#failure = { error: cause };
    this.#complete.close(cause);
    this.#abort.abort(cause);
  }

  /** Waits until nothing is stored any more. @returns the first failure. */
  async rollback(): Promise<unknown> {
    const results = await Promise.allSettled(this.#puts);
    const stored = results.map((result) => (result.status === 'fulfilled' ? result.value : undefined)).filter((file) => file !== undefined);
    await Promise.allSettled(stored.map((file) => removeUpload(this.#bucket, file)));
    return this.#failure?.error;
  }

  async #store(form: FormFile, index: number, attributes: RequestAttributes, onRead: () => void): Promise<StoredUpload | undefined> {
    const { types, key: keyOption, onFile } = this.#options;
    const filename = baseName(form.filename, form.field);
    const content = form.content[Symbol.asyncIterator]();
    const first = await content.next();
    // A form sends an empty file without a name for an input without a file.
    if (filename === undefined && form.field !== '' && first.done === true) return undefined;
    const contentType = toContentType(form.contentType);
    const { field } = form;
    const file = { field, ...(filename === undefined ? {} : { filename }), contentType, fields: new URLSearchParams(this.#fields), index };
    if (types !== undefined && !isAllowedType(contentType, types)) throw typeNotAllowed(file, types);
    const key = typeof keyOption === 'string' ? keyOption : await keyOption(file);
    if (this.#keys.has(key))
      throw new UploadError('DuplicateKey', `two files of the request have the key ${JSON.stringify(key)}`, { field });
    this.#keys.add(key);
    const own = await onFile?.({ ...file, key });
    const counter = { bytes: 0 };
    const data = this.#limited(content, first, counter, field, onRead);
    const result = await this.#bucket.put(key, data, { contentType, ...attributes, ...own, signal: this.signal });
    const { etag, versionId } = result;
    return { ...file, key, size: counter.bytes, etag, ...(versionId === undefined ? {} : { versionId }) };
  }

  /** Yields the content, counts it, and ends when the whole request was received. */
  async *#limited(
    content: AsyncIterator<Buffer>,
    first: IteratorResult<Buffer>,
    counter: { bytes: number },
    field: string,
    onRead: () => void,
  ): AsyncGenerator<Buffer, void, undefined> {
    for (let next = first; next.done !== true; next = await content.next()) {
      counter.bytes += next.value.length;
      if (counter.bytes > this.#maxFileSize) throw fileTooLarge(this.#maxFileSize, field);
      yield next.value;
    }
    onRead();
    await this.#complete.passed;
  }
}

/** Removes an object that was stored by a request that fails. With versions, the previous one is the latest again. */
export async function removeUpload(
  bucket: Bucket,
  { key, etag, versionId }: { readonly key: string; readonly etag: string; readonly versionId?: string | undefined },
): Promise<void> {
  if (versionId !== undefined) await bucket.delete(key, { versionId });
  else await bucket.delete(key, bucket.datastore.capabilities.conditionalDelete ? { ifMatch: etag } : {});
}

/** Creates the error of a file above its limit. */
export function fileTooLarge(maxFileSize: number, field: string): UploadError {
  return new UploadError('FileTooLarge', `a file must not exceed ${maxFileSize} bytes`, { field });
}

/** Creates the error of a content type that is not one of a list. */
export function typeNotAllowed({ contentType, field }: Pick<UploadFile, 'contentType' | 'field'>, types: readonly string[]): UploadError {
  return new UploadError('TypeNotAllowed', `the content type must be ${types.join(' or ')}, not ${contentType}`, { field });
}
