import { StorageError } from '@anybucket/core/backend';
import { untilAborted } from '../http/until-aborted.js';
import type { Credentials } from './credentials.js';

/** Credentials are refreshed this long before they expire, or in the last fifth of their life if that is shorter. */
const maxRefreshWindowMs = 5 * 60_000;
/** Time between attempts to refresh credentials that are still valid. */
const retryRefreshMs = 5000;

/** Requests credentials from their source. */
export type CredentialSupplier = (signal: AbortSignal) => Promise<Credentials>;

/** The credentials of a datastore: fixed ones, those of a supplier, or none for anonymous requests. */
export type CredentialSupply = { readonly fixed: Credentials | undefined } | { readonly supply: CredentialSupplier };

interface CacheEntry {
  readonly credentials: Credentials | undefined;
  /** Milliseconds since the epoch. */
  readonly refreshAt: number;
  readonly expiresAt: number;
}

/**
 * Holds the credentials of a datastore, and requests new ones before they expire: once, however many calls wait for them. While the old ones
 * are valid, calls do not wait.
 */
export class CredentialCache {
  readonly #supply: CredentialSupplier | undefined;
  readonly #timeoutMs: number;
  readonly #closed = new AbortController();
  #entry: CacheEntry | undefined;
  #pending: Promise<Credentials> | undefined;
  #retryAt = 0;

  /** @param timeoutMs timeout of one call of the supplier. */
  constructor(supply: CredentialSupply, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    if ('supply' in supply) this.#supply = supply.supply;
    else this.#entry = { credentials: supply.fixed, refreshAt: Infinity, expiresAt: Infinity };
  }

  /**
   * Returns the current credentials, or undefined for anonymous requests.
   * @throws the error of the supplier, `Timeout`, or the reason of the signal.
   */
  async get(signal: AbortSignal | undefined): Promise<Credentials | undefined> {
    const entry = this.#entry;
    if (entry !== undefined && entry.refreshAt === Infinity) return entry.credentials;
    const now = Date.now();
    if (entry === undefined || now >= entry.expiresAt) return untilAborted(this.#refresh(), signal);
    if (now >= entry.refreshAt && now >= this.#retryAt) {
      this.#retryAt = now + retryRefreshMs;
      // The current credentials are still valid: a failure is reported once they are not.
      this.#refresh().catch(() => {});
    }
    return entry.credentials;
  }

  /**
   * Requests new credentials after the server has rejected some as expired, unless they were replaced meanwhile.
   * @returns the new credentials; undefined if there are no others.
   */
  async replace(rejected: Credentials, signal: AbortSignal | undefined): Promise<Credentials | undefined> {
    if (this.#supply === undefined) return undefined;
    if (this.#entry?.credentials === rejected) this.#entry = undefined;
    const credentials = await this.get(signal);
    return credentials?.accessKey === rejected.accessKey && credentials.sessionToken === rejected.sessionToken ? undefined : credentials;
  }

  /** Aborts a request for credentials. */
  close(): void {
    this.#closed.abort(new StorageError({ code: 'DatastoreClosed', message: 'the datastore was closed' }));
  }

  async #refresh(): Promise<Credentials> {
    this.#pending ??= this.#requestCredentials().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #requestCredentials(): Promise<Credentials> {
    if (this.#supply === undefined) throw new TypeError('fixed credentials do not expire');
    const timeout = new AbortController();
    const timer = setTimeout(() => {
      const message = `the source of the credentials did not respond within ${this.#timeoutMs} ms: check \`credentials\`, or raise \`idleTimeoutMs\``;
      timeout.abort(new StorageError({ code: 'Timeout', message, retryable: true }));
    }, this.#timeoutMs);
    try {
      const signal = AbortSignal.any([timeout.signal, this.#closed.signal]);
      const credentials = await untilAborted(this.#supply(signal), signal);
      this.#entry = toEntry(credentials);
      return credentials;
    } finally {
      clearTimeout(timer);
    }
  }
}

function toEntry(credentials: Credentials): CacheEntry {
  const expiresAt = credentials.expiration?.getTime();
  if (expiresAt === undefined) return { credentials, refreshAt: Infinity, expiresAt: Infinity };
  const lifeMs = Math.max(0, expiresAt - Date.now());
  return { credentials, refreshAt: expiresAt - Math.min(maxRefreshWindowMs, lifeMs / 5), expiresAt };
}
