import { StorageError } from '@anybucket/core/backend';
import type { Credentials } from './credentials.js';
import type { MetadataResponse } from './metadata-request.js';

/**
 * Reads the credentials in a response of a container or instance metadata service.
 * @param service names the service in errors, which contain nothing of the response.
 * @throws `ConfigError`
 */
export function readJsonCredentials({ status, body }: MetadataResponse, service: string): Credentials {
  const fields = status === 200 ? parseObject(body) : undefined;
  const { AccessKeyId: accessKey, SecretAccessKey: secretKey, Token: sessionToken, Expiration: expiresAt } = fields ?? {};
  if (!isText(accessKey) || !isText(secretKey)) {
    const found = status === 200 ? 'a response without credentials' : `HTTP ${status}`;
    throw new StorageError({ code: 'ConfigError', message: `${service}: expected credentials, got ${found}` });
  }
  const expiration = isText(expiresAt) ? new Date(expiresAt) : undefined;
  return {
    accessKey,
    secretKey,
    sessionToken: isText(sessionToken) ? sessionToken : undefined,
    expiration: expiration === undefined || Number.isNaN(expiration.getTime()) ? undefined : expiration,
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
