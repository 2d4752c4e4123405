import { createRequire } from 'node:module';

/** The inodes and links of memfs, without the Node API around them. */
export type FsCore = typeof import('@jsonjoy.com/fs-core');
/** The Node API of memfs. */
export type Memfs = typeof import('memfs');
/** A sorted tree. */
export type SortedBtree = typeof import('sorted-btree');

// Packages that take 20 to 50 ms to load, and another 20 where `import` has to make a module of them first: only who makes a bucket, stores a
// body or looks at the volume pays for each. Synchronously, for a put copies its bytes before its first await.

/** Loads what a bucket needs. */
export function loadSortedBtree(): SortedBtree {
  return load('sorted-btree') as SortedBtree;
}

/** Loads what bodies need. */
export function loadFsCore(): FsCore {
  return load('@jsonjoy.com/fs-core') as FsCore;
}

/** Loads what looking at the bodies as files needs. */
export function loadMemfs(): Memfs {
  return load('memfs') as Memfs;
}

function load(specifier: string): unknown {
  return createRequire(import.meta.url)(specifier);
}
