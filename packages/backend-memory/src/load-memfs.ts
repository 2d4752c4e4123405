import { createRequire } from 'node:module';

/** The inodes and links of memfs, without the Node API around them. */
export type FsCore = typeof import('@jsonjoy.com/fs-core');
/** The Node API of memfs. */
export type Memfs = typeof import('memfs');

// Loading takes 20 ms for the core and 50 for all of memfs: only who stores a body, or looks at the volume, pays for it. Synchronously, for
// a put copies its bytes before its first await.

/** Loads what bodies need. */
export function loadFsCore(): FsCore {
  return createRequire(import.meta.url)('@jsonjoy.com/fs-core') as FsCore;
}

/** Loads what looking at the bodies as files needs. */
export function loadMemfs(): Memfs {
  return createRequire(import.meta.url)('memfs') as Memfs;
}
