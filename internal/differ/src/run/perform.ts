import type { Bucket, ListPage, ObjectInfo, StoredObject } from '@anybucket/core';
import type { Call, Leaf, Reading, Role } from '../calls/call.js';
import { leavesOf, noEtag, objectOf, resolveLeaves } from '../calls/call.js';
import { bytesOf } from '../calls/content.js';
import { dataOf, fetchOf } from './data.js';
import { abortReason, outcomeOfError } from './outcome.js';
import type { Outcome } from './outcome.js';
import type { Session } from './session.js';

type Method = (...args: unknown[]) => unknown;

/** Makes a call on the backend of a session. Never throws. */
export async function perform(session: Session, call: Call): Promise<Outcome> {
  try {
    return { value: await answerOf(session, call, await argumentsOf(session, call)) };
  } catch (error) {
    return outcomeOfError(error, session);
  }
}

/** The arguments, with every leaf made. */
async function argumentsOf(session: Session, call: Call): Promise<unknown[]> {
  const files = new Map<Leaf, string>();
  const subjects = new Map<Role, ObjectInfo | undefined>();
  for (const leaf of leavesOf(call.args)) {
    if (leaf.$ === 'file') files.set(leaf, await session.path(leaf.name, leaf.content && bytesOf(leaf.content)));
    if (leaf.$ === 'etag' || leaf.$ === 'time') subjects.set(leaf.of, await infoOf(session, call, leaf.of));
  }
  const controller = new AbortController();
  const abort = () => controller.abort(abortReason);
  const make = (leaf: Leaf): unknown => {
    switch (leaf.$) {
      case 'etag': {
        const etag = subjects.get(leaf.of)?.etag ?? noEtag;
        return leaf.quoted ? `"${etag}"` : etag;
      }
      case 'time':
        return new Date((subjects.get(leaf.of)?.lastModified.getTime() ?? Date.now()) + leaf.offset);
      case 'body':
        return dataOf(leaf, abort);
      case 'signal':
        return leaf.aborted ? AbortSignal.abort(abortReason) : controller.signal;
      case 'token':
        return session.tokens.get(leaf.slot) ?? 'no token';
      case 'file':
        return files.get(leaf);
      case 'fetch':
        return fetchOf(leaf);
    }
  };
  const args = resolveLeaves(call.args, make);
  const named = call.bucket === undefined || call.method === 'fcopyTo';
  return named ? [session.real(args[0]), ...args.slice(1)].slice(0, args.length) : args;
}

/** What the backend itself says about the object that a leaf is about. */
async function infoOf(session: Session, call: Call, of: Role): Promise<ObjectInfo | undefined> {
  const { bucket, key } = objectOf(call, of);
  try {
    return await session.bucket('first', bucket).stat(key);
  } catch {
    return undefined;
  }
}

async function answerOf(session: Session, call: Call, args: unknown[]): Promise<unknown> {
  const { client, bucket, method } = call;
  if (method === 'read') return readHeld(session, args[0] as number);
  const target: unknown = bucket === undefined ? session.backend.clients[client] : session.bucket(client, bucket);
  const result = (target as Record<string, Method>)[method]?.(...args);
  if (method === 'iterate') return plain(await collect(result as AsyncIterable<unknown>), session);
  const value = await result;
  if (method === 'get') return readObject(session, value as StoredObject, call.reading ?? { as: 'bytes' });
  if (method === 'listPage') return pageOf(session, call, value as ListPage<unknown>);
  if (method === 'presign') return typeof value === 'string' && /^https?:\/\//.test(value) ? 'a URL' : value;
  if (bucket === undefined && method === 'list') return ownNames(value, session);
  // Other programs run on the same store: their buckets are none of ours.
  if (method === 'getBuckets')
    return (value as Bucket[]).filter(({ name }) => session.named(name) !== undefined).map((one) => plain(one, session));
  return plain(value, session);
}

/** An answer as data: handles by the name of their bucket, the time that is not a last change as text. */
function plain(value: unknown, session: Session): unknown {
  if (Array.isArray(value)) return value.map((one) => plain(one, session));
  if (typeof value !== 'object' || value === null) return value;
  if ('datastore' in value) return { bucket: session.named((value as Bucket).name) ?? (value as Bucket).name };
  const { expires } = value as { expires?: unknown };
  return expires instanceof Date ? { ...value, expires: expires.toISOString() } : value;
}

function ownNames(value: unknown, session: Session): unknown {
  const own = (names: readonly string[]) => names.map((name) => session.named(name)).filter((name) => name !== undefined);
  return Array.isArray(value) ? own(value as string[]) : own(String(value).split(',')).join(',');
}

function pageOf(session: Session, { keepToken }: Call, { nextToken, ...page }: ListPage<unknown>): unknown {
  if (keepToken !== undefined && nextToken === undefined) session.tokens.delete(keepToken);
  if (keepToken !== undefined && nextToken !== undefined) session.tokens.set(keepToken, nextToken);
  return nextToken === undefined ? page : { ...page, nextToken: typeof nextToken === 'string' && nextToken !== '' ? 'a token' : nextToken };
}

async function readObject(session: Session, object: StoredObject, reading: Reading): Promise<unknown> {
  const { info, range } = object;
  const opened = { info: plain(info, session), ...(range === undefined ? {} : { range }) };
  switch (reading.as) {
    case 'hold':
      await session.held.get(reading.slot)?.cancel();
      session.held.set(reading.slot, object);
      return opened;
    case 'cancel':
      await object.cancel();
      return opened;
    case 'text':
      return { ...opened, body: await object.text() };
    case 'stream': {
      const chunks = await collect(object.stream(reading.chunkSize));
      return { ...opened, body: Buffer.concat(chunks), chunks: chunks.map((chunk) => chunk.length) };
    }
    case 'blob':
      return { ...opened, body: Buffer.from(await (await object.blob()).arrayBuffer()) };
    case 'arrayBuffer':
      return { ...opened, body: Buffer.from(await object.arrayBuffer()) };
    case 'toNodeStream':
      return { ...opened, body: Buffer.concat((await collect(object.toNodeStream())) as Buffer[]) };
    case 'toWebStream':
      return { ...opened, body: Buffer.concat(await collect(object.toWebStream())) };
    case 'bytes':
      return { ...opened, body: await object.bytes() };
  }
}

async function readHeld(session: Session, slot: number): Promise<unknown> {
  const object = session.held.get(slot);
  session.held.delete(slot);
  return object?.bytes();
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
