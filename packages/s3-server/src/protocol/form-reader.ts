import { once } from 'node:events';
import { Busboy } from '@fastify/busboy';
import type { BusboyFileStream, BusboyInstance } from '@fastify/busboy';
import { S3Error } from './s3-error.js';

/** The fields before the file of a form, and the file. */
export interface Form {
  /** Values by lower-case name. The first of several fields with a name counts. */
  readonly fields: ReadonlyMap<string, string>;
  /** The last segment of the name of the file; empty if it has none. */
  readonly filename: string;
  /** The content of the file. Reads the form while it is read. */
  readonly file: AsyncIterable<Buffer>;
  /** Stops reading the form. */
  cancel(): void;
}

const limits = { fieldNameSize: 1024, fieldSize: 64 * 1024, fields: 100, files: 1, parts: 200, headerPairs: 32, headerSize: 8 * 1024 };
/** Of all fields together. */
const maxFieldBytes = 256 * 1024;

/**
 * Reads a form with a file up to the beginning of the file. Fields after it are ignored, as S3 does.
 *
 * @param contentType the header with the boundary.
 * @throws `MalformedPOSTRequest`, and the errors of the payload.
 */
export async function readForm(contentType: string, payload: AsyncIterable<Buffer>): Promise<Form> {
  const reader = new FormReader(contentType);
  const reading = reader.read(payload);
  // The file, if there is one, fails as well.
  reading.catch(() => {});
  return Promise.race([reader.form, reading.then(() => reader.form)]);
}

class FormReader {
  readonly form: Promise<Form>;
  readonly #parser: BusboyInstance;
  readonly #fields = new Map<string, string>();
  #fieldBytes = 0;
  #file: BusboyFileStream | undefined;
  #isCancelled = false;
  #failure: Error | undefined;

  constructor(contentType: string) {
    this.#parser = createParser(contentType);
    this.form = new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.#fail(error);
        reject(this.#failure ?? malformed());
      };
      this.#parser.on('field', (name, value, _nameTruncated, isTruncated) => {
        if (this.#file !== undefined) return;
        this.#fieldBytes += name.length + value.length;
        if (isTruncated || this.#fieldBytes > maxFieldBytes) fail(malformed('A form field is too large'));
        else if (!this.#fields.has(name.toLowerCase())) this.#fields.set(name.toLowerCase(), value);
      });
      this.#parser.on('file', (_name, file, filename) => {
        this.#file = file;
        // Its reader receives the error; without one, it would end the process.
        file.on('error', () => {});
        resolve({
          fields: this.#fields,
          filename: (filename ?? '').slice((filename ?? '').lastIndexOf('/') + 1),
          file: this.#contentOf(file),
          cancel: () => this.#cancel(),
        });
      });
      this.#parser.on('fieldsLimit', () => fail(malformed('There are too many form fields')));
      this.#parser.on('error', () => fail(malformed()));
      this.#parser.on('finish', () => {
        // The form may end before its file is read.
        if (this.#file === undefined) fail(malformed('The file or text content is missing'));
      });
    });
    // It is awaited later.
    this.form.catch(() => {});
  }

  /** Passes the payload to the parser. Waits while the file is not read. */
  async read(payload: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of payload) {
        if (this.#isCancelled || this.#failure !== undefined) return;
        if (!this.#parser.write(chunk)) await this.#drainOrClose();
      }
      this.#parser.end();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  async #drainOrClose(): Promise<void> {
    // Removes the listener of the other event. A large file waits here often.
    const waiting = new AbortController();
    const { signal } = waiting;
    await Promise.race([once(this.#parser, 'drain', { signal }), once(this.#parser, 'close', { signal })]).finally(() => waiting.abort());
  }

  async *#contentOf(file: BusboyFileStream): AsyncGenerator<Buffer, void, undefined> {
    try {
      for await (const chunk of file) yield chunk as Buffer;
    } catch (error) {
      throw this.#failure ?? malformed(undefined, error);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : malformed(undefined, error);
    this.#cancel();
  }

  #cancel(): void {
    this.#isCancelled = true;
    this.#file?.destroy(this.#failure);
    this.#parser.destroy();
  }
}

function createParser(contentType: string): BusboyInstance {
  try {
    const isPartAFile = (name: string | undefined): boolean => name?.toLowerCase() === 'file';
    return new Busboy({ headers: { 'content-type': contentType }, limits, isPartAFile, preservePath: true });
  } catch (cause) {
    throw malformed('no multipart boundary param in Content-Type', cause);
  }
}

/** Creates the error of a form that cannot be read. */
export function malformed(detail?: string, cause?: unknown): S3Error {
  const message = 'The body of your POST request is not well-formed multipart/form-data.';
  return new S3Error('MalformedPOSTRequest', { message: detail === undefined ? message : `${message} (${detail})`, cause });
}
