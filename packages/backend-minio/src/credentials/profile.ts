import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isStorageError } from '@anybucket/core';
import { StorageError, importPackage, rethrow, toStorageError } from '@anybucket/core/backend';
import type { Credentials, NotFound, SourceContext } from './credentials.js';
import { readVariable } from '../environment.js';

const packageName = '@aws-sdk/credential-provider-node';

/** Settings of a profile that the AWS SDK resolves: roles, IAM Identity Center, programs, web identities. */
const sdkSettings = [
  'role_arn',
  'sso_session',
  'sso_start_url',
  'sso_account_id',
  'credential_process',
  'web_identity_token_file',
  'login_session',
];

type Profile = ReadonlyMap<string, string>;

/**
 * Reads the credentials of a profile in the shared files of AWS. Access keys are read here; everything else needs the package
 * `@aws-sdk/credential-provider-node`.
 * @throws `ConfigError` if a profile that was asked for does not exist, the files cannot be read, or the package is not installed.
 */
export async function profileCredentials({ env, profile: selected }: SourceContext): Promise<Credentials | NotFound> {
  const credentialsFile = readVariable(env, 'AWS_SHARED_CREDENTIALS_FILE') ?? join(homedir(), '.aws', 'credentials');
  const configFile = readVariable(env, 'AWS_CONFIG_FILE') ?? join(homedir(), '.aws', 'config');
  const requested = selected ?? readVariable(env, 'AWS_PROFILE');
  const name = requested ?? 'default';
  const sections = [await readSections(configFile, 'config'), await readSections(credentialsFile, 'credentials')];
  const found = sections.flatMap((file) => file.get(name) ?? []);
  if (found.length === 0) {
    const notFound = `the profile ${JSON.stringify(name)} (not in ${credentialsFile} and ${configFile})`;
    if (requested !== undefined) throw new StorageError({ code: 'ConfigError', message: `${notFound}: check \`profile\` and AWS_PROFILE` });
    return { notFound };
  }
  const profile = new Map(found.flatMap((section) => [...section]));
  const isForSdk = sdkSettings.some((setting) => profile.has(setting));
  const accessKey = profile.get('aws_access_key_id');
  const secretKey = profile.get('aws_secret_access_key');
  if (accessKey !== undefined && secretKey !== undefined && !profile.has('role_arn'))
    return { accessKey, secretKey, sessionToken: profile.get('aws_session_token') };
  if (isForSdk) return sdkCredentials(name, credentialsFile, configFile);
  if (accessKey !== undefined || secretKey !== undefined)
    throw new StorageError({
      code: 'ConfigError',
      message: `the profile ${JSON.stringify(name)} has only one of aws_access_key_id and aws_secret_access_key`,
    });
  return { notFound: `the profile ${JSON.stringify(name)} (it contains no credentials)` };
}

async function sdkCredentials(profile: string, filepath: string, configFilepath: string): Promise<Credentials> {
  const { defaultProvider } = await importSdk(profile);
  try {
    // The provider goes on to the instance metadata service if the profile fails, which must not take long.
    const provide = defaultProvider({ profile, filepath, configFilepath, ignoreCache: true, timeout: 1000, maxRetries: 0 });
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provide();
    return { accessKey: accessKeyId, secretKey: secretAccessKey, sessionToken, expiration };
  } catch (cause) {
    throw new StorageError({
      code: 'ConfigError',
      message: `the profile ${JSON.stringify(profile)} yields no credentials: see the cause, or try \`aws sts get-caller-identity\``,
      cause,
    });
  }
}

/** A literal specifier within `try`: bundlers include the package if it is installed, and do not require it otherwise. */
async function importSdk(profile: string): Promise<typeof import('@aws-sdk/credential-provider-node')> {
  try {
    return await importPackage(
      packageName,
      async () => {
        try {
          return await import('@aws-sdk/credential-provider-node');
        } catch (error) {
          return rethrow(error);
        }
      },
      import.meta.url,
    );
  } catch (cause) {
    const error = toStorageError(cause, { operation: 'credentials' });
    if (isStorageError(error, 'TooManyOpenFiles')) throw error;
    throw new StorageError({
      code: 'ConfigError',
      message: `the profile ${JSON.stringify(profile)} requires the package ${packageName}; install it with: npm install ${packageName}`,
      cause,
    });
  }
}

/** Returns the profiles of a shared file by their names; none if the file does not exist. @throws `ConfigError` */
async function readSections(file: string, kind: 'config' | 'credentials'): Promise<Map<string, Profile>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return new Map();
    throw toStorageError(new StorageError({ code: 'ConfigError', message: `${file} cannot be read`, cause: error }), {
      operation: 'credentials',
    });
  }
  return parseProfiles(text, kind);
}

/**
 * Parses a shared file of AWS. The file `config` has sections `[default]` and `[profile NAME]`, the file `credentials` sections `[NAME]`.
 * Indented lines belong to a nested setting, and are ignored.
 */
function parseProfiles(text: string, kind: 'config' | 'credentials'): Map<string, Profile> {
  const profiles = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const content = line.replace(/(?:^|\s)[#;].*$/, '').trimEnd();
    const header = /^\[\s*(.*?)\s*\]$/.exec(content)?.[1];
    if (header !== undefined) {
      const name = profileName(header, kind);
      current = name === undefined ? undefined : (profiles.get(name) ?? new Map<string, string>());
      if (name !== undefined && current !== undefined) profiles.set(name, current);
      continue;
    }
    const [, setting, value] = /^([^\s=][^=]*?)\s*=\s*(.*)$/.exec(content) ?? [];
    if (setting !== undefined && value !== undefined && value !== '') current?.set(setting.toLowerCase(), value);
  }
  return profiles;
}

/** Returns undefined for a section that is not a profile, such as `[sso-session NAME]`. */
function profileName(header: string, kind: 'config' | 'credentials'): string | undefined {
  if (kind === 'credentials' || header === 'default') return header;
  return /^profile\s+(?:"(.*)"|(.*))$/
    .exec(header)
    ?.slice(1)
    .find((name) => name !== undefined);
}
