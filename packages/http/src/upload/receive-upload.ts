import type { Bucket } from '@anybucket/core';
import { describeValue, invalidArgument } from '@anybucket/core/backend';
import { requireKnownOptions } from '../known-options.js';
import type { OptionNames } from '../known-options.js';
import type { NodeRequest } from '../serve/send-object.js';
import { essenceOf } from './content-type.js';
import { FormReader } from './form-reader.js';
import type { FormLimits } from './form-reader.js';
import type { UploadOptions, UploadResult } from './options.js';
import { clientDisconnected, payloadOf } from './payload.js';
import type { Payload } from './payload.js';
import { UploadBatch, fileTooLarge } from './upload-batch.js';
import { UploadError } from './upload-error.js';

const defaultMaxFileSize = 16 * 2 ** 20;
const defaultMaxFiles = 10;
const defaultMaxFields = 100;
const defaultMaxFieldBytes = 256 * 1024;

const optionNames: OptionNames<UploadOptions> = {
  key: true,
  maxFileSize: true,
  maxFiles: true,
  maxFields: true,
  maxFieldBytes: true,
  types: true,
  onFile: true,
  signal: true,
};

/**
 * Stores the files of a form (`multipart/form-data`), or the body of a request with another content type, as objects. Files are streamed.
 *
 * The objects appear after the whole request was received: if a file exceeds its limit, a type is not allowed or the client disconnects,
 * nothing of the request is stored, and objects that would have been replaced remain. Only if the store fails while it completes several
 * objects, those that were completed before are removed.
 *
 * @returns the stored files, and the other fields of the form. A file input without a file is ignored.
 * @throws `UploadError` with a `status` if the request is at fault: `MalformedForm`, `InvalidFileName`, `DuplicateKey` and
 *   `ClientDisconnected` (400), `FileTooLarge`, `FieldsTooLarge` and `TooManyFiles` (413), `TypeNotAllowed` (415). Otherwise a
 *   `StorageError`: the errors of `Bucket.put`, `BodyUsed` if a body parser has read the request, `InvalidArgument` for the options.
 *
 * @example
 * const { files } = await receiveUpload(request, photos, { key: () => randomUUID(), types: ['image/*'] });
 */
export async function receiveUpload(request: Request | NodeRequest, bucket: Bucket, options: UploadOptions): Promise<UploadResult> {
  requireKnownOptions(options, optionNames);
  const { maxFileSize = defaultMaxFileSize, maxFiles = typeof options.key === 'string' ? 1 : defaultMaxFiles } = options;
  const { maxFields = defaultMaxFields, maxFieldBytes = defaultMaxFieldBytes } = options;
  for (const [name, value] of Object.entries({ maxFileSize, maxFiles, maxFields, maxFieldBytes })) requireCount(name, value);
  if (typeof options.key === 'string' && maxFiles > 1) throw invalidArgument('`key` must be a function if `maxFiles` is greater than 1');
  const payload = payloadOf(request);
  const fields = new URLSearchParams();
  const batch = new UploadBatch(bucket, options, maxFileSize, fields);
  const unlink = [
    onAbort(options.signal, (reason) => batch.fail(reason)),
    onAbort(payload.signal, (cause) => batch.fail(clientDisconnected(cause))),
  ];
  try {
    await receive(payload, batch, { maxFileSize, maxFiles, maxFields, maxFieldBytes }, fields);
    return { files: await batch.commit(), fields };
  } catch (error) {
    batch.fail(error);
    const failure = await batch.rollback();
    payload.discard();
    throw failure;
  } finally {
    for (const remove of unlink) remove();
  }
}

/** Reads the payload, and adds its files to the batch. */
async function receive(
  payload: Payload,
  batch: UploadBatch,
  { maxFileSize, ...formLimits }: FormLimits & { readonly maxFileSize: number },
  fields: URLSearchParams,
): Promise<void> {
  const contentType = payload.header('content-type') ?? '';
  const type = essenceOf(contentType);
  if (type === 'application/x-www-form-urlencoded')
    throw new UploadError('TypeNotAllowed', 'a form with files must have the content type multipart/form-data');
  if (type !== 'multipart/form-data') return receiveBody(payload, contentType, batch, maxFileSize);
  const reader = new FormReader(contentType, formLimits, fields, (file) => batch.add(file));
  batch.signal.addEventListener('abort', () => reader.fail(batch.signal.reason), { once: true });
  await reader.read(payload.chunks());
}

/** Stores a raw body. */
function receiveBody(payload: Payload, contentType: string, batch: UploadBatch, maxFileSize: number): void {
  const length = payload.header('content-length');
  const size = length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  if (size !== undefined && size > maxFileSize) throw fileTooLarge(maxFileSize, '');
  const contentEncoding = payload.header('content-encoding');
  const content = toBuffers(payload.chunks(), batch.signal);
  batch.add({ field: '', filename: undefined, contentType, content }, { size, contentEncoding });
}

async function* toBuffers(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

function requireCount(name: string, value: unknown): void {
  if (!(Number.isSafeInteger(value) && (value as number) >= 0) && value !== Infinity)
    throw invalidArgument(`\`${name}\` must be an integer of at least 0, not ${describeValue(value)}`);
}

/** Calls a listener when a signal is, or was, aborted. @returns a function that removes it. */
function onAbort(signal: AbortSignal | undefined, listener: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => {};
  const onEvent = (): void => listener(signal.reason);
  if (signal.aborted) onEvent();
  signal.addEventListener('abort', onEvent, { once: true });
  return () => signal.removeEventListener('abort', onEvent);
}
