import { performance } from 'node:perf_hooks';
import { types } from 'node:util';
import { isStorageError } from '@anybucket/core';
import type { Datastore } from '@anybucket/core';
import type { DriverObject, PutBody } from '@anybucket/core/backend';
import type { CallLog, MutableRecord } from './log/call-log.js';
import { RecordedCalls } from './log/call-log.js';
import { interceptRequests, mapDownload, mapUpload } from './requests/intercept.js';
import type { RequestHooks, StoreRequest } from './requests/intercept.js';
import { withMembers } from './requests/track-operations.js';

// Not the global one, which fake timers replace.
const now = performance.now.bind(performance);

/**
 * Returns a datastore with a log of its requests as `calls`, for assertions such as `expectCalls`. A call that is rejected before it makes a
 * request, for example because of an invalid key, is not logged.
 *
 *     const store = withLog(new MemoryDatastore());
 *     await archive(store);
 *     expectCalls(store, [{ operation: 'put', key: 'a.txt', outcome: 'ok' }]);
 */
export function withLog<Wrapped extends Datastore>(datastore: Wrapped): Wrapped & { readonly calls: CallLog } {
  const calls = new RecordedCalls();
  return interceptRequests(withMembers(datastore, { calls }), (request) => recordRequest(request, calls));
}

function recordRequest({ operation, request, bucket, key, keys }: StoreRequest, calls: RecordedCalls): RequestHooks {
  const record: MutableRecord = {
    operation,
    request,
    ...(bucket === undefined ? {} : { bucket }),
    ...(key === undefined ? {} : { key }),
    ...(keys === undefined ? {} : { keys }),
    bytes: 0,
    outcome: 'pending',
    durationMs: 0,
  };
  calls.add(record);
  return {
    run: async (send) => {
      const start = now();
      try {
        const result = await send();
        record.outcome = firstFailure(result) ?? 'ok';
        return result;
      } catch (error) {
        record.outcome = outcomeOf(error);
        throw error;
      } finally {
        record.durationMs = now() - start;
      }
    },
    upload: (body) => countUpload(body, record),
    download: (object) => countDownload(object, record),
  };
}

function countUpload(body: PutBody, record: MutableRecord): PutBody {
  if (body.bytes !== undefined) {
    record.bytes = body.bytes.length;
    return body;
  }
  return mapUpload(body, (chunks) => countChunks(chunks, record));
}

function countDownload(object: DriverObject, record: MutableRecord): DriverObject {
  if (!types.isUint8Array(object.body)) return mapDownload(object, (chunks) => countChunks(chunks, record));
  record.bytes = object.body.length;
  return object;
}

async function* countChunks(chunks: AsyncIterable<Uint8Array>, record: MutableRecord): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of chunks) {
      record.bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    record.outcome = outcomeOf(error);
    throw error;
  }
}

/** Returns the code of the first key of a list that could not be deleted. */
function firstFailure(result: unknown): string | undefined {
  if (!Array.isArray(result)) return undefined;
  const failure: unknown = result.find((outcome) => isStorageError(outcome));
  return failure === undefined ? undefined : outcomeOf(failure);
}

function outcomeOf(error: unknown): string {
  if (isStorageError(error)) return error.code;
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : String(error);
}
