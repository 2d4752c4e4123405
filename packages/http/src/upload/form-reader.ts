import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import { Busboy } from '@fastify/busboy';
import type { BusboyFileStream, BusboyInstance } from '@fastify/busboy';
import { UploadError, isUploadError } from './upload-error.js';

/** A part of a form that is a file. */
export interface FormFile {
  readonly field: string;
  /** As sent by the client. */
  readonly filename: string | undefined;
  readonly contentType: string;
  /** Its content. Reads the form while it is read. */
  readonly content: AsyncIterable<Buffer>;
}

/** Limits of a form. */
export interface FormLimits {
  readonly maxFields: number;
  readonly maxFieldBytes: number;
  readonly maxFiles: number;
}

/** Reads a form of type `multipart/form-data`. The form is read on while the content of its files is read. */
export class FormReader {
  readonly #parser: BusboyInstance;
  readonly #finished: Promise<unknown>;
  #wake = (): void => {};
  #failure: Error | undefined;
  #file: BusboyFileStream | undefined;
  #fieldBytes = 0;

  /**
   * @param contentType the header with the boundary.
   * @param fields receives the fields.
   * @param onFile called for each file, when it begins.
   * @throws `MalformedForm` if there is no boundary.
   */
  constructor(contentType: string, limits: FormLimits, fields: URLSearchParams, onFile: (file: FormFile) => void) {
    this.#parser = createParser(contentType, limits, () =>
      this.fail(new UploadError('MalformedForm', 'a part of the form has no valid Content-Disposition')),
    );
    this.#finished = Promise.race([once(this.#parser, 'finish'), once(this.#parser, 'close')]);
    // The failure is recorded by the listener of `error`.
    this.#finished.catch(() => {});
    this.#parser.on('drain', () => this.#wake()).on('close', () => this.#wake());
    this.#parser.on('field', (name: string | undefined, value, isNameTruncated, isTruncated) => {
      this.#fieldBytes += Buffer.byteLength(`${name ?? ''}${value}`);
      if (name === undefined) this.fail(new UploadError('MalformedForm', 'a part of the form has no name'));
      else if (isNameTruncated || isTruncated || this.#fieldBytes > limits.maxFieldBytes)
        this.fail(new UploadError('FieldsTooLarge', `the fields of the form must not exceed ${limits.maxFieldBytes} bytes`));
      else fields.append(name, value);
    });
    this.#parser.on('file', (name: string | undefined, stream, filename: string | undefined, _encoding, type) => {
      this.#file = stream;
      // The reader of the content receives the error; without a listener, it would end the process.
      stream.on('error', () => {});
      if (name === undefined) this.fail(new UploadError('MalformedForm', 'a part of the form has no name'));
      if (this.#failure !== undefined) return;
      onFile({ field: name ?? '', filename, contentType: type, content: this.#contentOf(stream) });
    });
    this.#parser.on('filesLimit', () =>
      this.fail(new UploadError('TooManyFiles', `the form must not have more than ${limits.maxFiles} files`)),
    );
    this.#parser.on('fieldsLimit', () => this.fail(tooManyFields(limits.maxFields)));
    this.#parser.on('partsLimit', () => this.fail(tooManyFields(limits.maxFields)));
    this.#parser.on('error', (cause) => this.fail(malformed(cause)));
  }

  /** Passes the payload to the parser. Waits while a file is not read. */
  async read(payload: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of payload) {
        this.#throwFailure();
        if (!this.#parser.write(chunk)) await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      this.#throwFailure();
      this.#parser.end();
      await this.#finished;
    } catch (error) {
      this.fail(error);
    }
    this.#throwFailure();
  }

  /** Stops reading. The content of an open file, and {@link read}, fail with the first error. */
  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : malformed(error);
    this.#file?.destroy(this.#failure);
    this.#parser.destroy();
    this.#wake();
  }

  async *#contentOf(stream: BusboyFileStream): AsyncGenerator<Buffer, void, undefined> {
    try {
      for await (const chunk of stream) yield chunk as Buffer;
    } catch (error) {
      throw this.#failure ?? malformed(error);
    }
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** @param onIgnoredPart called for a part that the parser skips. */
function createParser(contentType: string, { maxFields, maxFieldBytes, maxFiles }: FormLimits, onIgnoredPart: () => void): BusboyInstance {
  const limits = {
    fieldNameSize: 1024,
    fieldSize: maxFieldBytes,
    fields: maxFields,
    files: maxFiles,
    parts: maxFields + maxFiles + 1,
    headerPairs: 32,
    headerSize: 8 * 1024,
  };
  let isAccepted = false;
  const isPartAFile = (_field: string | undefined, type: string | undefined, filename: string | undefined): boolean => {
    isAccepted = true;
    return type === 'application/octet-stream' || filename !== undefined;
  };
  let parser: BusboyInstance;
  try {
    parser = new Busboy({ headers: { 'content-type': contentType }, limits, preservePath: true, isPartAFile });
  } catch (cause) {
    throw new UploadError('MalformedForm', 'the Content-Type of the form has no valid boundary', { cause });
  }
  // The parser skips a part without `Content-Disposition: form-data`, or with a line break in a name, and reports that nowhere.
  const { _parser: multipart } = parser as unknown as ParserInternals;
  multipart?.parser?.on('part', (part: EventEmitter) => {
    isAccepted = false;
    part.on('header', () => {
      if (!isAccepted) onIgnoredPart();
    });
  });
  return parser;
}

/** The parser of parts, which `@fastify/busboy` does not declare. */
interface ParserInternals {
  readonly _parser?: { readonly parser?: EventEmitter };
}

function malformed(cause: unknown): Error {
  return isUploadError(cause) ? cause : new UploadError('MalformedForm', 'the form is malformed, or ends early', { cause });
}

function tooManyFields(maxFields: number): UploadError {
  return new UploadError('FieldsTooLarge', `the form must not have more than ${maxFields} fields`);
}
