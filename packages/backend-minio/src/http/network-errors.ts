import { types } from 'node:util';
import { isStorageError } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';

/** The meaning of an error of Node's network layer. */
interface Diagnosis {
  /** @defaultValue ConnectionFailed */
  readonly code?: string;
  readonly message: string;
  readonly transient: boolean;
}

const notTls: Diagnosis = {
  message: 'the server does not use TLS on this port: set `tls: false` or an http URL, or check `port`',
  transient: false,
};

const refusedClientCertificate: Diagnosis = {
  message: 'the server requires another client certificate: set `cert` and `key`',
  transient: false,
};

const tooManyOpenFiles: Diagnosis = {
  code: 'TooManyOpenFiles',
  message: 'the process or the system has too many open files: raise the limit (`ulimit -n`), or lower `maxConnections`',
  transient: true,
};

const diagnosisByCode: Readonly<Record<string, Diagnosis>> = {
  ECONNREFUSED: { message: 'connection refused: check `endPoint` and `port`, and that the server is running', transient: true },
  ENOTFOUND: { message: 'unknown host name: check `endPoint`, or `region` for AWS', transient: false },
  EAI_AGAIN: { message: 'the host name could not be resolved', transient: true },
  EHOSTUNREACH: { message: 'the host is unreachable: check `endPoint` and the network', transient: true },
  ENETUNREACH: { message: 'the network is unreachable', transient: true },
  EMFILE: tooManyOpenFiles,
  ENFILE: tooManyOpenFiles,
  EPROTO: notTls,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_TLS_CERT_ALTNAME_INVALID: { message: 'the certificate is for another host name: check `endPoint`', transient: false },
};

/** An alert of the server during the handshake, in the message of OpenSSL. */
const clientCertificateAlert = /alert.*certificate|ALERT_.*CERTIFICATE/i;
const untrustedCertificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/;

/** Returns the error for a connection that could not be established, or broke: `ConnectionFailed`, or `TooManyOpenFiles`. */
export function connectionError(error: unknown): StorageError {
  if (isStorageError(error)) return error;
  const detail = errorDetail(error);
  const {
    code = 'ConnectionFailed',
    message,
    transient,
  } = clientCertificateAlert.test(detail) ? refusedClientCertificate : diagnose(errorCode(error));
  return new StorageError({
    code,
    message: `${message} (${detail})`,
    retryable: transient,
    cause: withoutRawPacket(error),
  });
}

/** Returns the message of an error of Node. */
export function errorDetail(error: unknown): string {
  // Messages of OpenSSL end in a line break.
  return (types.isNativeError(error) ? error.message : String(error)).trim();
}

/** Returns a `Timeout` error. */
export function timeoutError(message: string): StorageError {
  return new StorageError({ code: 'Timeout', message, retryable: true });
}

function diagnose(code: string): Diagnosis {
  const known = diagnosisByCode[code];
  if (known !== undefined) return known;
  if (code.startsWith('HPE_'))
    return { message: 'the server does not speak HTTP on this port: check `port`, or set `tls: true`', transient: false };
  if (untrustedCertificate.test(code))
    return { message: 'the certificate is not trusted: set `ca` to its certificate authority', transient: false };
  return { message: 'the connection failed: if the server uses TLS, set `tls: true`', transient: true };
}

function errorCode(error: unknown): string {
  // Not `instanceof Error`: under Jest, errors of Node come from another realm.
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Node attaches the bytes that it could not parse, which may echo the request and its signature. */
function withoutRawPacket(error: unknown): unknown {
  if (!types.isNativeError(error) || !('rawPacket' in error)) return error;
  return Object.assign(new Error(error.message), { code: errorCode(error) });
}
