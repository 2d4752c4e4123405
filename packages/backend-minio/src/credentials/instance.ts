import { StorageError } from '@anybucket/core/backend';
import { isStorageError } from '@anybucket/core';
import type { Credentials, NotFound, SourceContext } from './credentials.js';
import { readVariable } from '../environment.js';
import { readJsonCredentials } from './json-credentials.js';
import { requestMetadata } from './metadata-request.js';

/** For all three requests together: off EC2, nothing answers at the address, and the lookup must not delay the failure of a call. */
const timeoutMs = 1000;
const defaultUrls = { ipv4: 'http://169.254.169.254', ipv6: 'http://[fd00:ec2::254]' } as const;
/** Lifetime of the session token, which is used only for the requests of one lookup. */
const tokenSeconds = '60';
const rolePath = '/latest/meta-data/iam/security-credentials/';

/** Requests the credentials of an EC2 instance from its metadata service, version 2. @throws `ConfigError` */
export async function instanceCredentials({ env, signal }: SourceContext): Promise<Credentials | NotFound> {
  if (readVariable(env, 'AWS_EC2_METADATA_DISABLED')?.toLowerCase() === 'true')
    return { notFound: 'instance metadata (disabled by AWS_EC2_METADATA_DISABLED)' };
  const base = serviceUrl(env);
  const deadline = performance.now() + timeoutMs;
  const send = async (path: string, headers: Readonly<Record<string, string>>, method: 'GET' | 'PUT' = 'GET') =>
    requestMetadata({
      url: new URL(path, base),
      setBy: 'AWS_EC2_METADATA_SERVICE_ENDPOINT',
      method,
      headers,
      signal,
      timeoutMs: Math.max(1, Math.ceil(deadline - performance.now())),
    });
  try {
    const token = await send('/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': tokenSeconds }, 'PUT');
    if (token.status !== 200) return { notFound: `instance metadata (HTTP ${token.status})` };
    const headers = { 'x-aws-ec2-metadata-token': token.body.trim() };
    const roles = await send(rolePath, headers);
    const [role = ''] = roles.body.trim().split(/\s/);
    if (roles.status !== 200 || role === '') return { notFound: 'instance metadata (the instance has no role)' };
    return readJsonCredentials(await send(rolePath + encodeURIComponent(role), headers), 'the instance metadata service');
  } catch (error) {
    if (isStorageError(error, 'Timeout')) return { notFound: `instance metadata (no response within ${timeoutMs} ms)` };
    if (isStorageError(error, 'ConnectionFailed')) return { notFound: 'instance metadata (no connection)' };
    throw error;
  }
}

function serviceUrl(env: SourceContext['env']): string {
  const url = readVariable(env, 'AWS_EC2_METADATA_SERVICE_ENDPOINT');
  if (url === undefined)
    return readVariable(env, 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE') === 'IPv6' ? defaultUrls.ipv6 : defaultUrls.ipv4;
  if (URL.canParse(url) && /^https?:/i.test(url)) return url;
  throw new StorageError({ code: 'ConfigError', message: 'AWS_EC2_METADATA_SERVICE_ENDPOINT must be an http or https URL' });
}
