import { isStorageError } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import type { CredentialSupply } from './credential-cache.js';
import type { Credentials, CredentialSource, NotFound, SourceContext } from './credentials.js';
import { containerCredentials } from './container.js';
import { environmentCredentials } from './environment.js';
import { instanceCredentials } from './instance.js';
import { profileCredentials } from './profile.js';
import { webIdentityCredentials } from './web-identity.js';

/** Credentials as an object. A missing `expiration` means that they never expire. */
export interface CredentialSet {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Session token of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** Temporary credentials, as returned by a function. */
export interface TemporaryCredentials extends CredentialSet {
  /** When the credentials expire: a date, or a text that `Date` parses. @defaultValue never */
  readonly expiration?: Date | string | undefined;
}

/** Returns credentials. Called again before they expire, and when the server rejects them as expired. */
export type CredentialFunction = (context: { readonly signal: AbortSignal }) => Promise<TemporaryCredentials> | TemporaryCredentials;

/** The sources by name, in the order of the default chain. */
const sources = {
  environment: async ({ env }) => environmentCredentials(env),
  profile: profileCredentials,
  'web-identity': webIdentityCredentials,
  container: containerCredentials,
  instance: instanceCredentials,
} as const satisfies Readonly<Record<string, CredentialSource>>;

/**
 * The name of a source of credentials. `default` tries all others but `anonymous`, in this order: environment variables, shared files and
 * profiles of AWS, web identity, container, instance metadata.
 */
export type CredentialSourceName = 'default' | 'anonymous' | keyof typeof sources;

/** The values of {@link CredentialSourceName}. */
export const credentialSourceNames: readonly CredentialSourceName[] = [
  'default',
  'anonymous',
  ...(Object.keys(sources) as (keyof typeof sources)[]),
];

/** Returns the credentials of the options `credentials` and `profile`. @throws `ConfigError` for an incomplete set in the environment. */
export function credentialSupply(
  credentials: CredentialSourceName | CredentialSet | CredentialFunction,
  context: Omit<SourceContext, 'signal'>,
): CredentialSupply {
  if (typeof credentials === 'function') return { supply: async (signal) => checkCredentials(await callFunction(credentials, signal)) };
  if (typeof credentials === 'object') return { fixed: checkCredentials(credentials) };
  if (credentials === 'anonymous') return { fixed: undefined };
  const isChain = credentials === 'default';
  if (isChain || credentials === 'environment') {
    // An incomplete set is reported by the constructor.
    const found = environmentCredentials(context.env);
    if (!('notFound' in found)) return { fixed: found };
  }
  const chain = isChain ? Object.values(sources) : [sources[credentials]];
  return { supply: async (signal) => lookUp(chain, { ...context, signal }) };
}

/** @throws `ConfigError` that lists where the credentials were looked for. */
async function lookUp(chain: readonly CredentialSource[], context: SourceContext): Promise<Credentials> {
  const reasons: string[] = [];
  let timeout: StorageError | undefined;
  for (const source of chain) {
    try {
      const found: Credentials | NotFound = await source(context);
      if (!('notFound' in found)) return found;
      reasons.push(found.notFound);
    } catch (error) {
      // A service that hangs leaves the lookup to the next source, and is reported if that has no credentials.
      if (context.signal.aborted || !isStorageError(error, 'Timeout')) throw error;
      timeout ??= error;
    }
  }
  if (timeout !== undefined) throw timeout;
  throw new StorageError({
    code: 'ConfigError',
    message: `no credentials were found in the options, ${reasons.join(', ')}; for requests without credentials, set \`credentials: 'anonymous'\``,
  });
}

async function callFunction(credentials: CredentialFunction, signal: AbortSignal): Promise<unknown> {
  try {
    return await credentials({ signal });
  } catch (cause) {
    if (signal.aborted || isStorageError(cause)) throw cause;
    throw new StorageError({ code: 'ConfigError', message: 'the function `credentials` failed: see the cause', cause });
  }
}

/** @throws `ConfigError` that contains no value. */
function checkCredentials(value: unknown): Credentials {
  const { accessKey, secretKey, sessionToken, expiration } = Object(value) as Partial<Record<keyof TemporaryCredentials, unknown>>;
  const expires = expiration === undefined ? undefined : new Date(expiration as Date | string);
  const invalid = [
    isText(accessKey) ? [] : '`accessKey` must be a non-empty string',
    isText(secretKey) ? [] : '`secretKey` must be a non-empty string',
    sessionToken === undefined || isText(sessionToken) ? [] : '`sessionToken` must be a non-empty string',
    expires === undefined || !Number.isNaN(expires.getTime()) ? [] : '`expiration` must be a date',
  ].flat();
  if (!isText(accessKey) || !isText(secretKey) || invalid.length > 0)
    throw new StorageError({ code: 'ConfigError', message: `invalid \`credentials\`: ${invalid.join(', ')}` });
  return { accessKey, secretKey, sessionToken: isText(sessionToken) ? sessionToken : undefined, expiration: expires };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
