import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { StorageError } from '@anybucket/core/backend';

/** PEM texts, or paths of PEM files. */
export interface TlsMaterialOptions {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Returns the options of Node for TLS connections. Reads files synchronously. @throws `ConfigError` */
export function readTlsMaterial({ ca, cert, key }: TlsMaterialOptions): { ca?: string; cert?: string; key?: string } {
  const material = {
    ...(ca === undefined ? {} : { ca: readPem(ca, 'ca') }),
    ...(cert === undefined ? {} : { cert: readPem(cert, 'cert') }),
    ...(key === undefined ? {} : { key: readPem(key, 'key') }),
  };
  try {
    createSecureContext(material);
    // OpenSSL skips what it cannot parse among the authorities.
    if (material.ca !== undefined) void new X509Certificate(material.ca);
  } catch (cause) {
    // OpenSSL describes the problem without the content.
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new StorageError({ code: 'ConfigError', message: `\`ca\`, \`cert\` or \`key\` is invalid (${detail})` });
  }
  return material;
}

function readPem(value: string, name: string): string {
  if (isPem(value)) return value;
  let text: string;
  try {
    text = readFileSync(value, 'utf8');
  } catch (cause) {
    throw new StorageError({ code: 'ConfigError', message: `the file of \`${name}\` cannot be read`, cause });
  }
  if (isPem(text)) return text;
  throw new StorageError({ code: 'ConfigError', message: `the file of \`${name}\` does not contain PEM` });
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}
