import { StorageError } from '@anybucket/core/backend';
import { readVariable } from '../environment.js';
import type { Environment } from '../environment.js';
import type { Credentials, NotFound } from './credentials.js';

/** The variables of each set of credentials, in order of precedence. Sets are never mixed. */
const variableSets = [
  { accessKey: 'MINIO_ACCESS_KEY', secretKey: 'MINIO_SECRET_KEY', sessionToken: undefined },
  { accessKey: 'AWS_ACCESS_KEY_ID', secretKey: 'AWS_SECRET_ACCESS_KEY', sessionToken: 'AWS_SESSION_TOKEN' },
] as const;

/**
 * Reads the first set of variables of which one is set.
 * @throws `ConfigError` if the set is incomplete.
 */
export function environmentCredentials(env: Environment): Credentials | NotFound {
  for (const variables of variableSets) {
    const accessKey = readVariable(env, variables.accessKey);
    const secretKey = readVariable(env, variables.secretKey);
    const sessionToken = variables.sessionToken === undefined ? undefined : readVariable(env, variables.sessionToken);
    if (accessKey !== undefined && secretKey !== undefined) return { accessKey, secretKey, sessionToken };
    if (accessKey === undefined && secretKey === undefined && sessionToken === undefined) continue;
    const missing = [accessKey === undefined ? variables.accessKey : [], secretKey === undefined ? variables.secretKey : []].flat();
    const given = [accessKey, secretKey, sessionToken].findIndex((value) => value !== undefined);
    throw new StorageError({
      code: 'ConfigError',
      message: `incomplete credentials in the environment: ${Object.values(variables)[given]} is set, but not ${missing.join(' and ')}`,
    });
  }
  const names = variableSets.map(({ accessKey, secretKey }) => `${accessKey} and ${secretKey}`);
  return { notFound: `the environment (${names.join(', or ')} are not set)` };
}
