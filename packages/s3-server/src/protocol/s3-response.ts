import { xmlDocument } from './xml-writer.js';

/** A response body that is sent in chunks. */
export interface StreamedBody {
  /** Returns the chunks. Each is valid until the next but one is requested. */
  stream(): AsyncIterable<Uint8Array>;
  /** Releases the body without reading it. */
  cancel(): Promise<void>;
}

/** The response of an operation, without the headers that all responses have. */
export interface S3Response {
  /** The HTTP status. */
  readonly status: number;
  /** As name, value, name, value. Contains `Content-Length` if the body is streamed. */
  readonly headers: readonly string[];
  /** @defaultValue no body */
  readonly body?: string | Buffer | StreamedBody | undefined;
}

const xmlType = ['Content-Type', 'application/xml'];

/** Returns a success with a document in the namespace of S3. */
export function xmlResponse(root: string, children: string): S3Response {
  return { status: 200, headers: xmlType, body: xmlDocument(root, children) };
}

/** Returns a response with another document, or with the document of an error. */
export function documentResponse(status: number, document: string, headers: readonly string[] = []): S3Response {
  return { status, headers: [...xmlType, ...headers], body: document };
}

/** Returns a response without a body. */
export function emptyResponse(status: number, headers: readonly string[] = []): S3Response {
  return { status, headers };
}
