import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { CheckedBody } from '../../src/body/checked-body.js';
import type { BodyChecks, BodyLimit } from '../../src/body/checked-body.js';
import type { Progress, PutData } from '../../src/api/options.js';
import { sourceOf } from '../../src/body/source.js';
import { StorageError } from '../../src/api/errors.js';
import { failureOf } from '../failure.js';
import { unobservable, inMemory, streamed, size, text } from './sources.js';
import { settled, textOf } from './streams.js';

const noChecks: BodyChecks = { length: undefined, limits: [], contentMD5: undefined, progress: undefined, signal: undefined };
const md5 = (data: string | Uint8Array) => createHash('md5').update(data).digest('base64');
const bodyOf = (data: PutData, checks: Partial<BodyChecks> = {}) => new CheckedBody(sourceOf(data), { ...noChecks, ...checks });
const limit = (maxBytes: number): BodyLimit => ({ maxBytes, error: () => new StorageError({ code: 'EntityTooLarge', message: '' }) });
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

/** Creates a source of the chunks that counts reads and closes. After the chunks, it throws the error, or hangs. */
function observedSource(chunks: readonly string[], failure?: { readonly error: unknown }) {
  const state = { reads: 0, closed: 0 };
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const chunk = chunks[state.reads++];
    if (chunk !== undefined) return { done: false, value: Buffer.from(chunk) };
    if (failure !== undefined) throw failure.error;
    return new Promise(() => {});
  };
  const end = async (): Promise<IteratorResult<Uint8Array>> => {
    state.closed++;
    return { done: true, value: undefined };
  };
  return { state, data: { [Symbol.asyncIterator]: () => ({ next, return: end }) } };
}

const allSources: [string, () => PutData | Promise<PutData>][] = [
  ...Object.entries(inMemory),
  ...Object.entries(streamed).map(([name, make]): [string, () => PutData] => [name, () => make().data]),
  ...Object.entries(unobservable),
];

test.for(allSources)('accepts a %s with the declared length and MD5', async ([, make]) => {
  const body = bodyOf(await make(), { length: size, contentMD5: md5(text) });
  expect(body.size).toBe(size);
  expect(await textOf(body)).toBe(text);
  body.close();
});

test.for(allSources)('rejects a %s without the declared length or MD5', async ([, make]) => {
  for (const [checks, code] of [
    [{ length: size + 1 }, 'IncompleteBody'],
    [{ length: size - 1 }, 'IncompleteBody'],
    [{ length: 0 }, 'IncompleteBody'],
    [{ contentMD5: md5('another') }, 'BadDigest'],
    [{ length: size, contentMD5: md5('another') }, 'BadDigest'],
  ] as const) {
    const body = bodyOf(await make(), checks);
    expect(body.bytes).toBeUndefined();
    expect((await failureOf(() => textOf(body))).code).toBe(code);
    body.close();
  }
});

test.for([
  [{}, true],
  [{ length: size }, true],
  [{ length: size, contentMD5: md5(text) }, true],
  [{ length: size + 1 }, false],
  [{ length: size - 1 }, false],
  [{ contentMD5: md5('another') }, false],
] as const)('provides bytes in memory only if they pass the checks: %o', ([checks, isProvided]) => {
  expect(bodyOf(text, checks).bytes?.toString()).toBe(isProvided ? text : undefined);
});

test('provides up to 1 MiB of bytes in memory', () => {
  expect(bodyOf(Buffer.alloc(2 ** 20)).bytes?.length).toBe(2 ** 20);
  expect(bodyOf(Buffer.alloc(2 ** 20 + 1)).bytes).toBeUndefined();
  expect(bodyOf('').bytes?.length).toBe(0);
});

test.for([
  [{ length: 5 }, 'IncompleteBody'],
  [{ limits: [limit(9), limit(5)] }, 'EntityTooLarge'],
] as const)('yields no more bytes than allowed: %o', async ([checks, code]) => {
  const { data } = observedSource(['abc', 'def', 'ghi']);
  const seen: string[] = [];
  const body = bodyOf(data, checks);
  const reading = async () => {
    for await (const chunk of body) seen.push(String(chunk));
  };
  expect((await failureOf(reading)).code).toBe(code);
  expect(seen).toEqual(['abc']);
});

test('accepts exactly the maximum size', async () => {
  expect(await textOf(bodyOf(['abc', 'def'], { limits: [limit(6)] }))).toBe('abcdef');
});

