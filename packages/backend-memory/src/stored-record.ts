import type { ObjectRecord } from '@anybucket/core/backend';
import type { BodyFile } from './volume.js';

/** What is kept of an object. Never changed: a change makes another one. */
export interface StoredRecord extends ObjectRecord {
  readonly key: string;
  readonly file: BodyFile;
  /** Milliseconds, of a whole second. */
  readonly lastModified: number;
}
