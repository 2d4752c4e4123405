import { BlockList, isIPv4 } from 'node:net';
import { StorageError } from '@anybucket/core/backend';
import type { Credentials, NotFound, SourceContext } from './credentials.js';
import { readVariable } from '../environment.js';
import { readJsonCredentials } from './json-credentials.js';
import { requestMetadata } from './metadata-request.js';
import { readTokenFile } from './token-file.js';

const timeoutMs = 1000;
/** The address of the ECS agent. */
const ecsUrl = 'http://169.254.170.2';
/** The addresses of the EKS Pod Identity agent, besides the ECS agent and the loopback interface. */
const agentHosts = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', '[::1]', 'localhost']);
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);

/**
 * Requests the credentials of an ECS task or an EKS pod (Pod Identity).
 * @throws `ConfigError`, `ConnectionFailed`, `Timeout`
 */
export async function containerCredentials({ env, signal }: SourceContext): Promise<Credentials | NotFound> {
  const relative = readVariable(env, 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  const full = readVariable(env, 'AWS_CONTAINER_CREDENTIALS_FULL_URI');
  if (relative === undefined && full === undefined) {
    return { notFound: 'the container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI are not set)' };
  }
  const url = relative === undefined ? fullUrl(full ?? '') : new URL(`${ecsUrl}${relative.startsWith('/') ? '' : '/'}${relative}`);
  const token = await readToken(env);
  const setBy = relative === undefined ? 'AWS_CONTAINER_CREDENTIALS_FULL_URI' : 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI';
  const response = await requestMetadata({ url, setBy, headers: token === undefined ? {} : { authorization: token }, timeoutMs, signal });
  return readJsonCredentials(response, 'the container credentials service');
}

/** The token must not be sent in plain text to any other host than the agents. */
function fullUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isAgent = url?.protocol === 'http:' && (agentHosts.has(url.hostname) || (isIPv4(url.hostname) && loopback.check(url.hostname)));
  if (url !== undefined && (url.protocol === 'https:' || isAgent)) return url;
  throw new StorageError({
    code: 'ConfigError',
    message: 'AWS_CONTAINER_CREDENTIALS_FULL_URI must be an https URL, or an http URL of a loopback address or the ECS or EKS agent',
  });
}

async function readToken(env: SourceContext['env']): Promise<string | undefined> {
  const file = readVariable(env, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  if (file === undefined) return readVariable(env, 'AWS_CONTAINER_AUTHORIZATION_TOKEN');
  return readTokenFile(file, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
}
