import { hash } from 'node:crypto';
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { StorageError } from '@anybucket/core/backend';
import { errorInSuccess, isPassing, readError } from '../wire/error-answer.js';
import { parseXml } from '../wire/xml.js';
import type { XmlElement } from '../wire/xml.js';
import type { Answer } from './answer.js';
import { exchange } from './exchange.js';
import type { Connection } from './exchange.js';
import { foreignAnswer } from './network-failures.js';
import type { Payload } from './payload.js';
import { AttemptFailure, withRetries } from './retry.js';
import { unsignedPayload } from './signer.js';
import type { RequestTarget, Signer } from './signer.js';

/** One call to the server. */
export interface S3Call extends RequestTarget {
  readonly payload?: Payload | undefined;
  readonly signal?: AbortSignal | undefined;
  /** May be sent again after a failure that tells nothing of what the server did. A streamed payload never is. */
  readonly repeatable: boolean;
  /** Milliseconds that the server may take in silence beyond the idle time-out. @defaultValue 0 */
  readonly patience?: number | undefined;
}

/** How the server is talked to. */
export interface ServerSettings {
  readonly tls: boolean;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Milliseconds. */
  readonly idleTimeout: number;
  readonly retries: number;
}

/** Milliseconds after which an unused connection is closed; servers close theirs later, so that we rarely write into a closed one. */
const idleConnection = 15_000;
const emptyHash = hash('sha256', '', 'hex');
/** Above this a body's hash costs more than it is worth; the connection has checksums of its own. */
const signedBytes = 1024 * 1024;

/** A server, and the connections to it. Signs, sends, repeats, and turns what isn't a success into a `StorageError`. */
export class S3Server {
  readonly #signer: Signer;
  readonly #settings: ServerSettings;
  readonly #agent: Agent;

  constructor(signer: Signer, settings: ServerSettings) {
    this.#signer = signer;
    this.#settings = settings;
    const options = { keepAlive: true, timeout: idleConnection, scheduling: 'lifo' } as const;
    this.#agent = settings.tls ? new TlsAgent(options) : new Agent(options);
  }

  /** Who signs. */
  get signer(): Signer {
    return this.#signer;
  }

  /**
   * Sends a call and hands its answer to a reader, as part of the attempt: what breaks off while it is read is sent again too.
   * @throws `StorageError` for every answer that is no success; one with code `NoSuchKey` may mean the bucket (see `noSuchWhat`).
   */
  async send<T>(call: S3Call, read: (answer: Answer) => T | Promise<T>): Promise<T> {
    return withRetries(this.#settings.retries, call.signal, () => this.#attempt(call, read));
  }

  /** Sends a call whose answer has no body that matters. */
  async headers(call: S3Call): Promise<Answer> {
    return this.send(call, async (answer) => {
      await answer.bytes();
      return answer;
    });
  }

  /**
   * Sends a call that is answered in XML.
   * @throws also for an error that comes within a 200: the server began to answer before it knew.
   */
  async xml<T>(call: S3Call, read: (document: XmlElement, answer: Answer) => T): Promise<T> {
    return this.send(call, async (answer) => {
      const document = wellFormed((await answer.bytes()).toString(), answer.status);
      const error = errorInSuccess(document, answer);
      if (error !== undefined) throw new AttemptFailure({ error, passing: error.retryable && mayRepeat(call) });
      return read(document, answer);
    });
  }

  /** Closes every connection. */
  close(): void {
    this.#agent.destroy();
  }

  async #attempt<T>(call: S3Call, read: (answer: Answer) => T | Promise<T>): Promise<T> {
    try {
      const signed = this.#signer.sign(call, payloadHash(call.payload, this.#settings.tls));
      const answer = await exchange(signed, call.payload, call.signal, this.#connection(call));
      if (answer.status >= 200 && answer.status < 300) return await this.#accept(answer, read);
      throw await this.#refusal(answer, call);
    } catch (error) {
      if (error instanceof AttemptFailure || !(error instanceof StorageError)) throw error;
      // A server that is silent for so long is not asked again: the caller would wait for a multiple of what was set.
      throw new AttemptFailure({ error, passing: error.code === 'ConnectionFailed' && error.retryable && mayRepeat(call) });
    }
  }

  async #accept<T>(answer: Answer, read: (answer: Answer) => T | Promise<T>): Promise<T> {
    if (isForeign(answer)) {
      answer.cancel();
      throw foreignAnswer(answer.status, '');
    }
    return read(answer);
  }

