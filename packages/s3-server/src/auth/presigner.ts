import type { PresignCall, Presigner, PresignPostCall } from '@anybucket/core/backend';
import { hash } from 'node:crypto';
import { encodeForSignature, encodePathForSignature } from '../protocol/percent-encoding.js';
import type { Credentials } from './credentials.js';
import { algorithm, sign } from './signature.js';
import type { SigningKeys } from './signing-keys.js';

/** What {@link createPresigner} signs with. */
export interface PresignerOptions {
  /** The address under which clients reach the service, without a slash at its end. */
  readonly url: string;
  readonly credentials: Credentials;
  readonly signingKeys: SigningKeys;
  readonly region: string;
  /** Returns the time in milliseconds since the epoch. */
  readonly now: () => number;
}

/** Creates the driver of presigned URLs that point at a server. */
export function createPresigner({ url, credentials, signingKeys, region, now }: PresignerOptions): Presigner {
  const { host, pathname } = new URL(url);
  const basePath = pathname.replace(/\/$/, '');

  const signer = (): { readonly date: string; readonly credential: string; readonly scope: string; readonly key: Buffer } => {
    const date = new Date(now()).toISOString().replace(/[-:]|\.\d+/g, '');
    const { accessKey, secretKey } = credentials;
    const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
    const key = signingKeys.get(secretKey, { accessKey, date: date.slice(0, 8), region, scope });
    return { date, credential: `${accessKey}/${scope}`, scope, key };
  };

  return {
    async presign(bucket: string, key: string, { method, expiresIn, headers, query }: PresignCall): Promise<string> {
      const { date, credential, scope, key: signingKey } = signer();
      const signedHeaders = Object.entries({ ...headers, host }).sort(([a], [b]) => (a < b ? -1 : 1));
      const names = signedHeaders.map(([name]) => name).join(';');
      const path = `${basePath}/${bucket}/${encodePathForSignature(key)}`;
      const parameters = canonicalQuery({
        ...query,
        'X-Amz-Algorithm': algorithm,
        'X-Amz-Credential': credential,
        'X-Amz-Date': date,
        'X-Amz-Expires': String(expiresIn),
        'X-Amz-SignedHeaders': names,
      });
      const lines = signedHeaders.map(([name, value]) => `${name}:${value.trim().replace(/\s+/g, ' ')}\n`).join('');
      const request = [method, path, parameters, lines, names, 'UNSIGNED-PAYLOAD'].join('\n');
      const signature = sign(signingKey, `${algorithm}\n${date}\n${scope}\n${hash('sha256', request, 'hex')}`);
      return `${new URL(url).origin}${path}?${parameters}&X-Amz-Signature=${signature}`;
    },

    async presignPost(
      bucket: string,
      { expiresIn, conditions, fields }: PresignPostCall,
    ): Promise<{ readonly url: string; readonly fields: Record<string, string> }> {
      const { date, credential, key } = signer();
      const signed = { 'x-amz-algorithm': algorithm, 'x-amz-credential': credential, 'x-amz-date': date };
      const expiration = new Date(now() + expiresIn * 1000).toISOString();
      const signedConditions = Object.entries(signed).map(([name, value]) => ({ [name]: value }));
      const document = JSON.stringify({ expiration, conditions: [{ bucket }, ...conditions, ...signedConditions] });
      const policy = Buffer.from(document).toString('base64');
      return { url: `${url}/${bucket}`, fields: { ...fields, ...signed, policy, 'x-amz-signature': sign(key, policy) } };
    },
  };
}

function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(parameters).map(([name, value]) => [encodeForSignature(name), encodeForSignature(value)] as const);
  return pairs
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
