import { S3Error } from 'minio/dist/esm/errors.mjs';
import { StorageError } from '@anybucket/core/backend';
import type { Answer } from '../http/answer.js';
import { foreignAnswer } from '../http/network-failures.js';
import { parseXml, textOf } from './xml.js';
import type { XmlElement } from './xml.js';

/** Bytes of an error's body that are read. */
const errorBytes = 64 * 1024;

const codeByStatus: Readonly<Record<number, string>> = {
  304: 'NotModified',
  400: 'BadRequest',
  403: 'AccessDenied',
  405: 'MethodNotAllowed',
  409: 'OperationAborted',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  429: 'SlowDown',
  501: 'NotImplemented',
  503: 'SlowDown',
};

/** MinIO's own codes, by the code of this library. The server's code stays in `serverCode`. */
const genericCodes: Readonly<Record<string, string>> = {
  XMinioInvalidObjectName: 'InvalidKey',
  XMinioInvalidResourceName: 'InvalidKey',
  XMinioStorageFull: 'StorageFull',
};

const advice: Readonly<Record<string, string>> = {
  AuthorizationHeaderMalformed: 'check `region`',
  InvalidAccessKeyId: 'check `accessKey`',
  InvalidRegion: 'check `region`',
  PermanentRedirect: 'the bucket lies in another region: check `endPoint` and `region`',
  RequestTimeTooSkewed: 'set the clock of this machine',
  SignatureDoesNotMatch: 'check `secretKey`',
};

/** Failures that pass, of those that the client can't mend. */
export function isPassing(status: number): boolean {
  return status === 429 || status === 500 || status === 502 || status === 503 || status === 504;
}

/**
 * Reads what an answer that is no success says. Of the body only the named fields are taken: a server may echo signatures in others.
 * @returns undefined for a 404 that doesn't say of what: the answer to a HEAD where the server has no header for it.
 */
export async function readError(answer: Answer, method: string): Promise<StorageError | undefined> {
  const body = (await answer.bytes(errorBytes)).toString();
  const code = answer.header('x-minio-error-code');
  const desc = answer.header('x-minio-error-desc')?.replace(/^"|"$/g, '');
  const { status } = answer;
  if (code !== undefined) return serverError(code, desc ?? '', answer);
  if (method === 'HEAD' || status === 304) {
    if (status === 404) return undefined;
    return serverError(codeByStatus[status] ?? (status >= 500 ? 'InternalError' : `HTTP${status}`), '', answer);
  }
  const error = errorElement(body);
  return error === undefined ? foreignAnswer(status, body) : errorOf(error, answer);
}

/** An `<Error>` that came with a 200: the server began to answer before it knew. */
export function errorInSuccess(document: XmlElement, answer: Answer): StorageError | undefined {
  return document.name === 'Error' ? errorOf(document, answer) : undefined;
}

/** An error of the server by its code and text. */
function serverError(code: string, text: string, answer: Answer): StorageError {
  const { status } = answer;
  const hint = advice[code];
  const said = text === '' ? `the server answered HTTP ${status}` : text;
  const requestId = answer.header('x-amz-request-id');
  const cause = Object.assign(new S3Error(said), { code, status, ...(requestId === undefined ? {} : { requestId }) });
  // An error within a 200 has no status of its own: its code's stands.
  const ownStatus = status < 300 ? {} : { status };
  return new StorageError({
    code: genericCodes[code] ?? code,
    serverCode: code,
    message: hint === undefined ? said : `${said.replace(/\.$/, '')}: ${hint}`,
    ...ownStatus,
    requestId,
    retryable: isPassing(status),
    cause,
  });
}

function errorOf(error: XmlElement, answer: Answer): StorageError {
  const code = textOf(error, 'Code') ?? 'InternalError';
  const region = textOf(error, 'Region');
  const text = textOf(error, 'Message') ?? '';
  return serverError(
    code,
    region === undefined || region === '' || text.includes(region) ? text : `${text} (the server's region is ${region})`,
    answer,
  );
}

function errorElement(body: string): XmlElement | undefined {
  try {
    const document = parseXml(body);
    return document.name === 'Error' ? document : undefined;
  } catch {
    // What is no XML is none of S3: the caller says so.
    return undefined;
  }
}
