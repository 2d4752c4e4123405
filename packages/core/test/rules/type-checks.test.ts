import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { isAbortSignal, isBlob, isError, isFormData, isUrl, isUrlSearchParams, isWebStream } from '../../src/rules/type-checks.js';

const none = (): undefined => undefined;

/** Returns an object as another implementation of a class creates it. */
function foreign(tag: string, members: object): unknown {
  return Object.create({ [Symbol.toStringTag]: tag }, Object.getOwnPropertyDescriptors(members)) as unknown;
}

const signalMethods = { addEventListener: none, removeEventListener: none, throwIfAborted: none };

test.for([
  ['isError', isError, new TypeError('x'), runInNewContext('new TypeError("x")'), { message: 'x' }],
  ['isAbortSignal', isAbortSignal, AbortSignal.abort(), foreign('AbortSignal', { aborted: true, ...signalMethods }), signalMethods],
  ['isBlob', isBlob, new Blob([]), foreign('Blob', { size: 0, type: '', stream: none }), foreign('Blob', {})],
  ['isBlob', isBlob, new File([], 'x'), foreign('File', { size: 0, type: '', stream: none }), { size: 0, stream: none }],
  ['isUrl', isUrl, new URL('http://x'), foreign('URL', { href: 'http://x' }), { href: 'http://x' }],
  ['isWebStream', isWebStream, new ReadableStream(), foreign('ReadableStream', { locked: false, getReader: none }), { getReader: none }],
  ['isUrlSearchParams', isUrlSearchParams, new URLSearchParams(), foreign('URLSearchParams', { entries: none }), new Map()],
  ['isFormData', isFormData, new FormData(), foreign('FormData', { entries: none }), new Map()],
] as const)('%s accepts the class of any realm', ([, check, native, other, wrong]) => {
  expect([check(native), check(other), check(wrong), check(null), check('x'), check(undefined)]).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
