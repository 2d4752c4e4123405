import type * as fs from 'node:fs';

type ReadMethod =
  | 'closeSync'
  | 'createReadStream'
  | 'existsSync'
  | 'fstatSync'
  | 'lstatSync'
  | 'openSync'
  | 'readFileSync'
  | 'readSync'
  | 'readdirSync'
  | 'statSync';
type ReadPromise = 'lstat' | 'readFile' | 'readdir' | 'stat';

/**
 * The files of a memory datastore: the part of the memfs `Volume` that reads, with the types of `node:fs`, so that users of this package need
 * none of memfs. The object is a whole `Volume`.
 */
export interface MemoryVolume extends Pick<typeof fs, ReadMethod> {
  readonly promises: Pick<typeof fs.promises, ReadPromise>;
  /** Returns the text of every file by its path, null for an empty folder. */
  toJSON(): Record<string, string | null>;
}
