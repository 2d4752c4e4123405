import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { CheckedBody } from '../../src/body/checked-body.js';
import type { BodyChecks } from '../../src/body/checked-body.js';
import type { Progress, PutData } from '../../src/api/options.js';
import { sourceOf } from '../../src/body/source.js';
import { failureOf } from '../failure.js';
import { further, inMemory, inPieces, size, text } from './sources.js';
import { settled, textOf } from './streams.js';

const none: BodyChecks = { length: undefined, maxBytes: undefined, contentMD5: undefined, progress: undefined, signal: undefined };
const md5 = (data: string | Uint8Array) => createHash('md5').update(data).digest('base64');
const bodyOf = (data: PutData, checks: Partial<BodyChecks> = {}) => new CheckedBody(sourceOf(data), { ...none, ...checks });
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

/** Chunks that are asked for one by one; after them `then` is thrown, or nothing more comes. */
function given(chunks: readonly string[], then?: { readonly error: unknown }) {
  const state = { asked: 0, closed: 0 };
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const chunk = chunks[state.asked++];
    if (chunk !== undefined) return { done: false, value: Buffer.from(chunk) };
    if (then !== undefined) throw then.error;
    return new Promise(() => {});
  };
  const end = async (): Promise<IteratorResult<Uint8Array>> => {
    state.closed++;
    return { done: true, value: undefined };
  };
  return { state, data: { [Symbol.asyncIterator]: () => ({ next, return: end }) } };
}

const everything: [string, () => PutData | Promise<PutData>][] = [
  ...Object.entries(inMemory),
  ...Object.entries(inPieces).map(([name, make]): [string, () => PutData] => [name, () => make().data]),
  ...Object.entries(further),
];

test.for(everything)('lets a %s of the declared length and MD5 pass', async ([, make]) => {
  const body = bodyOf(await make(), { length: size, contentMD5: md5(text) });
  expect(body.size).toBe(size);
  expect(await textOf(body)).toBe(text);
  body.close();
});

test.for(everything)('fails at the end of a %s that is not what was declared', async ([, make]) => {
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
] as const)('hands out what is in memory whole when it is as declared: %o', ([checks, whole]) => {
  expect(bodyOf(text, checks).bytes?.toString()).toBe(whole ? text : undefined);
});

test('up to 1 MiB is handed out whole', () => {
  expect(bodyOf(Buffer.alloc(2 ** 20)).bytes?.length).toBe(2 ** 20);
  expect(bodyOf(Buffer.alloc(2 ** 20 + 1)).bytes).toBeUndefined();
  expect(bodyOf('').bytes?.length).toBe(0);
});

test.for([
  [{ length: 5 }, 'IncompleteBody'],
  [{ maxBytes: 5 }, 'InvalidKey'],
] as const)('too many bytes are never handed on: %o', async ([checks, code]) => {
  const { data } = given(['abc', 'def', 'ghi']);
  const seen: string[] = [];
  const body = bodyOf(data, checks);
  const reading = async () => {
    for await (const chunk of body) seen.push(String(chunk));
  };
  expect((await failureOf(reading)).code).toBe(code);
  expect(seen).toEqual(['abc']);
});

test('as many bytes as there may be pass', async () => {
  expect(await textOf(bodyOf(['abc', 'def'], { maxBytes: 6 }))).toBe('abcdef');
});

test('chunks without bytes are left out', async () => {
  const chunks: string[] = [];
  for await (const chunk of bodyOf(['', 'a', '', new Uint8Array(), 'b'])) chunks.push(String(chunk));
  expect(chunks).toEqual(['a', 'b']);
});

test('a chunk of another kind is refused', async () => {
  expect((await failureOf(() => textOf(bodyOf([1] as unknown as string[])))).code).toBe('InvalidArgument');
});

test.for([new Error('gone'), 'gone', undefined])('a source that fails with %o is an incomplete body', async (error) => {
  const { data } = given(['abc'], { error });
  const failure = await failureOf(() => textOf(bodyOf(data)));
  expect([failure.code, failure.cause]).toEqual(['IncompleteBody', error]);
});

test('closes its source, however far it was read', async () => {
  for (const reads of [0, 1, 2]) {
    const { data, state } = given(['abc', 'def']);
    const body = bodyOf(data);
    const iterator = body[Symbol.asyncIterator]();
    for (let read = 0; read < reads; read++) await iterator.next();
    body.close();
    body.close();
    await settled();
    expect(state).toEqual({ asked: reads, closed: 1 });
  }
});

test('an abort ends the wait for a source that hangs, and closes it', async () => {
  const { data, state } = given(['abc']);
  const controller = new AbortController();
  const body = bodyOf(data, { signal: controller.signal });
  const failure = failureOf(() => textOf(body));
  await settled();
  controller.abort('enough');
  expect((await failure).cause).toBe('enough');
  expect(state.closed).toBe(1);
  body.close();
  expect(listeners(controller.signal)).toBe(0);
});

test('an abort before the reading begins closes the source', async () => {
  const { data, state } = given(['abc']);
  const body = bodyOf(data, { signal: AbortSignal.abort('enough') });
  await settled();
  expect(state).toEqual({ asked: 0, closed: 1 });
  expect((await failureOf(() => textOf(body))).cause).toBe('enough');
  expect(state.asked).toBe(0);
});

test('listens to the signal until it is closed, and for bytes in memory not at all', () => {
  const { signal } = new AbortController();
  const body = bodyOf(given(['abc']).data, { signal });
  expect(listeners(signal)).toBe(1);
  body.close();
  expect(listeners(signal)).toBe(0);
  expect(bodyOf(text, { signal }).bytes).toBeDefined();
  expect(listeners(signal)).toBe(0);
});

/** What a listener is told while a body is read and the put ends. */
async function progressOf(data: PutData, checks: Partial<BodyChecks>, read: boolean): Promise<Progress[]> {
  const told: Progress[] = [];
  const body = bodyOf(data, { ...checks, progress: (progress) => told.push(progress) });
  if (read) await textOf(body);
  body.finish();
  body.close();
  return told;
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
] as const)('reading %o with %o tells %o', async ([data, checks, told]) => {
  expect(await progressOf(data as PutData, checks, true)).toStrictEqual(told);
});

test('bytes that were taken whole are told once', async () => {
  expect(await progressOf('abcde', {}, false)).toStrictEqual([{ transferred: 5, total: 5 }]);
});

test('a listener that throws fails the reading', async () => {
  const stop = () => {
    throw new Error('stop');
  };
  await expect(textOf(bodyOf(['abc', 'de'], { progress: stop }))).rejects.toThrow('stop');
});
