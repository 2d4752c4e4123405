import type { ObjectPart, ObjectRecord } from '@anybucket/core/backend';
import type { Content } from './content.js';

/** A stored version of an object. Immutable: a change replaces it. */
export interface StoredRecord extends ObjectRecord {
  readonly key: string;
  readonly content: Content;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly lastModified: number;
  /** The parts of the body, ordered by number. Undefined if it is one part. */
  readonly parts?: readonly ObjectPart[] | undefined;
  readonly isDeleteMarker?: undefined;
}

/** A stored delete marker. */
interface StoredMarker {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly isDeleteMarker: true;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly lastModified: number;
  readonly size: 0;
  readonly etag: '';
}

/** An entry in the history of a key. */
export type StoredEntry = StoredRecord | StoredMarker;
