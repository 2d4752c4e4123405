import { StorageError } from '@anybucket/core/backend';

/** What an error of Node's network layer means, and what to do about it. */
interface Advice {
  readonly what: string;
  /** True when the same may succeed a moment later. */
  readonly passing: boolean;
}

const adviceByCode: Readonly<Record<string, Advice>> = {
  ECONNREFUSED: { what: 'nothing listens at this address: check `endPoint` and `port`, and that the server runs', passing: true },
  ENOTFOUND: { what: 'the host name is unknown: check `endPoint`', passing: false },
  EAI_AGAIN: { what: 'the host name could not be looked up', passing: true },
  EHOSTUNREACH: { what: 'the host cannot be reached: check `endPoint` and the network', passing: true },
  ENETUNREACH: { what: 'the network cannot be reached', passing: true },
  EPROTO: { what: 'the server does not speak TLS here: set `tls: false`, or check `port`', passing: false },
  ERR_SSL_WRONG_VERSION_NUMBER: { what: 'the server does not speak TLS here: set `tls: false`, or check `port`', passing: false },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { what: 'the server does not speak TLS here: set `tls: false`, or check `port`', passing: false },
  ERR_TLS_CERT_ALTNAME_INVALID: { what: 'the certificate is for another host name: check `endPoint`', passing: false },
};

const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/;

/** A failure below HTTP: the connection did not come about, or broke. */
export function connectionFailure(error: unknown): StorageError {
  const { what, passing } = adviceFor(codeOf(error));
  const detail = error instanceof Error ? error.message : String(error);
  return new StorageError({ code: 'ConnectionFailed', message: `${what} (${detail})`, retryable: passing, cause: withoutPacket(error) });
}

/** The other side took too long. */
export function timeoutFailure(message: string): StorageError {
  return new StorageError({ code: 'Timeout', message, retryable: true });
}

/** The answer is none of an S3 service. */
export function foreignAnswer(status: number, body: string): StorageError {
  const what = /HTTP request to an HTTPS server/i.test(body)
    ? 'the server speaks TLS: set `tls: true`'
    : `the answer (HTTP ${status}) is not one of an S3 service: check \`endPoint\` and \`port\` (MinIO's console has a port of its own)`;
  return new StorageError({ code: 'RequestFailed', message: what, status, retryable: status === 429 || status >= 500 });
}

function adviceFor(code: string): Advice {
  const known = adviceByCode[code];
  if (known !== undefined) return known;
  if (code.startsWith('HPE_')) return { what: 'the server does not speak HTTP here: check `port`, or set `tls: true`', passing: false };
  if (untrusted.test(code)) return { what: 'the certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS', passing: false };
  return { what: 'the connection failed; if the server speaks TLS set `tls: true`', passing: true };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Node keeps the bytes that it could not read, which may be an echo of what was sent: signatures too. */
function withoutPacket(error: unknown): unknown {
  if (!(error instanceof Error) || !('rawPacket' in error)) return error;
  return Object.assign(new Error(error.message), { code: codeOf(error) });
}