test('skips empty chunks', async () => {
  const chunks: string[] = [];
  for await (const chunk of bodyOf(['', 'a', '', new Uint8Array(), 'b'])) chunks.push(String(chunk));
  expect(chunks).toEqual(['a', 'b']);
});

test('rejects a chunk of an unsupported type', async () => {
  expect((await failureOf(() => textOf(bodyOf([1] as unknown as string[])))).code).toBe('InvalidArgument');
});

test.for([new Error('gone'), 'gone', undefined])('fails with IncompleteBody if the source throws %o', async (error) => {
  const { data } = observedSource(['abc'], { error });
  const failure = await failureOf(() => textOf(bodyOf(data)));
  expect([failure.code, failure.cause]).toEqual(['IncompleteBody', error]);
});

test('closes its source regardless of the read position', async () => {
  for (const reads of [0, 1, 2]) {
    const { data, state } = observedSource(['abc', 'def']);
    const body = bodyOf(data);
    const iterator = body[Symbol.asyncIterator]();
    for (let read = 0; read < reads; read++) await iterator.next();
    body.close();
    body.close();
    await settled();
    expect(state).toEqual({ reads, closed: 1 });
  }
});

test('an abort rejects a pending read and closes the source', async () => {
  const { data, state } = observedSource(['abc']);
  const controller = new AbortController();
  const body = bodyOf(data, { signal: controller.signal });
  const failure = failureOf(() => textOf(body));
  await settled();
  controller.abort('stop');
  expect((await failure).cause).toBe('stop');
  expect(state.closed).toBe(1);
  body.close();
  expect(listeners(controller.signal)).toBe(0);
});

test('an abort before the first read closes the source', async () => {
  const { data, state } = observedSource(['abc']);
  const body = bodyOf(data, { signal: AbortSignal.abort('stop') });
  await settled();
  expect(state).toEqual({ reads: 0, closed: 1 });
  expect((await failureOf(() => textOf(body))).cause).toBe('stop');
  expect(state.reads).toBe(0);
});

test('listens to the signal until closed, and not at all for bytes in memory', () => {
  const { signal } = new AbortController();
  const body = bodyOf(observedSource(['abc']).data, { signal });
  expect(listeners(signal)).toBe(1);
  body.close();
  expect(listeners(signal)).toBe(0);
  expect(bodyOf(text, { signal }).bytes).toBeDefined();
  expect(listeners(signal)).toBe(0);
});

/** Returns the progress events of a put. */
async function progressOf(data: PutData, checks: Partial<BodyChecks>): Promise<Progress[]> {
  const events: Progress[] = [];
  const body = bodyOf(data, { ...checks, progress: (progress) => events.push(progress) });
  await textOf(body);
  body.close();
  return events;
}

test.for([
  [['abc', 'de'], {}, [{ transferred: 3 }, { transferred: 5 }]],
  [
    ['abc', 'de'],
    { length: 5 },
    [
      { transferred: 3, total: 5 },
      { transferred: 5, total: 5 },
    ],
  ],
  ['abcde', {}, [{ transferred: 5, total: 5 }]],
  [[], {}, [{ transferred: 0, total: 0 }]],
  ['', {}, [{ transferred: 0, total: 0 }]],
] as const)('reading %o with %o reports %o', async ([data, checks, expected]) => {
  expect(await progressOf(data as PutData, checks)).toStrictEqual(expected);
});

test('streams bytes in memory if there is a progress listener, so that it is called before the end', () => {
  expect(bodyOf('abcde', { progress: () => {} }).bytes).toBeUndefined();
});

test('copies the chunks of the caller before it hashes them', async () => {
  const chunk = Buffer.from(text);
  const body = bodyOf([chunk], { contentMD5: md5(text) });
  const iterator = body[Symbol.asyncIterator]();
  const { value } = await iterator.next();
  chunk.fill(0);
  expect([body.stable, String(value)]).toEqual([true, text]);
  expect((await iterator.next()).done).toBe(true);
  expect(bodyOf([chunk]).stable).toBe(false);
});

test('fails if the progress listener throws', async () => {
  const stop = () => {
    throw new Error('stop');
  };
  await expect(textOf(bodyOf(['abc', 'de'], { progress: stop }))).rejects.toThrow('stop');
});
