// A file of its own: the public declarations reach it, and must not reach the types of memfs.

/** The attributes of a file or folder of a {@link MemoryVolume}. */
export interface MemoryVolumeStats {
  /** Size in bytes. */
  readonly size: number;
  /** The `lastModified` of the object in milliseconds. */
  readonly mtimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

/**
 * A read-only file system. At run time it is a `Volume` of memfs, with the whole synchronous, callback and promise API of `node:fs`; this
 * type covers what tests use most, and does not expose the types of memfs.
 */
export interface MemoryVolume {
  /** Returns the text of all files by path, and null for each empty folder. */
  toJSON(): Record<string, string | null>;
  existsSync(path: string): boolean;
  readFileSync(path: string): Uint8Array;
  readFileSync(path: string, encoding: 'utf8' | 'base64' | 'hex' | 'latin1'): string;
  readdirSync(path: string): string[];
  statSync(path: string): MemoryVolumeStats;
}
