import { isStorageError } from '@anybucket/core';
import type { Bucket, BulkResult, ListPage, StoredObject, Upload, VersionsPage } from '@anybucket/core';
import { uploadMethods } from '../calls/call.js';
import type { Call, ReadMode } from '../calls/call.js';
import { requestPresigned } from './request-presigned.js';
import { abortReason, resolveArguments } from './resolve-arguments.js';
import type { Session } from './session.js';

/** The outcome of a call on a backend. `thrown` is an exception other than a `StorageError`. */
export type Outcome =
  { readonly value: unknown } | { readonly error: ErrorFields } | { readonly aborted: true } | { readonly thrown: string };

/** The fields of a `StorageError` that are compared. */
interface ErrorFields {
  readonly code: string;
  readonly status: number | undefined;
  readonly operation: string | undefined;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

type Method = (...args: unknown[]) => unknown;

/** Executes a call on the backend of a session. Never throws. */
export async function executeCall(session: Session, call: Call): Promise<Outcome> {
  try {
    return { value: await resultOf(session, call, await resolveArguments(session, call)) };
  } catch (error) {
    return toOutcome(error, session);
  }
}

function toOutcome(error: unknown, session: Session): Outcome {
  if (error === abortReason) return { aborted: true };
  if (!isStorageError(error)) return { thrown: String(error) };
  const { code, status, operation, bucket, key } = error;
  return { error: { code, status, operation, bucket: bucket === undefined ? undefined : (session.programName(bucket) ?? bucket), key } };
}

async function resultOf(session: Session, call: Call, args: unknown[]): Promise<unknown> {
  const { bucket, method } = call;
  if (method === 'read') return readHeld(session, args[0] as number);
  const target = targetOf(session, call);
  const result = (target as Record<string, Method>)[method]?.(...args);
  if (method === 'createUpload' && bucket !== undefined) {
    const upload = (await result) as Upload;
    session.uploads.set(call.uploadSlot ?? 0, { bucket, upload });
    return { key: upload.key, id: upload.id };
  }
  if (method === 'iterate') return toPlain(await collect(result as AsyncIterable<unknown>), session);
  const value = await result;
  if (method === 'get') return readObject(session, value as StoredObject, call.readMode ?? { as: 'bytes' });
  if (method === 'listPage') return toPlainPage(session, call, value as ListPage<unknown>);
  if (method === 'listVersionsPage') return keepMarker(session, call, value as VersionsPage);
  if (method === 'deleteAll' || method === 'copyAll') return toPlainCounts(value as BulkResult);
  if (method === 'presign' && call.request !== undefined) return requestPresigned(value as string, call);
  if (method === 'presign') return typeof value === 'string' && /^https?:\/\//.test(value) ? 'a URL' : value;
  // Other programs run on the same datastore at the same time. Their buckets are ignored.
  if (bucket === undefined && method === 'list') return ownBucketNames(value, session);
  if (method === 'getBuckets')
    return (value as Bucket[]).filter(({ name }) => session.programName(name) !== undefined).map((one) => toPlain(one, session));
  return toPlain(value, session);
}

function targetOf(session: Session, { client, bucket, method, uploadSlot = 0 }: Call): unknown {
  if (bucket === undefined) return session.backend.clients[client];
  return uploadMethods.has(method) ? session.upload(client, uploadSlot, bucket) : session.bucket(client, bucket);
}

function keepMarker(session: Session, { tokenSlot }: Call, page: VersionsPage): VersionsPage {
  if (tokenSlot !== undefined && page.next === undefined) session.markers.delete(tokenSlot);
  if (tokenSlot !== undefined && page.next !== undefined) session.markers.set(tokenSlot, page.next);
  return page;
}

function toPlainCounts({ failures, ...counts }: BulkResult): unknown {
  return { ...counts, failures: failures.map(({ key, error }) => ({ key, error: error.code })) };
}

/** Returns a result as plain data: buckets by name, and `expires` as a string, because all other dates are last-modified times. */
function toPlain(value: unknown, session: Session): unknown {
  if (Array.isArray(value)) return value.map((one) => toPlain(one, session));
  if (typeof value !== 'object' || value === null) return value;
  if ('datastore' in value) return { bucket: session.programName((value as Bucket).name) ?? (value as Bucket).name };
  const { expires, ...rest } = value as Readonly<Record<string, unknown>>;
  if (expires === undefined) return rest;
  return { ...rest, expires: expires instanceof Date ? expires.toISOString() : expires };
}

function ownBucketNames(value: unknown, session: Session): unknown {
  const toOwn = (names: readonly string[]) => names.map((name) => session.programName(name)).filter((name) => name !== undefined);
  return Array.isArray(value) ? toOwn(value as string[]) : toOwn(String(value).split(',')).join(',');
}

function toPlainPage(session: Session, { tokenSlot }: Call, { nextToken, ...page }: ListPage<unknown>): unknown {
  if (tokenSlot !== undefined && nextToken === undefined) session.tokens.delete(tokenSlot);
  if (tokenSlot !== undefined && nextToken !== undefined) session.tokens.set(tokenSlot, nextToken);
  return nextToken === undefined ? page : { ...page, nextToken: typeof nextToken === 'string' && nextToken !== '' ? 'a token' : nextToken };
}

async function readObject(session: Session, object: StoredObject, readMode: ReadMode): Promise<unknown> {
  const { info, range } = object;
  const result = { info: toPlain(info, session), ...(range === undefined ? {} : { range }) };
  switch (readMode.as) {
    case 'hold':
      await session.heldObjects.get(readMode.slot)?.cancel();
      session.heldObjects.set(readMode.slot, object);
      return result;
    case 'cancel':
      await object.cancel();
      return result;
    case 'text':
      return { ...result, body: await object.text() };
    case 'stream': {
      const chunks = await collect(object.stream(readMode.chunkSize));
      return { ...result, body: Buffer.concat(chunks), chunks: chunks.map((chunk) => chunk.length) };
    }
    case 'blob':
      return { ...result, body: Buffer.from(await (await object.blob()).arrayBuffer()) };
    case 'arrayBuffer':
      return { ...result, body: Buffer.from(await object.arrayBuffer()) };
    case 'toNodeStream':
      return { ...result, body: Buffer.concat((await collect(object.toNodeStream())) as Buffer[]) };
    case 'toWebStream':
      return { ...result, body: Buffer.concat(await collect(object.toWebStream())) };
    case 'bytes':
      return { ...result, body: await object.bytes() };
  }
}

async function readHeld(session: Session, slot: number): Promise<unknown> {
  const object = session.heldObjects.get(slot);
  session.heldObjects.delete(slot);
  return object?.bytes();
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
