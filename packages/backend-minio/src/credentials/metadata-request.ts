import { request as httpRequest } from 'node:http';
import type { Agent } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { StorageError } from '@anybucket/core/backend';
import { connectionError, errorDetail, timeoutError } from '../http/network-errors.js';

/** A request to a service that hands out credentials. */
export interface MetadataRequest {
  readonly url: URL;
  /** The variables that set the URL, for errors. */
  readonly setBy: string;
  /** @defaultValue 'GET' */
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Timeout in milliseconds of the whole request. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** @defaultValue a new connection */
  readonly agent?: Agent | undefined;
}

export interface MetadataResponse {
  readonly status: number;
  readonly body: string;
}

/** Responses are a few KiB. */
const maxBytes = 256 * 1024;

/**
 * Sends a request and reads the whole response. No retries, and no proxy: the services are on the local network.
 * @throws `ConnectionFailed`, `Timeout`, or the reason of the signal.
 */
export async function requestMetadata(options: MetadataRequest): Promise<MetadataResponse> {
  const { url, setBy, method = 'GET', headers = {}, body, timeoutMs, signal, agent } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise<MetadataResponse>((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const fail = (error: unknown): void => {
      if (signal.aborted) reject(signal.reason);
      else
        reject(
          timeout.aborted
            ? timeoutError(`no response from ${url.host} within ${timeoutMs} ms: check ${setBy}`)
            : failure(error, url, setBy),
        );
    };
    const request = send(url, {
      method,
      headers: { ...headers, ...length },
      agent: agent ?? false,
      signal: AbortSignal.any([signal, timeout]),
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('error', fail);
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > maxBytes) request.destroy(new Error(`the response exceeds ${maxBytes} bytes`));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    request.end(body);
  });
}

/** A `ConnectionFailed` names the options of the server, which is another one. */
function failure(error: unknown, { host }: URL, setBy: string): StorageError {
  const { code, message, retryable, cause } = connectionError(error);
  if (code !== 'ConnectionFailed') return new StorageError({ code, message, retryable, cause });
  return new StorageError({ code, message: `the connection to ${host} failed: check ${setBy} (${errorDetail(cause)})`, retryable, cause });
}
