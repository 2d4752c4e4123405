import { StorageError } from '@anybucket/core/backend';
import { truncate } from '../s3/protocol-error.js';
import { childOf, parseXml, textOf } from '../s3/xml.js';
import type { XmlElement } from '../s3/xml.js';
import type { Credentials, NotFound, SourceContext } from './credentials.js';
import { readVariable } from '../environment.js';
import { requestMetadata } from './metadata-request.js';
import { readTokenFile } from './token-file.js';

const timeoutMs = 10_000;

/**
 * Exchanges the token of a web identity for credentials: AssumeRoleWithWebIdentity of AWS (EKS service accounts) or MinIO.
 * @throws `ConfigError`, `AccessDenied`, `ConnectionFailed`, `Timeout`
 */
export async function webIdentityCredentials({ env, stsUrl, agent, signal }: SourceContext): Promise<Credentials | NotFound> {
  const file = readVariable(env, 'AWS_WEB_IDENTITY_TOKEN_FILE');
  if (file === undefined) return { notFound: 'web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set)' };
  const token = await readTokenFile(file, 'AWS_WEB_IDENTITY_TOKEN_FILE');
  const role = readVariable(env, 'AWS_ROLE_ARN');
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    WebIdentityToken: token,
    // MinIO derives the policy from the token if there is no role.
    ...(role === undefined
      ? {}
      : { RoleArn: role, RoleSessionName: readVariable(env, 'AWS_ROLE_SESSION_NAME') ?? `anybucket-${Date.now()}` }),
  });
  const response = await requestMetadata({
    url: new URL(stsUrl),
    setBy: 'AWS_ENDPOINT_URL_STS, or `endPoint`',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    timeoutMs,
    signal,
    agent: agent(),
  });
  return readStsCredentials(response.status, response.body, new URL(stsUrl).host);
}

function readStsCredentials(status: number, body: string, host: string): Credentials {
  const document = parseDocument(body);
  const result = document && childOf(document, 'AssumeRoleWithWebIdentityResult');
  const element = result && childOf(result, 'Credentials');
  const accessKey = element && textOf(element, 'AccessKeyId');
  const secretKey = element && textOf(element, 'SecretAccessKey');
  if (element === undefined || accessKey === undefined || secretKey === undefined) throw stsError(status, document, host);
  const expiration = new Date(textOf(element, 'Expiration') ?? '');
  return {
    accessKey,
    secretKey,
    sessionToken: textOf(element, 'SessionToken'),
    expiration: Number.isNaN(expiration.getTime()) ? undefined : expiration,
  };
}

/** The server's message is left out: it may quote the token. */
function stsError(status: number, document: XmlElement | undefined, host: string): StorageError {
  const error = document && childOf(document, 'Error');
  const serverCode = error && textOf(error, 'Code');
  if (serverCode === undefined) {
    const message = `${host} is not a security token service (HTTP ${status}): check AWS_ENDPOINT_URL_STS`;
    return new StorageError({ code: 'ConfigError', message });
  }
  return new StorageError({
    code: 'AccessDenied',
    serverCode: truncate(serverCode),
    status,
    message: `${host} rejected the web identity with ${truncate(serverCode)}: check the token in AWS_WEB_IDENTITY_TOKEN_FILE, and AWS_ROLE_ARN`,
  });
}

function parseDocument(body: string): XmlElement | undefined {
  try {
    return parseXml(body);
  } catch {
    return undefined;
  }
}
