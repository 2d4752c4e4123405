import { types } from 'node:util';
import { StoredObject, isStorageError } from '@anybucket/core';
import type { PublicCall } from '../requests/track-operations.js';

/** Names of fields whose values are chosen by each backend. */
const idFields: Readonly<Record<string, string>> = {
  versionId: 'version',
  sourceVersionId: 'version',
  deleteMarker: 'version',
  id: 'upload',
};
/** Of an error, these are compared. The message, status, request id and cause of the same failure differ. */
const errorFields = ['code', 'operation', 'bucket', 'key', 'retryable', 'deleteMarker', 'deleted', 'failures'] as const;
const maxBytesShown = 100;

/**
 * Turns arguments and results into data that is equal on every backend that behaves the same: times become `<time>`, and ids become symbols
 * numbered in the order in which they appear.
 */
export class Normaliser {
  readonly #symbols = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  call({ operation, bucket, upload, args }: PublicCall): string {
    const target = [bucket, upload === undefined ? undefined : `upload(${this.#show(upload.key)}, ${this.#id('upload', upload.id)})`];
    const given = args.map((arg) => this.#show(this.value(arg))).join(', ');
    return `${[...target, operation].filter((part) => part !== undefined).join('.')}(${given})`;
  }

  result(operation: string, value: unknown): unknown {
    if (operation === 'presign') return '<URL>';
    if (operation === 'presignPost') return '<form>';
    return this.value(value);
  }

  error(error: unknown): unknown {
    if (!isStorageError(error)) return { thrown: error instanceof Error ? error.name : String(error) };
    const fields = error as unknown as Readonly<Record<string, unknown>>;
    return {
      error: Object.fromEntries(
        errorFields.map((name): [string, unknown] => [name, this.value(fields[name], name)]).filter(([, value]) => value !== undefined),
      ),
    };
  }

  value(value: unknown, field = ''): unknown {
    const kind = idFields[field];
    // `null` is the version of objects that were stored without versioning, on every backend.
    if (kind !== undefined && typeof value === 'string') return value === 'null' ? value : this.#id(kind, value);
    if (typeof value === 'string') return this.#symbols.get(value) ?? value;
    if (typeof value === 'function') return '<function>';
    if (typeof value !== 'object' || value === null) return value;
    if (types.isDate(value)) return '<time>';
    if (isStorageError(value)) return this.error(value);
    if (value instanceof StoredObject)
      return { info: this.value(value.info), ...(value.range === undefined ? {} : { range: value.range }) };
    if (ArrayBuffer.isView(value)) return showBytes(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (isBucket(value)) return `<bucket ${value.name}>`;
    if (Symbol.asyncIterator in value || Symbol.iterator in value || Object.prototype.toString.call(value) !== '[object Object]')
      return '<data>';
    return this.#record(value);
  }

  #record(value: object): Record<string, unknown> {
    const names = Object.keys(value).sort();
    const fields = names.map((name) => [name, this.value((value as Readonly<Record<string, unknown>>)[name], name)] as const);
    return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
  }

  #id(kind: string, id: string): string {
    const known = this.#symbols.get(id);
    if (known !== undefined) return known;
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    this.#symbols.set(id, `<${kind} ${number}>`);
    return `<${kind} ${number}>`;
  }

  #show(value: unknown): string {
    return JSON.stringify(value) ?? 'undefined';
  }
}

function isBucket(value: object): value is { readonly name: string } {
  return 'name' in value && typeof value.name === 'string' && 'datastore' in value;
}

function showBytes(bytes: Buffer): string {
  return `<${bytes.length} bytes ${bytes.subarray(0, maxBytesShown).toString('hex')}${bytes.length > maxBytesShown ? '...' : ''}>`;
}
