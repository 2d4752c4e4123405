import type { Agent } from 'node:http';
import type { Environment } from '../environment.js';

/** The credentials that sign requests. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Session token of temporary credentials. */
  readonly sessionToken?: string | undefined;
  /** When temporary credentials expire. @defaultValue never */
  readonly expiration?: Date | undefined;
}

/** A source was not configured, or has no credentials. */
export interface NotFound {
  /** A phrase that names the source and what is missing, for error messages. */
  readonly notFound: string;
}

/** What a source may use. */
export interface SourceContext {
  readonly env: Environment;
  /** The profile to read. @defaultValue `AWS_PROFILE`, otherwise `default` */
  readonly profile?: string | undefined;
  /** The URL of the security token service. */
  readonly stsUrl: string;
  /** Returns the agent for requests to {@link stsUrl}; undefined for new connections. */
  readonly agent: () => Agent | undefined;
  /** Aborts requests of the source. */
  readonly signal: AbortSignal;
}

/**
 * Looks up credentials in one place.
 * @returns `NotFound` if the place is not configured, so that the next one may be tried.
 * @throws `StorageError` if it is configured, but does not work.
 */
export type CredentialSource = (context: SourceContext) => Promise<Credentials | NotFound>;
