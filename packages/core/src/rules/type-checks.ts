import { types } from 'node:util';

// Not `instanceof`, which fails for values from another realm: a `vm` context, a test environment of Jest, another window.

/** Returns whether a value is an `Error` of any realm. */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

/** Returns whether a value is an `AbortSignal` of any realm or implementation. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return (
    hasTag(value, 'AbortSignal') && 'aborted' in value && hasMethods(value, 'addEventListener', 'removeEventListener', 'throwIfAborted')
  );
}

/** Returns whether a value is a `Blob` or `File` of any realm or implementation. */
export function isBlob(value: unknown): value is Blob {
  return (hasTag(value, 'Blob') || hasTag(value, 'File')) && 'size' in value && hasMethods(value, 'stream');
}

/** Returns whether a value is a `URL` of any realm or implementation. */
export function isUrl(value: unknown): value is URL {
  return hasTag(value, 'URL') && 'href' in value && typeof value.href === 'string';
}

/** Returns whether a value is a Web `ReadableStream` of any realm or implementation. */
export function isWebStream(value: unknown): value is ReadableStream<Uint8Array> {
  return hasTag(value, 'ReadableStream') && 'locked' in value && hasMethods(value, 'getReader');
}

/** Returns whether a value is a `URLSearchParams` of any realm or implementation. */
export function isUrlSearchParams(value: unknown): value is URLSearchParams {
  return hasTag(value, 'URLSearchParams') && hasMethods(value, 'entries');
}

/** Returns whether a value is a `FormData` of any realm or implementation. */
export function isFormData(value: unknown): value is FormData {
  return hasTag(value, 'FormData') && hasMethods(value, 'entries');
}

function hasTag(value: unknown, tag: string): value is object {
  return typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === `[object ${tag}]`;
}

function hasMethods(value: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');
}
