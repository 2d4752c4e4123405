import { Readable } from 'node:stream';
import type { ObjectInfo, UploadedPart } from '@anybucket/core';
import type { BodyPlaceholder, Call, FetchPlaceholder, ObjectRole, Placeholder } from '../calls/call.js';
import { isPlainObject, missingEtag, missingVersion, objectRef, optionsIndex, placeholdersIn, resolvePlaceholders } from '../calls/call.js';
import { contentBytes } from '../calls/content.js';
import type { Session } from './session.js';

/** The reason of all aborted signals. */
export const abortReason = new Error('aborted by the program');

/** Returns the arguments of a call, with every placeholder resolved and the real bucket names. */
export async function resolveArguments(session: Session, call: Call): Promise<unknown[]> {
  const files = new Map<Placeholder, string>();
  const infos = new Map<ObjectRole, ObjectInfo | undefined>();
  const versionIds = new Map<Placeholder, string>();
  let parts: readonly UploadedPart[] | undefined;
  for (const placeholder of placeholdersIn(call.args)) {
    if (placeholder.$ === 'file')
      files.set(placeholder, await session.path(placeholder.name, placeholder.content && contentBytes(placeholder.content)));
    if (placeholder.$ === 'etag' || placeholder.$ === 'time')
      infos.set(placeholder.role, await currentInfo(session, call, placeholder.role));
    if (placeholder.$ === 'versionId') versionIds.set(placeholder, (await session.versionId(placeholder)) ?? missingVersion);
    if (placeholder.$ === 'partEtag') parts ??= await currentParts(session, call);
  }
  const controller = new AbortController();
  const abort = () => controller.abort(abortReason);
  const resolve = (placeholder: Placeholder): unknown => {
    switch (placeholder.$) {
      case 'etag': {
        const etag = infos.get(placeholder.role)?.etag ?? missingEtag;
        return placeholder.quoted ? `"${etag}"` : etag;
      }
      case 'time':
        return new Date((infos.get(placeholder.role)?.lastModified.getTime() ?? Date.now()) + placeholder.offsetMs);
      case 'body':
        return toData(placeholder, abort);
      case 'signal':
        return placeholder.aborted ? AbortSignal.abort(abortReason) : controller.signal;
      case 'version':
        throw new TypeError('the model must name versions first');
      case 'versionId':
        return versionIds.get(placeholder);
      case 'partEtag': {
        const etag = parts?.find(({ partNumber }) => partNumber === placeholder.partNumber)?.etag ?? missingEtag;
        return placeholder.quoted ? `"${etag}"` : etag;
      }
      case 'marker':
        return session.markers.get(placeholder.slot);
      case 'token':
        return session.tokens.get(placeholder.slot) ?? 'no token';
      case 'file':
        return files.get(placeholder);
      case 'fetch':
        return toFetch(placeholder);
    }
  };
  const args = resolvePlaceholders(call.args, resolve);
  const startsWithBucketName = call.bucket === undefined || call.method === 'fcopyTo';
  const options = args[optionsIndex(call)];
  if (isPlainObject(options) && typeof options['bucket'] === 'string')
    args[optionsIndex(call)] = { ...options, bucket: session.realName(options['bucket']) };
  return startsWithBucketName ? [session.realName(args[0]), ...args.slice(1)].slice(0, args.length) : args;
}

/** Returns the metadata of an object as the backend reports it now. */
async function currentInfo(session: Session, call: Call, role: ObjectRole): Promise<ObjectInfo | undefined> {
  const { bucket, key } = objectRef(call, role);
  try {
    return await session.bucket('first', bucket).stat(key);
  } catch {
    return undefined;
  }
}

/** Returns the parts of the call's upload; none if it has ended. */
async function currentParts(session: Session, { uploadSlot = 0, bucket = '' }: Call): Promise<readonly UploadedPart[]> {
  try {
    return await session.upload('first', uploadSlot, bucket).listParts();
  } catch {
    return [];
  }
}

/** @param abort aborts the call's signal. */
function toData({ content, form, chunkBytes, failure }: BodyPlaceholder, abort: () => void): unknown {
  const bytes = contentBytes(content);
  switch (form) {
    case 'string':
      return bytes.toString();
    case 'buffer':
      return bytes;
    case 'view': {
      // A view into a larger buffer, whose other bytes must not be stored.
      const surrounded = Buffer.concat([Buffer.from('<<'), bytes, Buffer.from('>')]);
      return new Uint8Array(surrounded.buffer, surrounded.byteOffset + 2, bytes.length);
    }
    case 'arrayBuffer':
      return new Uint8Array(bytes).buffer;
    case 'blob':
      return new Blob([new Uint8Array(bytes)]);
    case 'nodeStream':
      return Readable.from(source(bytes, chunkBytes, failure, abort), { objectMode: false });
    case 'webStream':
      return ReadableStream.from(source(bytes, chunkBytes, failure, abort));
    case 'iterable':
      return Array.from(chunksOf(bytes, chunkBytes));
    case 'asyncIterable':
      return source(bytes, chunkBytes, failure, abort);
  }
}

function toFetch({ status, content, contentType, contentLength, failure }: FetchPlaceholder): typeof globalThis.fetch {
  const headers: Record<string, string> = {};
  if (contentType !== undefined) headers['content-type'] = contentType;
  if (contentLength !== undefined) headers['content-length'] = String(contentLength);
  const body = () => ReadableStream.from(source(contentBytes(content), 65_536, failure, () => undefined)) as ReadableStream<Uint8Array>;
  return () => Promise.resolve(new Response(body(), { status, headers }));
}

function* chunksOf(bytes: Buffer, chunkBytes: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
}

async function* source(bytes: Buffer, chunkBytes: number, failure: BodyPlaceholder['failure'], abort: () => void): AsyncGenerator {
  yield* chunksOf(bytes, chunkBytes);
  if (failure === 'throws') throw new Error('the source failed');
  if (failure === 'yieldsNonBytes') yield 42;
  if (failure === 'aborts') abort();
}
