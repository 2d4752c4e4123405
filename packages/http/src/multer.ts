/** A storage engine of multer, which stores the files of a form as objects. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { requireKnownOptions } from './known-options.js';
import { isAllowedType, toContentType } from './upload/content-type.js';
import { baseName } from './upload/file-name.js';
import type { UploadPutOptions } from './upload/options.js';
import { fileTooLarge, removeUpload, typeNotAllowed } from './upload/upload-batch.js';
import { isUploadError } from './upload/upload-error.js';

/** A file of a form as multer describes it. */
export interface MulterFile {
  readonly fieldname: string;
  readonly originalname: string;
  readonly mimetype: string;
  /** Content of the file, while it is received. */
  readonly stream: Readable;
}

/** The fields that the engine adds to `req.file`. */
export interface MulterObject {
  /** The name of the bucket. */
  readonly bucket: string;
  readonly key: string;
  /** Size in bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Present if versioning is enabled. */
  readonly versionId?: string;
}

/** Options of {@link bucketStorage}. */
export interface BucketStorageOptions {
  /** The key of each file. `originalname` is chosen by the client, and may have a path. */
  readonly key: (request: IncomingMessage, file: MulterFile) => string | Promise<string>;
  /** The allowed content types, as in `receiveUpload`. @defaultValue every type */
  readonly types?: readonly string[] | undefined;
  /** Returns options of the `put`, such as `metadata`. */
  readonly onFile?:
    ((request: IncomingMessage, file: MulterFile) => UploadPutOptions | undefined | Promise<UploadPutOptions | undefined>) | undefined;
}

/** A storage engine of multer, version 2. */
export interface BucketStorage {
  _handleFile(request: IncomingMessage, file: MulterFile, callback: (error?: unknown, info?: MulterObject) => void): void;
  _removeFile(request: IncomingMessage, file: MulterFile & Partial<MulterObject>, callback: (error: Error | null) => void): void;
}

/**
 * Creates a storage engine of multer that stores files in a bucket. Set `limits.fileSize` of multer: a file that exceeds it is not stored.
 * Multer stores each file as soon as it was received, and removes those of a request that fails later; `receiveUpload` stores them together.
 *
 * @throws `InvalidArgument` for an unknown option.
 *
 * @example
 * const upload = multer({ storage: bucketStorage(photos, { key: () => randomUUID() }), limits: { fileSize: 10_000_000 } });
 */
export function bucketStorage(bucket: Bucket, options: BucketStorageOptions): BucketStorage {
  requireKnownOptions(options, { key: true, types: true, onFile: true });
  return {
    _handleFile(request, file, callback) {
      callbackify(() => store(bucket, options, request, file))((error: unknown, info?: MulterObject) => {
        // Multer waits for the end of the stream.
        if (info === undefined) file.stream.resume();
        callback(isStorageError(error) && isUploadError(error.cause) ? error.cause : error, info);
      });
    },
    _removeFile(_request, { key, etag, versionId }, callback) {
      if (key === undefined || etag === undefined) callback(null);
      else callbackify(() => removeUpload(bucket, { key, etag, versionId }))((error) => callback(error));
    },
  };
}

async function store(bucket: Bucket, options: BucketStorageOptions, request: IncomingMessage, file: MulterFile): Promise<MulterObject> {
  const { fieldname, originalname, mimetype, stream } = file;
  baseName(originalname, fieldname);
  const contentType = toContentType(mimetype);
  if (options.types !== undefined && !isAllowedType(contentType, options.types))
    throw typeNotAllowed({ contentType, field: fieldname }, options.types);
  const key = await options.key(request, file);
  const own = await options.onFile?.(request, file);
  const counter = { bytes: 0 };
  const { etag, versionId } = await bucket.put(key, content(stream, fieldname, counter), { contentType, ...own });
  return { bucket: bucket.name, key, size: counter.bytes, etag, ...(versionId === undefined ? {} : { versionId }) };
}

async function* content(
  stream: Readable & { readonly truncated?: boolean },
  field: string,
  counter: { bytes: number },
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    counter.bytes += chunk.length;
    yield chunk;
  }
  // Multer ends the stream at its limit, before it reports the error.
  if (stream.truncated === true) throw fileTooLarge(counter.bytes, field);
}
