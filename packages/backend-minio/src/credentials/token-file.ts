import { readFile } from 'node:fs/promises';
import { StorageError } from '@anybucket/core/backend';

/** Reads a token from the file that an environment variable names. @throws `ConfigError` */
export async function readTokenFile(file: string, variable: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new StorageError({ code: 'ConfigError', message: `the file that ${variable} names cannot be read`, cause });
  }
  // A line break would end a header.
  if (/^[^\0-\x1f\x7f]+$/.test(token)) return token;
  throw new StorageError({ code: 'ConfigError', message: `the file that ${variable} names does not contain a token` });
}
