import { createHmac } from 'node:crypto';
import type { CredentialScope } from './credential-scope.js';

/** One key pair uses one key per day and region. */
const maxKeys = 256;

/** Derives signing keys. Caches them, because a key takes four of the five HMACs of a signature. */
export class SigningKeys {
  readonly #keys = new Map<string, Buffer>();

  /** Returns the key that signs requests of a scope. */
  get(secretKey: string, { accessKey, date, region }: CredentialScope): Buffer {
    const id = `${date}/${region}/${accessKey}`;
    const cached = this.#keys.get(id);
    if (cached !== undefined) return cached;
    const key = [date, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretKey}`) as Buffer;
    if (this.#keys.size >= maxKeys) this.#keys.clear();
    this.#keys.set(id, key);
    return key;
  }
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
