import type { Bucket, Datastore } from '@anybucket/core';
import type { SignatureVerifier } from '../auth/authenticate.js';
import type { Access, Credentials } from '../auth/credentials.js';
import type { RequestBody } from '../protocol/request-body.js';
import type { S3Request } from '../protocol/s3-request.js';
import type { S3Response } from '../protocol/s3-response.js';
import type { BucketSettings } from './bucket-settings.js';

/** What all requests of a handler share. */
export interface Service {
  readonly datastore: Datastore;
  /** The region that is reported to clients. */
  readonly region: string;
  /** Whether keys are used as they are, by the rules of S3; otherwise, they are read and checked as MinIO does. */
  readonly anyKeys: boolean;
  readonly bucketSettings: BucketSettings;
  readonly verifier: SignatureVerifier;
}

/** A request whose signature was verified. */
export interface OperationContext {
  readonly service: Service;
  readonly request: S3Request;
  readonly body: RequestBody;
  /** Undefined for anonymous requests. */
  readonly credentials: Credentials | undefined;
  /** The bucket of the request. */
  readonly bucket: Bucket;
  /** Aborted when the client closes the connection. */
  readonly signal: AbortSignal;
}

/** One operation of S3. */
export interface Operation {
  /** The name in the S3 documentation, such as `PutObject`. */
  readonly name: string;
  readonly access: Access;
  /**
   * `fixed` if every bucket has the same configuration, which cannot be changed; `none` if the operation is not implemented.
   * @defaultValue implemented
   */
  readonly support?: 'fixed' | 'none' | undefined;
  /** Handles a request. @throws `S3Error` or `StorageError` for an error response. */
  handle(context: OperationContext): S3Response | Promise<S3Response>;
}