  async #refusal(answer: Answer, call: S3Call): Promise<AttemptFailure> {
    const told = (await readError(answer, call.method)) ?? (await this.#noSuchWhat(answer, call));
    // MinIO's answer to a condition on a missing `a/`, where it knows no version that was asked for.
    const wrong = told.code === 'NoSuchVersion' && !namesVersion(call);
    const { requestId, cause } = told;
    const error = wrong ? new StorageError({ code: 'NoSuchKey', message: 'the object does not exist', requestId, cause }) : told;
    const passing = (isPassing(answer.status) && mayRepeat(call)) || isByChance(error, call);
    return new AttemptFailure({ error, passing, retryAfter: answer.header('retry-after') });
  }

  /** A HEAD was answered 404 without a word: only the bucket itself can tell whether it was the bucket. */
  async #noSuchWhat(answer: Answer, { bucket, key, query, signal }: S3Call): Promise<StorageError> {
    const missing = key === undefined ? 'NoSuchBucket' : query?.['versionId'] === undefined ? 'NoSuchKey' : 'NoSuchVersion';
    const requestId = answer.header('x-amz-request-id');
    // Without that header it may be no S3 server at all: one whose answer has a body shows it.
    const method = requestId === undefined ? 'GET' : 'HEAD';
    if (key === undefined && method === 'HEAD')
      return new StorageError({ code: 'NoSuchBucket', message: 'the bucket does not exist', requestId });
    const target = method === 'GET' ? ({ method, bucket, query: { location: '' } } as const) : ({ method, bucket } as const);
    try {
      await this.headers({ ...target, signal, repeatable: true });
    } catch (error) {
      if (error instanceof StorageError) return error;
      throw error;
    }
    return new StorageError({ code: missing, message: 'the object does not exist', requestId });
  }

  #connection({ patience = 0 }: S3Call): Connection {
    const { connectTimeout, idleTimeout } = this.#settings;
    return { agent: this.#agent, connectTimeout, idleTimeout: idleTimeout + patience };
  }
}

function mayRepeat(call: S3Call): boolean {
  return call.repeatable && canResend(call);
}

function canResend({ payload }: S3Call): boolean {
  return payload === undefined || payload instanceof Uint8Array;
}

/**
 * MinIO says so, once in a thousand times, of an object that is written while its bucket or a folder above it is being removed. Nothing was
 * stored then, so even a call with a condition may be sent again.
 */
function isByChance({ code }: StorageError, call: S3Call): boolean {
  return (code === 'IncompleteBody' || code === 'AccessDenied') && call.method === 'PUT' && call.key !== undefined && canResend(call);
}

function namesVersion({ query, headers }: S3Call): boolean {
  return query?.['versionId'] !== undefined || headers?.['x-amz-copy-source']?.includes('?versionId=') === true;
}

function payloadHash(payload: Payload | undefined, tls: boolean): string {
  if (payload === undefined) return emptyHash;
  return tls || !(payload instanceof Uint8Array) || payload.byteLength > signedBytes ? unsignedPayload : hash('sha256', payload, 'hex');
}

/** A page of a web server that answers everything, such as MinIO's console. */
function isForeign(answer: Answer): boolean {
  return (
    answer.header('x-amz-request-id') === undefined &&
    answer.header('etag') === undefined &&
    (answer.header('content-type') ?? '').startsWith('text/html')
  );
}

function wellFormed(body: string, status: number): XmlElement {
  try {
    return parseXml(body);
  } catch {
    throw foreignAnswer(status, body);
  }
}
